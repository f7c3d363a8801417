-- Thumbnails held the comment of their photo's file, in which cameras write names and places. It is
-- cut out: a marker (FF FE, which stands nowhere else in a JPEG that herocat wrote), and its length in two bytes.

with commented as (
  select image_id, jpeg, instr(jpeg, x'fffe') as place
  from thumbnails
  where instr(jpeg, x'fffe') > 0
), digits as (
  select image_id, jpeg, place, hex(substr(jpeg, place + 2, 2)) as length
  from commented
), measured as (
  select
    image_id,
    substr(jpeg, 1, place - 1) as before,
    substr(
      jpeg,
      place + 2
        + 4096 * (instr('123456789ABCDEF', substr(length, 1, 1)))
        + 256 * (instr('123456789ABCDEF', substr(length, 2, 1)))
        + 16 * (instr('123456789ABCDEF', substr(length, 3, 1)))
        + instr('123456789ABCDEF', substr(length, 4, 1))
    ) as after
  from digits
)
update thumbnails
set jpeg = cast(measured.before || measured.after as blob)
from measured
where measured.image_id = thumbnails.image_id;
