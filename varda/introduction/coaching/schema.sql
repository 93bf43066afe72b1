-- Coaches beside what training knows of them: who is lent, who walks the floors, who takes no calls now; and the calls.
-- People, units and organisations are HSA-ids. Nothing here is about a patient.
create schema coaching;

-- A coach of `home` who serves `unit`, asked for from one of the two and answered from the other.
create table coaching.loan (
    loan          bigint      generated always as identity primary key,
    person        text        not null,
    name          text        not null,
    home          text        not null,
    home_name     text        not null,
    unit          text        not null,
    unit_name     text        not null,
    opens         date        not null,
    closes        date        not null,
    asked_from    text        not null,
    asked_by      text        not null,
    asked_name    text        not null,
    answer        text        not null default '',
    answered_by   text        not null default '',
    answered_name text        not null default '',
    answered_at   timestamptz,
    ended_by      text        not null default '',
    ended_name    text        not null default '',
    ended_at      timestamptz,
    check (home <> unit and asked_from in (home, unit) and closes >= opens),
    check (answer in ('', 'yes', 'no'))
);
create index loan_home on coaching.loan (home, closes);
create index loan_unit on coaching.loan (unit, closes);
create index loan_person on coaching.loan (person, closes);

-- Somebody on the floors of an organisation and all below it, sent by whoever may.
create table coaching.walk (
    walk         bigint      generated always as identity primary key,
    person       text        not null,
    name         text        not null,
    organisation text        not null,
    opens        date        not null,
    closes       date        not null,
    given_by     text        not null,
    given_name   text        not null,
    given_at     timestamptz not null,
    ended_by     text        not null default '',
    ended_name   text        not null default '',
    ended_at     timestamptz,
    check (closes >= opens)
);
create index walk_person on coaching.walk (person, closes);
create index walk_organisation on coaching.walk (organisation, closes);

-- Who takes no calls, until when. One row a person: it says nothing of how often.
create table coaching.rest (
    person  text        primary key,
    until   timestamptz not null,
    said_at timestamptz not null
);

-- One call for a coach. `page` is the kind of page it came from, never an address. `nearest` is the ring that it began
-- with (0 own and lent coaches, 1 floorwalkers, 2 coaches beside), `told` the farthest that has been told. Who called,
-- who came and the words are emptied after a while; times, page and category stay for the figures.
create table coaching.call (
    call         bigint      generated always as identity primary key,
    caller       text        not null,
    caller_name  text        not null,
    unit         text        not null,
    unit_name    text        not null,
    page         text        not null,
    words        text        not null,
    place        text        not null,
    nearest      smallint    not null,
    told         smallint    not null,
    called_at    timestamptz not null,
    taken_by     text        not null default '',
    taken_name   text        not null default '',
    taken_at     timestamptz,
    answered_at  timestamptz,
    category     text        not null default '',
    withdrawn_at timestamptz,
    check (length(words) <= 500 and length(place) <= 100 and nearest between 0 and 2 and told between nearest and 2)
);
-- Nobody has two open calls: one that is sent twice is the same call.
create unique index call_open on coaching.call (caller) where answered_at is null and withdrawn_at is null;
create index call_waiting on coaching.call (unit, called_at) where answered_at is null and withdrawn_at is null;
create index call_unit on coaching.call (unit, called_at);
create index call_kept on coaching.call (called_at) where caller <> '';

grant usage on schema coaching to varda_app, varda_keeper;
grant select, insert, update on all tables in schema coaching to varda_app;
