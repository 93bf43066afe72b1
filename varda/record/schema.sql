-- What the door itself keeps: drafts that are not yet part of the record.

create schema record;

-- Typed but not yet saved as a note: the author's own, safe on the server within two seconds.
create table record.draft (
    compartment bigint      not null,
    draft       text        not null,
    author      text        not null,
    patient     text        not null,
    kind        text        not null,
    base        text        not null,
    revision    integer     not null,
    saved       timestamptz not null,
    content     jsonb       not null,
    primary key (compartment, draft)
);
create index draft_author on record.draft (author);

-- What an environment a database is for; a process of another kind refuses it.
create table record.stamp (
    sole        boolean     primary key default true check (sole),
    environment text        not null,
    made        timestamptz not null
);

-- What an import brought and how it compares with its source, per run; and how far a run has come.
create table record.import (
    run      text        not null,
    source   text        not null,
    at       timestamptz not null,
    outcome  jsonb       not null,
    primary key (run, source)
);

grant usage on schema record to varda_app, varda_keeper;
grant select, insert, update, delete on record.draft, record.import to varda_app;
grant select, insert, update on record.stamp to varda_app;
