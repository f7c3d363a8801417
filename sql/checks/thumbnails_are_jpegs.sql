-- Every thumbnail is a whole JPEG.
select image_id, length(jpeg) as bytes
from thumbnails
where substr(jpeg, 1, 2) <> x'ffd8'
   or substr(jpeg, -2) <> x'ffd9'
