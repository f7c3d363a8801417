-- The parts of a quality score, each times its weight, add up to it.
select candidates.id as candidate_id, candidates.quality_score, sum(candidate_parts.value * candidate_parts.weight) as parts
from candidates
left join candidate_parts on candidate_parts.candidate_id = candidates.id
group by candidates.id
having abs(candidates.quality_score - coalesce(parts, 0)) > 1e-9
