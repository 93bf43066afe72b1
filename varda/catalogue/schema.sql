-- What a county has changed in the catalogue, and how things stand: rights by dated changes that two persons sign,
-- finished courses, exceptions from them, and the state of functions. Only ever added to: the history is the tables.

create schema catalogue;

-- A proposed change of one right of one role. `act` is read, write, sign or special; `course` is empty or must be
-- finished for the right to hold. In effect from `opens` until `closes` once it is approved.
create table catalogue.change (
    change        bigint      generated always as identity primary key,
    role          text        not null,
    what          text        not null,
    act           text        not null,
    granted       boolean     not null,
    course        text        not null,
    opens         timestamptz not null,
    closes        timestamptz,
    reason        text        not null,
    proposed_by   text        not null,
    proposed_name text        not null,
    proposed_at   timestamptz not null,
    check (closes > opens),
    check (reason <> ''),
    check (course = '' or (granted and act <> 'read')),
    unique (change, proposed_by)
);

-- The other person's word on it. That it is another one is the table's own rule (ARCHITECTURE, idea 5).
create table catalogue.decision (
    change       bigint      primary key,
    proposed_by  text        not null,
    approved     boolean     not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    foreign key (change, proposed_by) references catalogue.change (change, proposed_by),
    check (decided_by <> proposed_by)
);

-- Courses that people have finished. Training fills it; `course` is the course's id.
create table catalogue.finished_course (
    person text        not null,
    course text        not null,
    opens  timestamptz not null,
    closes timestamptz,
    primary key (person, course, opens),
    check (closes > opens)
);

-- A unit manager's exception from a course, for one person of the unit, for thirty days at most.
create table catalogue.exception (
    exception  bigint      generated always as identity primary key,
    person     text        not null,
    name       text        not null,
    unit       text        not null,
    course     text        not null,
    opens      timestamptz not null,
    closes     timestamptz not null,
    reason     text        not null,
    given_by   text        not null,
    given_name text        not null,
    given_at   timestamptz not null,
    check (closes > opens and closes <= opens + interval '30 days'),
    check (reason <> ''),
    check (given_by <> person)
);
create index exception_person on catalogue.exception (person);
create index exception_unit on catalogue.exception (unit);

-- How a function stands at a unit (by HSA-id, empty: everywhere) from `opens` until `closes` or another word: of those
-- that last the newest row of each pair. A stop says the paper routine (`routine`) and what must be so before it is put
-- on again (`way_back`); `is_safety`: said by a safety
-- representative; `entry` is what a comparison stopped it for (Type/id).
create table catalogue.switch (
    switch    bigint      generated always as identity primary key,
    function  text        not null,
    unit      text        not null,
    state     text        not null,
    reason    text        not null,
    opens     timestamptz not null,
    closes    timestamptz,
    routine   text        not null,
    way_back  text        not null,
    entry     text        not null,
    set_by    text        not null,
    set_name  text        not null,
    is_safety boolean     not null,
    set_at    timestamptz not null,
    check (closes > opens),
    check (state in ('on', 'stopped', 'paper')),
    check (reason <> ''),
    check (state = 'on' or (routine <> '' and way_back <> ''))
);
create index switch_newest on catalogue.switch (function, unit, switch desc);

-- The functions that an organisation (HSA-id) has not called off, closed for it and all below it. The newest row of each
-- organisation says how it is.
create table catalogue.closing (
    closing      bigint      generated always as identity primary key,
    organisation text        not null,
    functions    text[]      not null,
    set_by       text        not null,
    set_at       timestamptz not null
);
create index closing_newest on catalogue.closing (organisation, closing desc);

-- What a county declares of its own, such as a template of notes (`kind`), by its `code`. In effect from `opens` once it
-- is approved, until another of the same kind and code is; `content` is read by the domain that owns the kind.
create table catalogue.declaration (
    declaration   bigint      generated always as identity primary key,
    kind          text        not null,
    code          text        not null,
    content       jsonb       not null,
    opens         timestamptz not null,
    reason        text        not null,
    proposed_by   text        not null,
    proposed_name text        not null,
    proposed_at   timestamptz not null,
    check (reason <> ''),
    unique (declaration, proposed_by)
);

-- The other person's word on it, as on a change of rights.
create table catalogue.declaration_decision (
    declaration  bigint      primary key,
    proposed_by  text        not null,
    approved     boolean     not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    foreign key (declaration, proposed_by) references catalogue.declaration (declaration, proposed_by),
    check (decided_by <> proposed_by)
);

grant usage on schema catalogue to varda_app, varda_keeper;
grant select, insert on all tables in schema catalogue to varda_app;
