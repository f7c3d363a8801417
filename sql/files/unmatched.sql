-- Not matched
-- What files say of photos that were not found, or not for certain.
select unmatched.path, unmatched.reason, sources.path as file
from unmatched
join sources on sources.id = unmatched.source
where sources.state = 'done'
order by unmatched.id
