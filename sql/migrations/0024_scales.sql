-- Scores of raters that are not equally strict, on one scale; and albums that say what they go by.

create table scales ( -- on whose scale the scores of a rater are put, where several rate and one counts before it
  rater text primary key, -- vlm, scorer or baseline
  scale_of text not null, -- person, vlm or scorer: who counts before it, and has scored enough photos
  made_by text not null check (made_by in ('curve', 'rank')), -- curve: fitted to photos that both have scored; rank: too few are, as many scores lie below
  photos integer not null -- that both have scored
) strict;

create table scale_steps ( -- what a whole score of a rater stands for; between two it goes straight
  rater text not null references scales (rater) on delete cascade,
  score integer not null check (score between 0 and 10),
  stands_for real not null check (stands_for between 0 and 10),
  rise real not null, -- up to the next whole score
  primary key (rater, score)
) strict, without rowid;

alter table albums add column note text not null default ''; -- in words: how scores were put on one scale, and why there are more or fewer photos than wanted

alter table album_photos add column rival_less real; -- how much less the set would be worth with the rival in its place

create index images_doubted on images (id) where time_doubt is not null;
