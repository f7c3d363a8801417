-- What a job costs is settled when it is submitted, whatever its run is gone on with later.

alter table batches add column input_usd real; -- for a million tokens; null: nobody knew the price
alter table batches add column output_usd real; -- for a million tokens, thinking included
