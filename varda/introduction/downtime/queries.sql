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

-- name: downtime_drill_begun
-- None while another goes on.
insert into downtime.drill (unit, began_by, began_name, began_at) values ($1, $2, $3, $4)
on conflict do nothing returning drill;

-- name: downtime_drill_ended
update downtime.drill set ended_name = $2, ended_at = $3, found = $4 where unit = $1 and ended_at is null
returning drill;

-- name: downtime_drills
-- With how many sheets each came to, and how many of them went all the way.
select d.drill as number, d.unit, d.began_name, d.began_at, d.ended_name, d.ended_at, d.found, s.sheets, s.checked
from downtime.drill d
cross join lateral (
    select count(*) as sheets, count(checked_at) as checked from downtime.sheet where drill = d.drill
) s
where d.unit = $1 order by d.drill desc limit 50;

-- name: downtime_drill_now
select drill from downtime.drill where unit = $1 and ended_at is null;

-- name: downtime_drills_now
select unit from downtime.drill where ended_at is null;

-- name: downtime_sheet_noted
insert into downtime.sheet (unit, drill, function, patient, mark, happened_at, noted_by, noted_name, noted_at)
select $1, (select drill from downtime.drill where unit = $1 and ended_at is null), $2, $3, $4, $5, $6, $7, $8
returning sheet;

-- name: downtime_sheets
-- What waits at a unit, what happened first first: to be entered, then to be checked. A drill's go when it has ended.
select s.sheet as number, s.unit, coalesce(s.drill, 0) as drill, s.function, s.patient, s.mark, s.happened_at,
       s.noted_name, s.noted_at, s.is_aside, s.entered_by, s.entered_name, s.entered_at,
       coalesce((select said from downtime.step t where t.sheet = s.sheet order by step desc limit 1), '') as said
from downtime.sheet s left join downtime.drill d on d.drill = s.drill
where s.unit = $1 and s.checked_at is null and d.ended_at is null
order by s.entered_at is not null, s.happened_at, s.sheet limit $2;

-- name: downtime_sheet
select s.sheet as number, s.unit, coalesce(s.drill, 0) as drill, s.function, s.patient, s.mark, s.happened_at,
       s.noted_name, s.noted_at, s.is_aside, s.entered_by, s.entered_name, s.entered_at, '' as said
from downtime.sheet s where s.sheet = $1 and s.checked_at is null;

-- name: downtime_sheet_entered
update downtime.sheet set is_aside = $2, patient = $3, entered_by = $4, entered_name = $5, entered_at = $6
where sheet = $1 and entered_at is null returning sheet;

-- name: downtime_sheet_back
update downtime.sheet set is_aside = false, entered_by = '', entered_name = '', entered_at = null
where sheet = $1 and entered_at is not null and checked_at is null returning sheet;

-- name: downtime_sheet_checked
update downtime.sheet set patient = '', checked_by = $2, checked_at = $3
where sheet = $1 and entered_at is not null and checked_at is null returning sheet;

-- name: downtime_stepped
insert into downtime.step (sheet, what, said, by, name, at) values ($1, $2, $3, $4, $5, $6);

-- name: downtime_queues
-- What waits at each unit and since when, drills not counted.
select unit, count(*) filter (where entered_at is null) as waiting,
       count(*) filter (where entered_at is not null) as unchecked, min(happened_at) as oldest
from downtime.sheet where checked_at is null and drill is null group by unit;
