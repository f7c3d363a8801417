-- Every sequence knows how many photos it has.
select sequences.id as sequence_id, sequences.num_frames, count(images.id) as photos
from sequences
left join images on images.sequence_id = sequences.id
group by sequences.id
having sequences.num_frames <> photos
