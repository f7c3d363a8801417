-- What failures have cost that are to be tried again and have no new row yet: once there is one, it
-- counts everything that was asked.
select label_run_id, image_id, question_id, max(cost_usd) as cost_usd
from past_failures
where case
    when question_id is null
      then not exists (
        select 1
        from labels
        where labels.label_run_id = past_failures.label_run_id
          and labels.image_id = past_failures.image_id
      )
    else not exists (
      select 1
      from burst_answers
      where burst_answers.question_id = past_failures.question_id
    )
  end
group by label_run_id, image_id, question_id
