-- name: downtime_phrases
-- The number of the phrase in use, of units that have changed theirs.
select distinct on (unit) unit, number, set_name, set_at from downtime.phrase
where unit = any($1::text[]) order by unit, number desc;

-- name: downtime_phrase_changed
-- Two who change it at once: the later number stands.
insert into downtime.phrase (unit, number, set_by, set_name, set_at)
select $1, coalesce(max(number), 1) + 1, $2, $3, $4 from downtime.phrase where unit = $1
returning number;

-- name: downtime_packs
select unit, made_at, ends_at, patients, phrase, size, is_cut, tried_at, failure from downtime.pack;

-- name: downtime_pack
select unit, made_at, ends_at, patients, phrase, size, is_cut, tried_at, failure from downtime.pack where unit = $1;

-- name: downtime_packed
insert into downtime.pack (unit, made_at, ends_at, patients, phrase, size, is_cut, tried_at)
values ($1, $2, $3, $4, $5, $6, $7, $2)
on conflict (unit) do update set
    made_at = $2, ends_at = $3, patients = $4, phrase = $5, size = $6, is_cut = $7, tried_at = $2, failure = '';

-- name: downtime_failed
insert into downtime.pack (unit, tried_at, failure) values ($1, $2, $3)
on conflict (unit) do update set tried_at = $2, failure = $3;

-- name: downtime_forgotten
delete from downtime.pack where unit = any($1::text[]);

-- name: downtime_claimed
select pg_try_advisory_lock(hashtext('downtime.packs')) as is_mine;

-- name: downtime_released
select pg_advisory_unlock(hashtext('downtime.packs'));
