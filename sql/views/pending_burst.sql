-- What each label run was asked about bursts and has no answer for yet, in the order to take it: a
-- failure is an answer too.
select
  burst_questions.label_run_id,
  burst_questions.id as question_id,
  burst_questions.sequence_id,
  burst_questions.image_id,
  burst_questions.frames
from burst_questions
where not exists (
  select 1
  from burst_answers
  where burst_answers.question_id = burst_questions.id
)
