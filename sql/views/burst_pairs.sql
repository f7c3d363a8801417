-- What raters mean about each two frames of a burst: 1 the first is better, -1 the second, 0 neither. A
-- model is asked in both orders, and means neither if its answers differ or one is missing. A person's
-- word counts before a model's, and that before the baseline's.
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
)
select
  sequence_id,
  image_id,
  other_id,
  sign(
    coalesce(
      sum(says) filter (where rater = 'person'),
      sum(says) filter (where rater = 'vlm'),
      sum(says) filter (where rater = 'scorer'),
      sum(says) filter (where rater = 'baseline')
    )
  ) as says,
  count(*) filter (where rater = 'person') as people,
  count(*) as raters,
  sum(answers) as answers
from meant
group by sequence_id, image_id, other_id
