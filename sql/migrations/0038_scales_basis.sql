-- The scales are found again only where something has changed: fitting them takes a second.

alter table gallery_state add column scales text; -- JSON: what the scales were found from; null: they were not yet
