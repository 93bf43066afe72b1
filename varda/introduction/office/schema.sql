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

grant usage on schema office to varda_app, varda_keeper;
grant select, insert on all tables in schema office to varda_app;
