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

-- Files beside a draft, the author's own like it; they go with it, into the record or away.
create table record.draft_file (
    compartment bigint      not null,
    draft       text        not null,
    file        text        not null,
    author      text        not null,
    name        text        not null,
    kind        text        not null,
    saved       timestamptz not null,
    content     bytea       not null,
    primary key (compartment, draft, file),
    foreign key (compartment, draft) references record.draft on delete cascade
);
create index draft_file_author on record.draft_file (author, draft);

-- Templates of notes that a person (an HSA-id) wants first. No care data.
create table record.favourite (
    person   text   not null,
    template text   not null,
    place    bigint generated always as identity,
    primary key (person, template)
);

-- Short words that expand into text as one writes: `owner` is a person's or a unit's HSA-id, `by_name` who wrote it last.
-- No care data.
create table record.phrase (
    owner   text not null,
    word    text not null,
    text    text not null,
    by_name text not null,
    primary key (owner, word)
);

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

-- An authority's decision that something is destroyed (PDL 8:4; R4): asked for by one person of the provider (an HSA-id),
-- ordered by another, carried out under varda_keeper. `entries` are references; what they said is nowhere here, and the
-- reason goes with them.
create table record.destruction (
    compartment  bigint      not null,
    destruction  bigint      generated always as identity,
    patient      text        not null,
    provider     text        not null,
    case_number  text        not null,
    authority    text        not null,
    decided      date        not null,
    reason       text        not null,
    is_whole     boolean     not null,
    entries      text[]      not null,
    asked        timestamptz not null,
    asked_by     text        not null,
    asked_name   text        not null,
    ordered      timestamptz,
    ordered_by   text        not null default '',
    ordered_name text        not null default '',
    withdrawn    timestamptz,
    withdrawn_by text        not null default '',
    finished     timestamptz,
    primary key (compartment, destruction),
    check (case_number <> '' and authority <> '' and asked_by <> ''),
    check (ordered_by <> asked_by),
    check ((ordered is null) = (ordered_by = '')),
    check (ordered is null or withdrawn is null),
    check (finished is null or ordered is not null)
);
create index destruction_provider on record.destruction (provider, asked);
create index destruction_unfinished on record.destruction (ordered) where finished is null;

-- A copy that left the house (PDL 3:11; R6): to whom, when, by whom, what and why. `entries` are references, none means all
-- that the provider has.
create table record.copy (
    compartment bigint      not null,
    copy        bigint      generated always as identity,
    patient     text        not null,
    provider    text        not null,
    unit_name   text        not null,
    at          timestamptz not null,
    by          text        not null,
    name        text        not null,
    way         text        not null,
    recipient   text        not null,
    entries     text[]      not null,
    reason      text        not null default '',
    primary key (compartment, copy),
    check (recipient <> '')
);

-- When somebody (an HSA-id) last looked into a patient's chart, and when before that sitting: what has come since is marked
-- for that person. No care data.
create table record.look (
    compartment bigint      not null,
    person      text        not null,
    latest      timestamptz not null,
    before      timestamptz,
    primary key (compartment, person)
);
create index look_latest on record.look (latest);

-- Who is away from a unit (an HSA-id) and who covers (references of Practitioners): what waits for the one waits for the
-- other too. It gives no right. No care data.
create table record.cover (
    cover     bigint      generated always as identity primary key,
    unit      text        not null,
    away      text        not null,
    away_name text        not null,
    by        text        not null,
    by_name   text        not null,
    opens     timestamptz not null,
    closes    timestamptz not null,
    noted     timestamptz not null,
    noted_by  text        not null,
    ended     timestamptz,
    check (away <> by and opens < closes)
);
create index cover_unit on record.cover (unit, closes) where ended is null;

-- Messages of staff about no patient, each under a unit (an HSA-id): `sender` and `recipient` are references, `thread` the
-- first message where it is an answer. Seen by these two alone, or by the whole unit where it is to that. No care data.
create table record.memo (
    memo           bigint      generated always as identity primary key,
    thread         bigint,
    unit           text        not null,
    sender         text        not null,
    sender_name    text        not null,
    recipient      text        not null,
    recipient_name text        not null,
    text           text        not null,
    sent           timestamptz not null,
    check (text <> '')
);
create index memo_recipient on record.memo (unit, recipient, sent);
create index memo_sender on record.memo (unit, sender, sent);

-- Who has read which of them.
create table record.memo_read (
    memo   bigint      not null,
    person text        not null,
    at     timestamptz not null,
    primary key (memo, person)
);

-- What may be told of a measure at a unit (an HSA-id), by the name of a cell: sums of its parts, then how many they are
-- together, null where it is not told. Reckoned for a month at a time. Of nobody, and no care data.
create table record.measure (
    measure text  not null,
    unit    text  not null,
    as_of   date  not null,
    cells   jsonb not null,
    primary key (measure, unit)
);

-- Deviations: what went or could have gone wrong at a unit (an HSA-id), about a patient (an id; empty: about none), as it
-- was reported. No part of a record. `slip` makes a report that is sent twice one.
create table record.deviation (
    deviation     bigint      generated always as identity primary key,
    unit          text        not null,
    unit_name     text        not null,
    provider      text        not null,
    patient       text        not null,
    place         text        not null,
    what          text        not null,
    severity      text        not null,
    happened      timestamptz not null,
    reporter      text        not null,
    reporter_name text        not null,
    reported      timestamptz not null,
    slip          text        not null,
    unique (reporter, slip),
    check (severity in ('none', 'minor', 'moderate', 'major', 'catastrophic')),
    check (what <> '')
);
create index deviation_unit on record.deviation (provider, unit, deviation desc);
create index deviation_reporter on record.deviation (reporter, deviation desc);
create index deviation_day on record.deviation (unit, happened);

-- What was done with one: `act` the step, `said` what it decided, `text` why. Only ever added to.
create table record.deviation_step (
    step      bigint      generated always as identity primary key,
    deviation bigint      not null references record.deviation (deviation),
    nth       int         not null,
    act       text        not null,
    said      text        not null,
    text      text        not null,
    by        text        not null,
    by_name   text        not null,
    at        timestamptz not null,
    unique (deviation, nth)
);

-- What a unit's staff said of a day's safety at its meeting. The newest row of a day stands. Of nobody, and no care data.
create table record.safety_day (
    said      bigint      generated always as identity primary key,
    unit      text        not null,
    day       date        not null,
    colour    text        not null,
    text      text        not null,
    follow_up text        not null,
    by        text        not null,
    by_name   text        not null,
    at        timestamptz not null,
    check (colour in ('green', 'yellow', 'orange', 'red'))
);
create index safety_day_newest on record.safety_day (unit, day, said desc);

grant usage on schema record to varda_app, varda_keeper;
grant select, insert, update, delete on record.draft, record.draft_file, record.favourite, record.import, record.look, record.phrase to varda_app;
grant select, insert, update on record.measure, record.stamp to varda_app;
grant select, insert on record.destruction, record.copy, record.cover, record.memo, record.memo_read to varda_app;
grant select, insert on record.deviation, record.deviation_step, record.safety_day to varda_app;
grant update (slip) on record.deviation to varda_app;
grant update (ended) on record.cover to varda_app;
grant update (entries, ordered, ordered_by, ordered_name, withdrawn, withdrawn_by) on record.destruction to varda_app;
grant select, delete on record.draft, record.look to varda_keeper;
grant select, update (finished, reason) on record.destruction to varda_keeper;
