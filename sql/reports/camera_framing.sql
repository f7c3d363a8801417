-- How cameras are placed
-- Where animals stand in each place's photos: how large, how high, and at which edge they are cut off.
with boxes as (
  select
    coalesce(images.location, rtrim(rtrim(images.path, replace(images.path, '/', '')), '/')) as place,
    subjects.w * subjects.h as area,
    1 - subjects.y - subjects.h / 2 as up,
    subjects.x < 0.008 as cut_left,
    subjects.x + subjects.w > 0.992 as cut_right,
    subjects.y - coalesce(measurements.content_top, 0) < 0.008 as cut_top,
    coalesce(measurements.content_bottom, 1) - subjects.y - subjects.h < 0.008 as cut_bottom
  from subjects
  join images on images.id = subjects.image_id
  left join measurements on measurements.image_id = images.id
  where subjects.confidence >= (select value from settings where name = 'animal_confidence')
)
select
  place,
  count(*) as photos,
  round(100 * avg(area), 1) as area_percent,
  round(100 * avg(up), 0) as height_percent,
  round(100.0 * avg(area < 0.02), 0) as tiny_percent,
  round(100.0 * avg(cut_left), 0) as cut_left_percent,
  round(100.0 * avg(cut_right), 0) as cut_right_percent,
  round(100.0 * avg(cut_top), 0) as cut_top_percent,
  round(100.0 * avg(cut_bottom), 0) as cut_bottom_percent
from boxes
group by place
order by count(*) desc, place
