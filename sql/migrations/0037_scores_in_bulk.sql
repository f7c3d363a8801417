-- A scorer writes a score for every photo: each index of labels takes longer than the row itself.

drop index labels_pairs; -- labels_scores has the same columns

drop index labels_costs;
create index labels_costs on labels (label_run_id, status, cost_usd, latency_ms)
where status <> 'ok' or cost_usd is not null or latency_ms is not null;
