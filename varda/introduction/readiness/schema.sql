-- Readiness: what was found out about each unit, on which build and configuration, and when. Evidence is only ever added
-- to and carries a mark of the installation, so that a row which somebody else has written counts for nothing. People,
-- units and organisations are HSA-ids. Nothing here is about a patient.
create schema readiness;

-- A build and a configuration of it, one after another. `parts` is the configuration by function, as fingerprints;
-- `touches` are the functions that differ from the one before ("*": any of them may).
create table readiness.candidate (
    candidate     integer     generated always as identity primary key,
    build         text        not null,
    configuration text        not null,
    parts         jsonb       not null,
    touches       text[]      not null,
    since         timestamptz not null
);

-- What somebody says that a build touches, before it is installed. Nothing said: everything.
create table readiness.build (
    build     text        primary key,
    touches   text[]      not null,
    reason    text        not null,
    said_by   text        not null,
    said_name text        not null,
    said_at   timestamptz not null,
    check (reason <> '')
);

-- One gathering of one check for all places. What is not changed is not written again: a place's newest evidence stands
-- as it was at the newest gathering. `failure` is why a gathering came to nothing.
create table readiness.gathering (
    gathering bigint      generated always as identity primary key,
    "check"   text        not null,
    candidate integer     not null references readiness.candidate,
    at        timestamptz not null,
    places    integer     not null default 0,
    changed   integer     not null default 0,
    failure   text        not null default ''
);
create index gathering_newest on readiness.gathering ("check", gathering desc);

-- What was found out. `place` is a unit or empty for the county; `of` how many were looked at and `lacking` how many of
-- them are not as they should be; `detail` says which.
create table readiness.evidence (
    evidence  bigint      generated always as identity primary key,
    "check"   text        not null,
    place     text        not null,
    candidate integer     not null references readiness.candidate,
    is_met    boolean     not null,
    lacking   integer     not null,
    of        integer     not null,
    detail    jsonb       not null,
    at        timestamptz not null,
    mark      bytea       not null,
    check (of >= lacking and lacking >= 0)
);
create index evidence_place on readiness.evidence (place, "check", evidence desc);

-- The newest of each check and place, so that a board need not look for it. Written with its evidence and never else.
create table readiness.standing (
    "check"   text        not null,
    place     text        not null,
    evidence  bigint      not null references readiness.evidence,
    candidate integer     not null,
    is_met    boolean     not null,
    lacking   integer     not null,
    of        integer     not null,
    at        timestamptz not null,
    since     timestamptz not null,
    primary key (place, "check")
);
create index standing_check on readiness.standing ("check");

-- Evidence whose mark is not the installation's, since when it is known.
create table readiness.forged (
    evidence bigint      primary key,
    found_at timestamptz not null
);

-- How many checks a unit met on each day, for the trend: the day's last count.
create table readiness.day (
    place text    not null,
    day   date    not null,
    met   integer not null,
    of    integer not null,
    primary key (place, day)
);

-- The agreed matrix of roles and rights: rights by role as pairs of function and act, by two persons.
create table readiness.matrix (
    matrix         bigint      generated always as identity primary key,
    rights         jsonb       not null,
    reason         text        not null,
    proposed_by    text        not null,
    proposed_name  text        not null,
    proposed_at    timestamptz not null,
    confirmed_by   text        not null default '',
    confirmed_name text        not null default '',
    confirmed_at   timestamptz,
    check (reason <> '' and confirmed_by <> proposed_by)
);

-- Somebody's own trial of an assignment on a candidate: what was tried, and whether all of it went.
create table readiness.trial (
    trial      bigint      generated always as identity primary key,
    person     text        not null,
    assignment text        not null,
    unit       text        not null,
    role       text        not null,
    candidate  integer     not null references readiness.candidate,
    steps      jsonb       not null,
    passed     boolean     not null,
    at         timestamptz not null,
    mark       bytea       not null
);
create index trial_newest on readiness.trial (person, assignment, trial desc);

-- A safety concern of anybody: about an organisation and all below it, with its answer.
create table readiness.concern (
    concern       bigint      generated always as identity primary key,
    organisation  text        not null,
    said          text        not null,
    raised_by     text        not null,
    raised_name   text        not null,
    raised_at     timestamptz not null,
    answer        text        not null default '',
    answered_by   text        not null default '',
    answered_name text        not null default '',
    answered_at   timestamptz,
    check (said <> '' and (answer = '') = (answered_at is null))
);
create index concern_open on readiness.concern (organisation) where answered_at is null;

-- What two people say of a place where nothing can be computed, with a file if there is one.
create table readiness.attestation (
    attestation    bigint      generated always as identity primary key,
    "check"        text        not null,
    place          text        not null,
    is_met         boolean     not null,
    said           text        not null,
    file_name      text        not null default '',
    file           bytea       not null default '',
    said_by        text        not null,
    said_name      text        not null,
    said_at        timestamptz not null,
    confirmed_by   text        not null default '',
    confirmed_name text        not null default '',
    confirmed_at   timestamptz,
    evidence       bigint      references readiness.evidence,
    check (said <> '' and confirmed_by <> said_by)
);
create index attestation_place on readiness.attestation (place, "check", attestation desc);

grant usage on schema readiness to varda_app, varda_keeper;
grant select, insert on all tables in schema readiness to varda_app;
grant update on readiness.standing, readiness.day to varda_app;
grant update (confirmed_by, confirmed_name, confirmed_at, evidence) on readiness.attestation to varda_app;
grant update (confirmed_by, confirmed_name, confirmed_at) on readiness.matrix to varda_app;
grant update (answer, answered_by, answered_name, answered_at) on readiness.concern to varda_app;
