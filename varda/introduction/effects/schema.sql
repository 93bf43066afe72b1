-- What the introduction is for, followed up: where each organisation (HSA-id) began, where it is going and how far it has
-- come, by indicator (a code of declared/goals.toml); and the milestones of the action plan. Only ever added to: the newest
-- revision says how it is.
create schema effects;

-- Where an organisation began and is to come, by whose work. What is not known yet is null.
create table effects.aim (
    indicator    text        not null,
    organisation text        not null,
    revision     integer     not null,
    owner        text        not null,
    owner_name   text        not null,
    baseline     numeric,
    baseline_on  date,
    target       numeric,
    target_on    date,
    source       text        not null,
    changed_by   text        not null,
    changed_name text        not null,
    changed_at   timestamptz not null,
    primary key (indicator, organisation, revision),
    check ((baseline is null) = (baseline_on is null)),
    check ((target is null) = (target_on is null))
);

-- What came out in a quarter (its first day). A value of fewer than five people is never kept: then it is null. What
-- Varda computes stands where it is reckoned (decision 44) and not here.
create table effects.outcome (
    indicator    text        not null,
    organisation text        not null,
    period       date        not null,
    revision     integer     not null,
    value        numeric,
    people       integer,
    source       text        not null,
    said_by      text        not null,
    said_name    text        not null,
    said_at      timestamptz not null,
    primary key (indicator, organisation, period, revision),
    check (extract(day from period) = 1 and extract(month from period) in (1, 4, 7, 10)),
    check (people >= 5 or people = 0),
    check (source <> '')
);

-- A milestone of a focus area in a year; how it stands is said beside it.
create table effects.milestone (
    milestone  bigint      generated always as identity primary key,
    focus      text        not null,
    year       integer     not null,
    words      text        not null,
    set_by     text        not null,
    set_name   text        not null,
    set_at     timestamptz not null,
    check (words <> ''),
    check (year between 2000 and 2100)
);

-- The newest revision counts: planned (before there is any), reached or dropped, and why.
create table effects.milestone_said (
    milestone bigint      not null references effects.milestone,
    revision  integer     not null,
    state     text        not null,
    reason    text        not null,
    said_by   text        not null,
    said_name text        not null,
    said_at   timestamptz not null,
    primary key (milestone, revision),
    check (state in ('planned', 'reached', 'dropped')),
    check (reason <> '')
);

grant usage on schema effects to varda_app, varda_keeper;
grant select, insert on all tables in schema effects to varda_app;
