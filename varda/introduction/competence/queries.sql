-- name: said
insert into competence.word (person, card, task, kind, level, version, by, by_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: words_of
-- The latest word of each kind about each task of some people.
select distinct on (person, card, task, kind) person, card, task, kind, level, version, by_name, said_at
from competence.word where person = any($1::text[])
order by person, card, task, kind, word desc;

-- name: planned
insert into competence.plan (person, card, task, goal, due, courses, by, by_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: plans_of
select card, task, goal, due, courses, by_name from (
    select distinct on (card, task) card, task, goal, due, courses, by_name
    from competence.plan where person = $1
    order by card, task, plan desc
) p where goal <> ''
order by due;

-- name: wanted
insert into competence.demand (unit, card, task, level, wanted, by, by_name, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: demand_of
select distinct on (card, task, level) card, task, level, wanted
from competence.demand where unit = $1
order by card, task, level, demand desc;
