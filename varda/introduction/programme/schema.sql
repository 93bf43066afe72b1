create schema programme;

-- Who is appointed to what: a person in a role of declared/roles.toml, at an organisation (HSA-id) and below it, or for
-- the whole programme (empty). In force from `opens` until `closes`, or until it is ended. Only ever added to.
create table programme.mandate (
    mandate      bigint      generated always as identity primary key,
    person       text        not null,
    name         text        not null,
    role         text        not null,
    organisation text        not null,
    opens        timestamptz not null,
    closes       timestamptz,
    reason       text        not null,
    given_by     text        not null,
    given_name   text        not null,
    given_at     timestamptz not null,
    check (closes > opens),
    check (reason <> ''),
    check (given_by <> person)
);
create index mandate_person on programme.mandate (person);
create index mandate_organisation on programme.mandate (organisation);

-- The end of one, before its time.
create table programme.mandate_end (
    mandate    bigint      primary key references programme.mandate,
    ends       timestamptz not null,
    reason     text        not null,
    ended_by   text        not null,
    ended_name text        not null,
    check (reason <> '')
);

-- Who takes part: an organisation (HSA-id) in the delivery of an area, with the options it has called off. The newest row
-- of each organisation says how it is.
create table programme.participant (
    organisation text        not null,
    revision     integer     not null,
    area         text        not null,
    kind         text        not null,
    options      text[]      not null,
    pioneers     text[]      not null,
    active       boolean     not null,
    changed_by   text        not null,
    changed_name text        not null,
    changed_at   timestamptz not null,
    primary key (organisation, revision)
);

-- An overall plan that somebody wants: all its items, written by items.py, and the plan in force that it was made from
-- (0: none). `reopens`: it changes what is frozen, so its gateways are decided anew.
create table programme.plan (
    plan          bigint      generated always as identity primary key,
    based_on      bigint      not null,
    content       jsonb       not null,
    reason        text        not null,
    reopens       boolean     not null,
    proposed_by   text        not null,
    proposed_name text        not null,
    proposed_at   timestamptz not null,
    check (reason <> ''),
    unique (plan, proposed_by, based_on)
);

-- What the steering group has decided on it, as its minutes say. One plan alone can take the place of another.
create table programme.plan_decision (
    plan         bigint      primary key,
    proposed_by  text        not null,
    based_on     bigint      not null,
    approved     boolean     not null,
    minutes      text        not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    foreign key (plan, proposed_by, based_on) references programme.plan (plan, proposed_by, based_on),
    check (decided_by <> proposed_by),
    check (minutes <> '')
);
create unique index plan_decision_next on programme.plan_decision (based_on) where approved;

-- Work packages, activities and local milestones: the detailed plan. The newest row of each code says how it is.
create table programme.work (
    code         text        not null,
    revision     integer     not null,
    organisation text        not null,
    content      jsonb       not null,
    active       boolean     not null,
    reason       text        not null,
    changed_by   text        not null,
    changed_name text        not null,
    changed_at   timestamptz not null,
    primary key (code, revision)
);

-- What is said of an item, of whichever plan: begun and finished on a day. The newest row says how it is.
create table programme.progress (
    code      text        not null,
    revision  integer     not null,
    begun     date,
    finished  date,
    said_by   text        not null,
    said_name text        not null,
    said_at   timestamptz not null,
    primary key (code, revision),
    check (finished >= begun)
);

-- Whether a delivery (empty: the whole programme) is planned, running, paused or stopped, by whose decision and why.
create table programme.state (
    state        bigint      generated always as identity primary key,
    delivery     text        not null,
    said         text        not null,
    reason       text        not null,
    minutes      text        not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    check (said in ('planned', 'running', 'paused', 'stopped')),
    check (reason <> '' and minutes <> '')
);

-- What speaks for a criterion of a gateway, or against it; of those of a criterion the newest counts. `kind` computed: found
-- by Varda itself on a build and a configuration; those that people give name neither.
create table programme.evidence (
    evidence    bigint      generated always as identity primary key,
    delivery    text        not null,
    gateway     text        not null,
    criterion   text        not null,
    criteria    integer     not null,
    kind        text        not null,
    is_met      boolean     not null,
    said        text        not null,
    reference   text        not null,
    build       text        not null,
    fingerprint text        not null,
    given_by    text        not null,
    given_name  text        not null,
    given_at    timestamptz not null,
    check (kind in ('statement', 'document', 'computed')),
    check ((kind = 'computed') = (build <> '')),
    check (said <> '')
);
create index evidence_gateway on programme.evidence (delivery, gateway);

-- A criterion that is let through though it is not met: by name, with a reason and an end, and in sight for ever. It counts
-- once a second person has said so as well.
create table programme.override (
    override   bigint      generated always as identity primary key,
    delivery   text        not null,
    gateway    text        not null,
    criterion  text        not null,
    reason     text        not null,
    opens      timestamptz not null,
    closes     timestamptz not null,
    given_by   text        not null,
    given_name text        not null,
    check (closes > opens),
    check (reason <> ''),
    unique (override, given_by)
);
create index override_gateway on programme.override (delivery, gateway);

-- The second of the two who let it through. That it is another person is the table's own rule.
create table programme.override_second (
    override       bigint      primary key,
    given_by       text        not null,
    confirmed_by   text        not null,
    confirmed_name text        not null,
    confirmed_at   timestamptz not null,
    foreign key (override, given_by) references programme.override (override, given_by),
    check (confirmed_by <> given_by)
);

-- The first key of a gateway's decision: the side (programme or operations), whether it is to be passed, and why; with what
-- it was decided on (`stood`): the build and configuration, and each criterion of that version as it was then.
create table programme.first_key (
    decision   bigint      generated always as identity primary key,
    delivery   text        not null,
    gateway    text        not null,
    criteria   integer     not null,
    stood      jsonb       not null,
    side       text        not null,
    passed     boolean     not null,
    reason     text        not null,
    turned_by  text        not null,
    turned_name text       not null,
    turned_at  timestamptz not null,
    check (side in ('programme', 'operations')),
    check (reason <> ''),
    unique (decision, turned_by, side)
);
create index first_key_gateway on programme.first_key (delivery, gateway);

-- The second key. That it is another person's, of the other side, is the table's own rule.
create table programme.second_key (
    decision    bigint      primary key,
    first_by    text        not null,
    first_side  text        not null,
    side        text        not null,
    stood       jsonb       not null,
    passed      boolean     not null,
    reason      text        not null,
    turned_by   text        not null,
    turned_name text        not null,
    turned_at   timestamptz not null,
    foreign key (decision, first_by, first_side) references programme.first_key (decision, turned_by, side),
    check (side in ('programme', 'operations')),
    check (side <> first_side),
    check (turned_by <> first_by),
    check (reason <> '')
);

-- What was decided at a gateway counts no longer: something that was frozen has changed, or it is held.
create table programme.reopening (
    reopening   bigint      generated always as identity primary key,
    delivery    text        not null,
    gateway     text        not null,
    reason      text        not null,
    opened_by   text        not null,
    opened_name text        not null,
    opened_at   timestamptz not null
);

-- A status report of an organisation for a period (its first day). The newest of a period counts.
create table programme.report (
    report       bigint      generated always as identity primary key,
    organisation text        not null,
    period       date        not null,
    content      jsonb       not null,
    sent_by      text        not null,
    sent_name    text        not null,
    sent_at      timestamptz not null
);
create index report_organisation on programme.report (organisation, period);
create index report_period on programme.report (period, organisation);

grant usage on schema programme to varda_app, varda_keeper;
grant select, insert on all tables in schema programme to varda_app;
