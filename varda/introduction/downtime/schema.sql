-- Downtime: what lies ready for a unit when Varda cannot be reached, and how what was written on paper comes in again
-- (F246). Packs themselves are encrypted files in a folder; here stands when each was made and whom it tells of. Units
-- and people are HSA-ids.
create schema downtime;

-- Which of its pass phrases a unit uses, by number. The phrase itself is made of the installation's seal and stored
-- nowhere.
create table downtime.phrase (
    unit     text        not null,
    number   integer     not null,
    set_by   text        not null,
    set_name text        not null,
    set_at   timestamptz not null,
    primary key (unit, number)
);

-- The newest pack of each unit. `patients` are the compartments that it tells of: whoever takes the pack reads of all
-- of them, and the access log says so. `failure` is why the newest attempt came to nothing; the pack before it stays.
create table downtime.pack (
    unit     text        primary key,
    made_at  timestamptz,
    ends_at  timestamptz,
    patients bigint[]    not null default '{}',
    phrase   integer     not null default 0,
    size     integer     not null default 0,
    is_cut   boolean     not null default false,
    tried_at timestamptz not null,
    failure  text        not null default '',
    check ((made_at is null) = (ends_at is null))
);

-- A drill of a unit: work on paper for practice, from when until when, and what was found.
create table downtime.drill (
    drill      integer     generated always as identity primary key,
    unit       text        not null,
    began_by   text        not null,
    began_name text        not null,
    began_at   timestamptz not null,
    ended_name text        not null default '',
    ended_at   timestamptz,
    found      text        not null default '',
    check ((ended_at is null) = (found = ''))
);
create unique index drill_going_on on downtime.drill (unit) where ended_at is null;
create index drill_newest on downtime.drill (unit, drill desc);

-- A thing that was written on paper and is to be entered: of which function, about whom (the id of a Patient; empty:
-- nobody knows yet, or it is checked and the chart has it), when it happened, and what finds the sheet. Nothing of what
-- was done stands here: that is on the paper, and then in the chart. `is_aside`: it is not to be entered.
create table downtime.sheet (
    sheet        bigint      generated always as identity primary key,
    unit         text        not null,
    drill        integer     references downtime.drill,
    function     text        not null,
    patient      text        not null default '',
    mark         text        not null,
    happened_at  timestamptz not null,
    noted_by     text        not null,
    noted_name   text        not null,
    noted_at     timestamptz not null,
    is_aside     boolean     not null default false,
    entered_by   text        not null default '',
    entered_name text        not null default '',
    entered_at   timestamptz,
    checked_by   text        not null default '',
    checked_at   timestamptz,
    check (mark <> ''),
    check (checked_at is null or (entered_at is not null and checked_by <> entered_by)),
    check (checked_at is null or patient = '')
);
create index sheet_waiting on downtime.sheet (unit, happened_at) where checked_at is null;

-- What has been done with a sheet, one after another: entered, set aside, sent back, checked. Only ever added to.
create table downtime.step (
    step  bigint      generated always as identity primary key,
    sheet bigint      not null references downtime.sheet,
    what  text        not null,
    said  text        not null,
    by    text        not null,
    name  text        not null,
    at    timestamptz not null,
    check (what in ('entered', 'aside', 'back', 'checked'))
);
create index step_of_sheet on downtime.step (sheet, step);

grant usage on schema downtime to varda_app, varda_keeper;
grant select, insert on all tables in schema downtime to varda_app;
grant update, delete on downtime.pack to varda_app;
grant update (ended_name, ended_at, found) on downtime.drill to varda_app;
grant update (patient, is_aside, entered_by, entered_name, entered_at, checked_by, checked_at) on downtime.sheet
to varda_app;
