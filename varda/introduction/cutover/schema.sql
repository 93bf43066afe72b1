create schema cutover;

-- A run-book: how a delivery's units begin, wave by wave, on a candidate (build and configuration); or a dress rehearsal of
-- it. `starts` is the planned hour of the first wave, `content` the whole run-book as it was when it was made.
create table cutover.book (
    book          integer     generated always as identity primary key,
    delivery      text        not null,
    kind          text        not null,
    starts        timestamptz not null,
    content       jsonb       not null,
    build         text        not null,
    configuration text        not null,
    made_by       text        not null,
    made_name     text        not null,
    made_at       timestamptz not null,
    check (kind in ('start', 'rehearsal'))
);

-- What was said of a step, one after another: nobody says two things at once of it. `at` is when it happened, as they say.
-- kind owner: whose it is from then on (`person`, `name`).
create table cutover.event (
    book      integer     not null references cutover.book,
    step      text        not null,
    nth       integer     not null,
    kind      text        not null,
    at        timestamptz not null,
    note      text        not null,
    person    text        not null default '',
    name      text        not null default '',
    said_by   text        not null,
    said_name text        not null,
    said_at   timestamptz not null,
    primary key (book, step, nth),
    check (kind in ('begun', 'ended', 'go', 'fault', 'mended', 'note', 'taken-back', 'owner')),
    check ((kind = 'owner') = (person <> ''))
);

-- That a run-book is over: all of it done, or called off, and why.
create table cutover.closing (
    book        integer     primary key references cutover.book,
    is_done     boolean     not null,
    reason      text        not null,
    closed_by   text        not null,
    closed_name text        not null,
    closed_at   timestamptz not null
);

-- The units (HSA-ids) of each wave, as they were when the run-book was made.
create table cutover.wave_unit (
    book integer not null references cutover.book,
    unit text    not null,
    wave text    not null,
    primary key (book, unit)
);

-- That a unit began to work in the system (or, in a rehearsal, would have), by its wave's step; and that it no longer does.
-- The newest row of a unit says how it is.
create table cutover.switched (
    switched  bigint      generated always as identity primary key,
    book      integer     not null references cutover.book,
    unit      text        not null,
    is_on     boolean     not null,
    at        timestamptz not null,
    said_by   text        not null,
    said_name text        not null
);
create index switched_unit on cutover.switched (book, unit, switched desc);

-- What two people say of a wave's go where nothing can be computed. Of a criterion the newest counts, once it is confirmed.
create table cutover.attestation (
    attestation    bigint      generated always as identity primary key,
    book           integer     not null references cutover.book,
    wave           text        not null,
    criterion      text        not null,
    is_met         boolean     not null,
    said           text        not null,
    said_by        text        not null,
    said_name      text        not null,
    said_at        timestamptz not null,
    check (said <> ''),
    unique (attestation, said_by)
);
create index attestation_book on cutover.attestation (book, wave, attestation desc);

-- The second of the two. That it is another person is the table's own rule.
create table cutover.attestation_second (
    attestation    bigint      primary key,
    said_by        text        not null,
    confirmed_by   text        not null,
    confirmed_name text        not null,
    confirmed_at   timestamptz not null,
    foreign key (attestation, said_by) references cutover.attestation (attestation, said_by),
    check (confirmed_by <> said_by)
);

-- What the owner of a step was told of its beginning, as it was forecast then, when it first stood on their screen.
create table cutover.told (
    book     integer     not null,
    step     text        not null,
    person   text        not null,
    forecast timestamptz not null,
    told_at  timestamptz not null,
    primary key (book, step, person, told_at)
);

grant usage on schema cutover to varda_app, varda_keeper;
grant select, insert on all tables in schema cutover to varda_app;
