-- Handing over: photos that were released by hand, and species whose places must not be told.

create table releases ( -- a reason to hold a photo back that somebody overruled; another reason still holds it
  image_id integer not null references images (id),
  veto text not null, -- the reason that was overruled: person, vehicle, unchecked
  because_image_id integer not null references images (id), -- the frame that shows it: this one, or another of its sequence
  reason text not null check (trim(reason) <> ''), -- why it may leave all the same, in the words of who said so
  released_at text not null, -- UTC
  primary key (image_id, veto, because_image_id)
) strict, without rowid;

create index releases_because on releases (because_image_id);

create table sensitive_species ( -- species that are poached or disturbed: where their photos were taken is not told
  name text primary key, -- words of a species name, in any language or rank: elephant also finds african elephant
  degrees real not null default 1.0 check (degrees > 0), -- coordinates that a format demands are rounded to this many degrees
  note text -- why it stands here
) strict;

insert into sensitive_species (name, degrees, note) values
  ('rhinoceros', 1.0, 'poached for horn'),
  ('rhino', 1.0, 'poached for horn'),
  ('rhinocerotidae', 1.0, 'poached for horn'),
  ('diceros', 1.0, 'poached for horn'),
  ('ceratotherium', 1.0, 'poached for horn'),
  ('pangolin', 1.0, 'poached for scales'),
  ('manis', 1.0, 'poached for scales'),
  ('smutsia', 1.0, 'poached for scales'),
  ('phataginus', 1.0, 'poached for scales'),
  ('elephant', 0.5, 'poached for ivory'),
  ('elephantidae', 0.5, 'poached for ivory'),
  ('loxodonta', 0.5, 'poached for ivory'),
  ('elephas', 0.5, 'poached for ivory'),
  ('tiger', 1.0, 'poached for skin and bone'),
  ('panthera tigris', 1.0, 'poached for skin and bone'),
  ('lion', 0.5, 'poached for bone, hunted'),
  ('panthera leo', 0.5, 'poached for bone, hunted'),
  ('leopard', 0.5, 'poached for skin'),
  ('panthera pardus', 0.5, 'poached for skin'),
  ('panthera uncia', 1.0, 'poached for skin and bone'),
  ('neofelis', 1.0, 'poached for skin'),
  ('jaguar', 0.5, 'poached for teeth and skin'),
  ('panthera onca', 0.5, 'poached for teeth and skin'),
  ('cheetah', 0.5, 'cubs are taken for the pet trade'),
  ('acinonyx', 0.5, 'cubs are taken for the pet trade'),
  ('gorilla', 1.0, 'poached, taken for the pet trade'),
  ('chimpanzee', 1.0, 'poached, taken for the pet trade'),
  ('pan troglodytes', 1.0, 'poached, taken for the pet trade'),
  ('bonobo', 1.0, 'poached, taken for the pet trade'),
  ('pan paniscus', 1.0, 'poached, taken for the pet trade'),
  ('orangutan', 1.0, 'taken for the pet trade'),
  ('pongo', 1.0, 'taken for the pet trade'),
  ('gibbon', 1.0, 'taken for the pet trade'),
  ('hylobatidae', 1.0, 'taken for the pet trade'),
  ('saiga', 1.0, 'poached for horn'),
  ('musk deer', 1.0, 'poached for musk'),
  ('moschus', 1.0, 'poached for musk'),
  ('chiru', 1.0, 'poached for wool'),
  ('pantholops', 1.0, 'poached for wool'),
  ('sun bear', 0.5, 'poached for bile'),
  ('helarctos', 0.5, 'poached for bile'),
  ('asiatic black bear', 0.5, 'poached for bile'),
  ('ursus thibetanus', 0.5, 'poached for bile'),
  ('grey parrot', 0.5, 'taken for the pet trade'),
  ('psittacus', 0.5, 'taken for the pet trade'),
  ('macaw', 0.5, 'taken for the pet trade'),
  ('helmeted hornbill', 1.0, 'poached for its casque'),
  ('rhinoplax', 1.0, 'poached for its casque'),
  ('vulture', 0.5, 'poisoned'),
  ('gyps', 0.5, 'poisoned'),
  ('radiated tortoise', 1.0, 'taken for the pet trade'),
  ('ploughshare tortoise', 1.0, 'taken for the pet trade'),
  ('astrochelys', 1.0, 'taken for the pet trade');

insert into settings (name, value, meaning) values
  ('sensitive_score', 0.05, 'a guess of a sensitive species keeps a photo''s place from being told from this score on');
