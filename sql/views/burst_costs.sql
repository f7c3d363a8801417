-- What a label run's questions about bursts have cost, those that are to be asked again among them.
select label_run_id, sum(cost_usd) as cost_usd
from (
  select burst_questions.label_run_id, burst_answers.cost_usd
  from burst_questions
  join burst_answers on burst_answers.question_id = burst_questions.id
  union all
  select label_run_id, cost_usd
  from retried_costs
  where question_id is not null
)
group by label_run_id
