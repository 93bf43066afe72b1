-- What a programme office keeps: risks and problems, controlled documents, decisions, notes of forums, and whom it has
-- reminded. Only ever added to: the newest revision says how it is, and what it was stays. Organisations and people are
-- HSA-ids.
create schema office;

-- A risk or a problem, of an organisation, of an area (its code) or of the whole programme (both empty).
create table office.risk (
    risk         bigint      generated always as identity primary key,
    organisation text        not null,
    area         text        not null,
    raised_by    text        not null,
    raised_name  text        not null,
    raised_at    timestamptz not null
);
create index risk_organisation on office.risk (organisation);

-- How it is: the newest revision. `level` is where it is dealt with since `level_since`; a problem has no probability (0).
create table office.risk_said (
    risk         bigint      not null references office.risk,
    revision     integer     not null,
    kind         text        not null,
    words        text        not null,
    probability  smallint    not null,
    consequence  smallint    not null,
    owner        text        not null,
    owner_name   text        not null,
    measures     text        not null,
    due          date        not null,
    level        text        not null,
    level_since  timestamptz not null,
    state        text        not null,
    reason       text        not null,
    changed_by   text        not null,
    changed_name text        not null,
    changed_at   timestamptz not null,
    primary key (risk, revision),
    check (kind in ('risk', 'problem')),
    check (level in ('local', 'joint', 'programme')),
    check (state in ('open', 'going', 'closed')),
    check (words <> '' and owner <> ''),
    check ((kind = 'problem') = (probability = 0)),
    check (probability between 0 and 5 and consequence between 1 and 5)
);

-- A controlled document: its number, and whose it is (an organisation, or empty: the programme's).
create table office.document (
    document     bigint      generated always as identity primary key,
    number       text        not null unique,
    organisation text        not null,
    opened_by    text        not null,
    opened_name  text        not null,
    opened_at    timestamptz not null,
    check (number <> '')
);

-- A version of it: what it says as a file (`kind` is its media type), or where it is to be found (`link`). In force from
-- `opens`, once another person has approved it.
create table office.document_version (
    document    bigint      not null references office.document,
    version     integer     not null,
    title       text        not null,
    issuer      text        not null,
    opens       date        not null,
    link        text        not null,
    kind        text        not null,
    name        text        not null,
    content     bytea       not null,
    author      text        not null,
    author_name text        not null,
    written_at  timestamptz not null,
    primary key (document, version),
    unique (document, version, author),
    check (title <> '' and issuer <> ''),
    check ((link = '') <> (kind = ''))
);
alter table office.document_version alter column content set storage external;

-- What another person than the author has said of a version.
create table office.document_decision (
    document     bigint      not null,
    version      integer     not null,
    author       text        not null,
    approved     boolean     not null,
    reason       text        not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    primary key (document, version),
    foreign key (document, version, author) references office.document_version (document, version, author),
    check (decided_by <> author)
);

-- A document that holds no longer, and why. Its versions stay readable.
create table office.document_end (
    document       bigint      primary key references office.document,
    reason         text        not null,
    withdrawn_by   text        not null,
    withdrawn_name text        not null,
    withdrawn_at   timestamptz not null,
    check (reason <> '')
);

-- A decision as it was taken, by a body (a role of the programme): alternatives with what speaks for and against, the state
-- as it was measured then, dissent by name. Never changed; a later one may follow it. `plan` and `gateway` name what it is
-- about, where it is about one.
create table office.decision (
    decision     bigint      generated always as identity primary key,
    title        text        not null,
    body         text        not null,
    taken_on     date        not null,
    alternatives jsonb       not null,
    measured     jsonb       not null,
    decided      text        not null,
    dissent      jsonb       not null,
    minutes      text        not null,
    follows      bigint      references office.decision,
    plan         bigint,
    gateway      text        not null,
    risk         bigint      references office.risk,
    written_by   text        not null,
    written_name text        not null,
    written_at   timestamptz not null,
    check (title <> '' and decided <> '' and minutes <> '')
);

-- What was said at a working forum on a day; participants are roles, not names.
create table office.note (
    note         bigint      generated always as identity primary key,
    forum        text        not null,
    held_on      date        not null,
    roles        text[]      not null,
    points       text        not null,
    written_by   text        not null,
    written_name text        not null,
    written_at   timestamptz not null,
    check (points <> '')
);
create index note_forum on office.note (forum, held_on);

-- What somebody has taken on at a forum.
create table office.action (
    action     bigint generated always as identity primary key,
    note       bigint not null references office.note,
    words      text   not null,
    owner      text   not null,
    owner_name text   not null,
    due        date   not null,
    check (words <> '')
);
create index action_note on office.action (note);

-- That it is done, or was dropped, and how.
create table office.action_end (
    action     bigint      primary key references office.action,
    is_done    boolean     not null,
    said       text        not null,
    ended_by   text        not null,
    ended_name text        not null,
    ended_at   timestamptz not null
);

-- Whom Varda has told that a status report of a period is due, or (`is_overdue`) has not come: when it first stood on
-- their screen.
create table office.reminder (
    person       text        not null,
    organisation text        not null,
    period       date        not null,
    is_overdue   boolean     not null,
    name         text        not null,
    told_at      timestamptz not null,
    primary key (person, organisation, period, is_overdue)
);
create index reminder_period on office.reminder (period);

grant usage on schema office to varda_app, varda_keeper;
grant select, insert on all tables in schema office to varda_app;
