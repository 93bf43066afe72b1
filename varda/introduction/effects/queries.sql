-- name: aim_set
insert into effects.aim (indicator, organisation, revision, owner, owner_name, baseline, baseline_on, target, target_on,
                         source, changed_by, changed_name, changed_at)
select $1, $2, 1 + coalesce((select max(revision) from effects.aim a where a.indicator = $1 and a.organisation = $2), 0),
       $3, $4, $5, $6, $7, $8, $9, $10, $11, $12;

-- name: aims
-- As they are now, of one indicator ($1) or, empty, of all.
select distinct on (indicator, organisation) indicator, organisation, owner, owner_name, baseline, baseline_on, target,
       target_on, source, changed_name, changed_at
from effects.aim where $1 = '' or indicator = $1
order by indicator, organisation, revision desc;

-- name: outcome_said
insert into effects.outcome (indicator, organisation, period, revision, value, people, source, said_by, said_name, said_at)
select $1, $2, $3,
       1 + coalesce((select max(o.revision) from effects.outcome o
                     where o.indicator = $1 and o.organisation = $2 and o.period = $3), 0),
       $4, $5, $6, $7, $8, $9;

-- name: outcomes
-- The newest of each organisation and quarter, in the order of time: of one indicator ($1) or, empty, of all; of one quarter
-- ($2) or all (null).
select distinct on (indicator, organisation, period) indicator, organisation, period, value, people, source,
       said_name, said_at
from effects.outcome
where ($1 = '' or indicator = $1) and ($2::date is null or period = $2)
order by indicator, organisation, period, revision desc;

-- name: milestone_set
insert into effects.milestone (focus, year, words, set_by, set_name, set_at)
values ($1, $2, $3, $4, $5, $6)
returning milestone;

-- name: milestone_said
-- Nothing is returned where there is no such milestone.
insert into effects.milestone_said (milestone, revision, state, reason, said_by, said_name, said_at)
select m.milestone, 1 + coalesce((select max(revision) from effects.milestone_said s where s.milestone = m.milestone), 0),
       $2, $3, $4, $5, $6
from effects.milestone m where m.milestone = $1
returning milestone;

-- name: milestones
select distinct on (m.year, m.milestone) m.milestone, m.focus, m.year, m.words, coalesce(s.state, 'planned') as state,
       coalesce(s.reason, '') as reason, coalesce(s.said_name, m.set_name) as said_name,
       coalesce(s.said_at, m.set_at) as said_at
from effects.milestone m left join effects.milestone_said s on s.milestone = m.milestone
order by m.year, m.milestone, s.revision desc;
