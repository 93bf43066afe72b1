-- What people can, by the tasks of declared cards. People and units are HSA-ids. Only ever added to: the latest counts.
-- Read for the person and for who leads a unit where they work, and for nobody else.
create schema competence;

-- A level that somebody says of themselves, or that an assessor confirms; empty: none. Two words make a level.
create table competence.word (
    word    bigint      generated always as identity primary key,
    person  text        not null,
    card    text        not null,
    task    text        not null,
    kind    text        not null,
    level   text        not null,
    version text        not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (kind in ('self', 'confirmed') and level in ('', 'A', 'B', 'C')),
    check ((kind = 'self') = (person = by))
);
create index word_person on competence.word (person, card, task, kind, word);

-- Where somebody is to get in a task, by when, by which courses; an empty goal ends the plan.
create table competence.plan (
    plan    bigint      generated always as identity primary key,
    person  text        not null,
    card    text        not null,
    task    text        not null,
    goal    text        not null,
    due     date,
    courses text[]      not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (goal in ('', 'A', 'B', 'C') and (goal = '' or due is not null))
);
create index plan_person on competence.plan (person, card, task, plan);

-- How many a unit needs at a level or above in a task.
create table competence.demand (
    demand  bigint      generated always as identity primary key,
    unit    text        not null,
    card    text        not null,
    task    text        not null,
    level   text        not null,
    wanted  smallint    not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (level in ('A', 'B', 'C') and wanted between 0 and 999)
);
create index demand_unit on competence.demand (unit, card, task, level, demand);

grant usage on schema competence to varda_app, varda_keeper;
grant select, insert on all tables in schema competence to varda_app;
