-- What a person is to decide, at hand for every answer that they give.

create table burst_ties ( -- two frames that share the first place of their burst, and that no person has compared; follows from burst_standings
  sequence_id integer not null, -- the burst
  image_id integer not null references images (id),
  other_id integer not null references images (id),
  primary key (image_id, other_id)
) strict, without rowid;

create index burst_ties_other on burst_ties (other_id);
create index burst_ties_sequence on burst_ties (sequence_id);
