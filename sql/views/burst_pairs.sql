-- What raters mean about each two frames of a burst: 1 the first is better, -1 the second, 0 neither. A
-- model is asked in both orders, and means neither if its answers differ or one is missing. A person's
-- word counts before a model's, and that before the baseline's.
-- Windows stand where a second grouping would, so that asking about one burst looks at that one only.
with said as (
  select
    one.sequence_id,
    min(one.id, other.id) as image_id,
    max(one.id, other.id) as other_id,
    comparisons.label_run_id,
    label_runs.rater,
    one.id < other.id as in_order,
    case
      when comparisons.outcome = 'tie' then 0
      when (comparisons.outcome = 'first') = (one.id < other.id) then 1
      else -1
    end as says
  from images as one
  cross join comparisons on comparisons.first_image_id = one.id
  cross join images as other on other.id = comparisons.second_image_id
  join label_runs on label_runs.id = comparisons.label_run_id
  where other.sequence_id = one.sequence_id
),
meant as (
  select
    sequence_id,
    image_id,
    other_id,
    label_run_id,
    rater,
    count(*) as answers,
    case
      when rater = 'person' then sign(sum(says))
      when min(in_order) = max(in_order) then 0
      when min(says) = max(says) then min(says)
      else 0
    end as says
  from said
  group by sequence_id, image_id, other_id, label_run_id
),
together as (
  select
    sequence_id,
    image_id,
    other_id,
    sign(
      coalesce(
        sum(iif(rater = 'person', says, null)) over pair,
        sum(iif(rater = 'vlm', says, null)) over pair,
        sum(iif(rater = 'scorer', says, null)) over pair,
        sum(iif(rater = 'baseline', says, null)) over pair
      )
    ) as says,
    sum(rater = 'person') over pair as people,
    count(*) over pair as raters,
    sum(answers) over pair as answers,
    row_number() over (
      partition by sequence_id, image_id, other_id
      order by label_run_id
    ) as number
  from meant
  window pair as (partition by sequence_id, image_id, other_id)
)
select sequence_id, image_id, other_id, says, people, raters, answers
from together
where number = 1
