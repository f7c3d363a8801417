-- A copy of a photo is known by its content, and is not chosen besides it.

create index images_content on images (sha256)
where sha256 is not null;
