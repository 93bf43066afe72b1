-- Go-live command: faults as staff tell them, cases of the support. People and units are HSA-ids. A patient stands in a
-- telling alone, as the id of the record, and is shown only through the door.
create schema command;

-- One fault: what was told of the same function and category. Where no function is named it is of its `place`, a unit.
-- `reports` and `last_at` are kept with each telling, so that a flood of them costs the list nothing.
create table command.fault (
    fault        bigint      generated always as identity primary key,
    function     text        not null,
    category     text        not null,
    place        text        not null,
    severity     smallint    not null,
    unit         text        not null,
    unit_name    text        not null,
    first_by     text        not null,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    reports      integer     not null default 1,
    escalated_at timestamptz,
    owner        text        not null default '',
    owner_name   text        not null default '',
    taken_at     timestamptz,
    closed_at    timestamptz,
    check (severity between 1 and 4 and (function <> '' or place <> ''))
);
-- What is told twice is one fault as long as it is open.
create unique index fault_open on command.fault (function, category, place) where closed_at is null;
create index fault_before on command.fault (function, category, place, closed_at) where closed_at is not null;
create index fault_closed on command.fault (closed_at desc) where closed_at is not null;

-- What each person said. Only ever added to: nothing that was told is lost, however many tell it.
create table command.telling (
    telling   bigint      generated always as identity primary key,
    fault     bigint      not null references command.fault,
    severity  smallint    not null,
    unit      text        not null,
    unit_name text        not null,
    person    text        not null,
    name      text        not null,
    words     text        not null,
    page      text        not null,
    build     text        not null,
    patient   text        not null,
    at        timestamptz not null,
    check (length(words) <= 2000)
);
create index telling_fault on command.telling (fault, person, telling desc);
create index telling_at on command.telling (at);

-- What became of a fault, step by step. Only ever added to.
create table command.step (
    step  bigint      generated always as identity primary key,
    fault bigint      not null references command.fault,
    act   text        not null,
    words text        not null,
    by    text        not null,
    name  text        not null,
    at    timestamptz not null
);
create index step_fault on command.step (fault, step);

-- A case of the support: who asked, who answers. `fault` where it turned out to be one.
create table command.support (
    support     bigint      generated always as identity primary key,
    asker       text        not null,
    asker_name  text        not null,
    unit        text        not null,
    unit_name   text        not null,
    page        text        not null,
    words       text        not null,
    place       text        not null,
    asked_at    timestamptz not null,
    taken_by    text        not null default '',
    taken_name  text        not null default '',
    taken_at    timestamptz,
    answer      text        not null default '',
    answered_at timestamptz,
    check (length(words) <= 2000 and length(place) <= 100 and words <> '')
);
-- Sent twice it is the same case.
create unique index support_open on command.support (asker, md5(words)) where answered_at is null;
create index support_waiting on command.support (asked_at) where answered_at is null;
create index support_asker on command.support (asker, asked_at);
create index support_unit on command.support (unit, asked_at);
create index support_asked on command.support (asked_at);

grant usage on schema command to varda_app, varda_keeper;
grant select, insert, update on command.fault, command.support to varda_app;
grant select, insert on command.telling, command.step to varda_app;

-- What was measured last: of the county (empty place) and of units. Written by what measures and never else.
create table command.figure (
    figure text             not null,
    place  text             not null,
    value  double precision not null,
    at     timestamptz      not null,
    primary key (figure, place)
);

-- When each was measured last, and why it could not be. What is not measured grows old and is missing.
create table command.measuring (
    figure  text        primary key,
    at      timestamptz,
    tried   timestamptz not null,
    failure text        not null default ''
);

-- The county's figure by the minute, for the trend and the weekly report.
create table command.point (
    figure text             not null,
    at     timestamptz      not null,
    value  double precision not null,
    primary key (figure, at)
);

-- A figure over its limit, from when to when, and who has taken it.
create table command.alarm (
    alarm      bigint           generated always as identity primary key,
    figure     text             not null,
    place      text             not null,
    opened_at  timestamptz      not null,
    value      double precision not null,
    worst      double precision not null,
    taken_by   text             not null default '',
    taken_name text             not null default '',
    taken_at   timestamptz,
    ended_at   timestamptz
);
create unique index alarm_open on command.alarm (figure, place) where ended_at is null;
create index alarm_opened on command.alarm (opened_at desc);

grant select, insert, update, delete on command.figure, command.point to varda_app;
grant select, insert, update on command.measuring, command.alarm to varda_app;
