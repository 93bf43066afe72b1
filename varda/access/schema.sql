-- Who is who, and who has a care relation to whom: a projection of FHIR resources, kept by the door in the same
-- transaction as the write it comes from. Sessions and tokens are this package's own.

create schema access;

-- Units and providers by the key of their HSA-id. `provider` is found by climbing Organization.partOf.
create table access.unit (
    organization text    primary key,
    unit         bigint  not null,
    hsa          text    not null,
    name         text    not null,
    part_of      text    not null,
    is_provider  boolean not null,
    provider     bigint  not null,
    active       boolean not null
);
create index unit_key on access.unit (unit);
create index unit_part_of on access.unit (part_of);

create table access.person (
    practitioner text    primary key,
    hsa          text    not null,
    name         text    not null,
    sorted       text    not null,
    active       boolean not null
);
create index person_hsa on access.person (hsa);

-- One assignment (medarbetaruppdrag) each: a person, a role, a unit, from when to when (PDL 4:2).
create table access.assignment (
    id           text        primary key,
    assignment   text        not null,
    practitioner text        not null,
    organization text        not null,
    role         text        not null,
    title        text        not null,
    opens        timestamptz not null,
    closes       timestamptz not null,
    active       boolean     not null
);
create index assignment_hsa on access.assignment (assignment);
create index assignment_practitioner on access.assignment (practitioner);

-- Who reaches which patient: derived from care relations (`source` is the item, `home` its compartment), or an active
-- choice. width 0: the grantee's own unit's items; 1: those of other units of the same provider as well.
create table access.reach (
    compartment bigint      not null,
    grantee     bigint      not null,
    source      bigint      not null,
    home        bigint      not null,
    width       smallint    not null,
    opens       timestamptz not null,
    closes      timestamptz not null,
    primary key (compartment, grantee, source)
);
create index reach_grantee on access.reach (grantee, compartment);

-- Two records of one person (Patient.link): the door opens both. Undone by taking the link away. `source` is the
-- Patient that says so; both may.
create table access.same (
    compartment bigint not null,
    other       bigint not null,
    source      bigint not null,
    primary key (compartment, other, source)
);

-- Why somebody chose to open a patient without a care relation, or to see other units' data (PDL 4:1; A1, A3).
create table access.choice (
    compartment bigint      not null,
    choice      bigint      generated always as identity,
    assignment  text        not null,
    reason      text        not null,
    width       smallint    not null,
    opens       timestamptz not null,
    closes      timestamptz not null,
    primary key (compartment, choice)
);

-- Signed-in browsers and bearer tokens, known only by the hash of their secret.
create table access.ticket (
    secret  bytea       primary key,
    kind    text        not null,
    session jsonb       not null,
    opens   timestamptz not null,
    closes  timestamptz not null
);
create index ticket_closes on access.ticket (closes);

grant usage on schema access to varda_app, varda_keeper;
grant select, insert, update, delete on all tables in schema access to varda_app;
