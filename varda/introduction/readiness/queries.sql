-- name: candidates
select candidate, build, configuration, touches, since from readiness.candidate order by candidate;

-- name: candidates_locked
-- Two processes see a new build at once: one writes it.
select pg_advisory_xact_lock(hashtext('readiness.candidate'));

-- name: newest_candidate
select build, configuration, parts from readiness.candidate order by candidate desc limit 1;

-- name: candidate_added
insert into readiness.candidate (build, configuration, parts, touches, since) values ($1, $2, $3::jsonb, $4, $5);

-- name: build_said
select touches from readiness.build where build = $1;

-- name: build_declared
insert into readiness.build (build, touches, reason, said_by, said_name, said_at) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing returning build;

-- name: check_locked
-- One gathering of a check writes at a time.
select pg_advisory_xact_lock(hashtext('readiness.check'), hashtext($1::text));

-- name: standing_of_check
select s.place, e.lacking, e.of, e.detail, f.evidence is not null as is_forged
from readiness.standing s
join readiness.evidence e on e.evidence = s.evidence
left join readiness.forged f on f.evidence = s.evidence
where s."check" = $1;

-- name: evidence_kept
-- Many places at once, and what stands there now. `since` stays while the verdict does.
with kept as (
    insert into readiness.evidence ("check", candidate, at, place, is_met, lacking, of, detail, mark)
    select $1, $2, $3, place, is_met, lacking, of, detail::jsonb, mark
    from unnest($4::text[], $5::bool[], $6::int[], $7::int[], $8::text[], $9::bytea[])
         as one(place, is_met, lacking, of, detail, mark)
    returning "check", place, evidence, candidate, is_met, lacking, of, at
)
insert into readiness.standing ("check", place, evidence, candidate, is_met, lacking, of, at, since)
select "check", place, evidence, candidate, is_met, lacking, of, at, at from kept
on conflict (place, "check") do update set
    evidence = excluded.evidence, candidate = excluded.candidate, is_met = excluded.is_met, lacking = excluded.lacking,
    of = excluded.of, at = excluded.at,
    since = case when readiness.standing.is_met = excluded.is_met then readiness.standing.since else excluded.since end;

-- name: gathered
insert into readiness.gathering ("check", candidate, at, places, changed, failure) values ($1, $2, $3, $4, $5, $6);

-- name: gatherings
-- The newest of each check, and its newest that came to something.
select c."check", g.candidate, g.at, g.failure, w.candidate as whole_candidate, w.at as whole_at
from unnest($1::text[]) as c("check")
left join lateral (
    select candidate, at, failure from readiness.gathering where "check" = c."check" order by gathering desc limit 1
) g on true
left join lateral (
    select candidate, at from readiness.gathering where "check" = c."check" and failure = ''
    order by gathering desc limit 1
) w on true;

-- name: newest_evidence
select evidence from readiness.standing where "check" = $1 and place = $2;

-- name: newest_of_place
select e.evidence, e."check", e.place, e.candidate, e.is_met, e.lacking, e.of, e.detail, e.at
from readiness.standing s join readiness.evidence e on e.evidence = s.evidence
where s.place = $1;

-- name: history
select evidence, "check", place, candidate, is_met, lacking, of, detail, at
from readiness.evidence where place = $2 and "check" = $1 order by evidence desc limit $3;

-- name: standing_evidence
select e.evidence, e."check", e.place, e.candidate, e.is_met, e.lacking, e.of, e.detail, e.at, e.mark
from readiness.standing s join readiness.evidence e on e.evidence = s.evidence;

-- name: disowned
insert into readiness.forged (evidence, found_at) select one, $2 from unnest($1::bigint[]) as one on conflict do nothing;

-- name: standings
-- How each check stands at some places; what is not asked there is left out.
select s.place, s."check", s.candidate, s.is_met, s.lacking, s.of, s.since, s.at,
       exists (select from readiness.forged f where f.evidence = s.evidence) as is_forged
from readiness.standing s
where s.place = any($1::text[]) and s.of > 0;

-- name: standings_everywhere
select s.place, s."check", s.candidate, s.is_met, s.lacking, s.of, s.since, s.at,
       exists (select from readiness.forged f where f.evidence = s.evidence) as is_forged
from readiness.standing s
where s.of > 0;

-- name: days_kept
insert into readiness.day (place, day, met, of)
select place, $1, met, of from unnest($2::text[], $3::int[], $4::int[]) as one(place, met, of)
on conflict (place, day) do update set met = excluded.met, of = excluded.of
where (readiness.day.met, readiness.day.of) is distinct from (excluded.met, excluded.of);

-- name: days
-- Of some places together, the last days, oldest first. A day on which nobody counted stands as the day before.
select d.day, sum(d.met)::int as met, sum(d.of)::int as of
from readiness.day d where d.place = any($1::text[]) and d.day >= $2
group by d.day order by d.day;

-- name: matrices
select matrix, rights, reason, proposed_by, proposed_name, proposed_at, confirmed_name, confirmed_at
from readiness.matrix order by matrix desc limit 50;

-- name: matrix_proposed
insert into readiness.matrix (rights, reason, proposed_by, proposed_name, proposed_at) values ($1::jsonb, $2, $3, $4, $5);

-- name: matrix_confirmed
update readiness.matrix set confirmed_by = $2, confirmed_name = $3, confirmed_at = $4
where matrix = $1 and confirmed_at is null returning matrix;

-- name: tried
insert into readiness.trial (person, assignment, unit, role, candidate, steps, passed, at, mark)
values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9);

-- name: trial_of
select candidate, steps, passed, at from readiness.trial
where person = $1 and assignment = $2 order by trial desc limit 1;

-- name: trials_passed
-- The newest of each assignment, where all of it went.
select person, assignment, unit, role, candidate, steps, passed, at, mark
from (
    select distinct on (person, assignment) person, assignment, unit, role, candidate, steps, passed, at, mark
    from readiness.trial order by person, assignment, trial desc
) newest
where passed;

-- name: concerns
select concern as number, organisation, said, raised_by, raised_name, raised_at, answer, answered_name, answered_at
from readiness.concern
order by answered_at is not null, case when answered_at is null then concern else -concern end limit $1;

-- name: concerns_about
select concern as number, organisation, said, raised_by, raised_name, raised_at, answer, answered_name, answered_at
from readiness.concern where organisation = any($1::text[])
order by answered_at is not null, case when answered_at is null then concern else -concern end limit 500;

-- name: concern
select organisation, raised_by from readiness.concern where concern = $1;

-- name: concern_raised
insert into readiness.concern (organisation, said, raised_by, raised_name, raised_at) values ($1, $2, $3, $4, $5)
returning concern;

-- name: concern_answered
update readiness.concern set answer = $2, answered_by = $3, answered_name = $4, answered_at = $5
where concern = $1 and answered_at is null returning concern;

-- name: attestations
select attestation, "check", place, is_met, said, file_name, said_by, said_name, said_at, confirmed_name, confirmed_at
from readiness.attestation where place = $1 order by attestation desc limit 100;

-- name: attestation
select attestation, "check", place, is_met, said, file_name, said_by, said_name, said_at, confirmed_name, confirmed_at
from readiness.attestation where attestation = $1;

-- name: attestation_file
select file_name, file from readiness.attestation where attestation = $1 and file_name <> '';

-- name: attested
insert into readiness.attestation ("check", place, is_met, said, file_name, file, said_by, said_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning attestation;

-- name: attestation_confirmed
update readiness.attestation set confirmed_by = $2, confirmed_name = $3, confirmed_at = $4, evidence = $5
where attestation = $1 and confirmed_at is null returning attestation;

-- name: gathering_claimed
select pg_try_advisory_lock(hashtext('readiness.gathering')) as is_mine;

-- name: gathering_released
select pg_advisory_unlock(hashtext('readiness.gathering'));
