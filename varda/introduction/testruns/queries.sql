-- name: kept
-- Nothing is returned when the same result has been registered before.
insert into testruns.run (kind, build, configuration, passed, total, failed, skipped, summary, begun_at, ended_at, digest,
                          log_name, log, mark, registered_name, registered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (digest) do nothing
returning run;

-- name: runs
-- The newest first; of the log its size alone.
select run, kind, build, configuration, passed, total, failed, skipped, summary, begun_at, ended_at, digest, log_name,
       length(log) as log_size, encode(sha256(log), 'hex') as log_digest, mark, registered_name, registered_at
from testruns.run where $1 = '' or build = $1
order by run desc limit $2;

-- name: log
select log_name, log from testruns.run where run = $1;
