-- Who is who, and who has a care relation to whom: a projection of FHIR resources, kept by the door in the same
-- transaction as the write it comes from. Sessions and tokens are this package's own.

create schema access;

-- Units and providers by the key of their HSA-id. `provider` is found by climbing Organization.partOf; `is_social` is
-- said of a provider of social care (omsorgsgivare), `is_municipal` of a municipality.
create table access.unit (
    organization text    primary key,
    unit         bigint  not null,
    hsa          text    not null,
    name         text    not null,
    part_of      text    not null,
    is_provider  boolean not null,
    is_social    boolean not null,
    is_municipal boolean not null,
    provider     bigint  not null,
    active       boolean not null,
    ahead        interval not null default '0' -- how far its clock is ahead of the wall's (training)
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
create index person_left on access.person (practitioner) where not active;

-- Licences to practise that a person holds (Practitioner.qualification), by their Swedish names.
create table access.licence (
    practitioner text        not null,
    licence      text        not null,
    opens        timestamptz not null,
    closes       timestamptz not null,
    primary key (practitioner, licence)
);

-- One assignment (medarbetaruppdrag) each: a person, a profession, a unit, from when to when (PDL 4:2), and what for:
-- care, quality follow-up, administration (PDL 2:4).
create table access.assignment (
    id           text        primary key,
    assignment   text        not null,
    practitioner text        not null,
    organization text        not null,
    role         text        not null,
    purpose      text        not null,
    title        text        not null,
    opens        timestamptz not null,
    closes       timestamptz not null,
    active       boolean     not null
);
create index assignment_hsa on access.assignment (assignment);
create index assignment_practitioner on access.assignment (practitioner);
create index assignment_organization on access.assignment (organization);

-- Who reaches which patient: derived from care relations (`source` is the item, `home` its compartment), or a recorded
-- choice. width 0: the grantee's own unit's items; 1: those of other units of the same provider as well; 2: another
-- provider's (`provider`, 0 any; `unit`, 0 any) while the grantee has a relation; 3: the same without one; 4: those that
-- an inner block hides, of the `unit`. `types` limits what is opened to what matters; null: nothing is left out.
-- `consent` is the Consent that it rests on, if any: it ends with it.
create table access.reach (
    compartment bigint      not null,
    grantee     bigint      not null,
    source      bigint      not null,
    home        bigint      not null,
    width       smallint    not null,
    provider    bigint      not null default 0,
    unit        bigint      not null default 0,
    types       smallint[],
    consent     bigint      not null default 0,
    opens       timestamptz not null,
    closes      timestamptz not null,
    primary key (compartment, grantee, source)
);
create index reach_consent on access.reach (consent) where consent <> 0;
create index reach_grantee on access.reach (grantee, compartment);

-- Two records of one person (Patient.link): the door opens both. Undone by taking the link away. `source` is the
-- Patient that says so; both may.
create table access.same (
    compartment bigint not null,
    other       bigint not null,
    source      bigint not null,
    primary key (compartment, other, source)
);

-- What the patient has decided, from Consent: kind 1 was informed by the provider, 2 lets the provider (or unit) read
-- others' data, 3 inner and 4 outer block of the provider's unit (0: all of it), 5 who reads for a minor. In force from
-- opens until closes, for items dated since .. until, unless lifted. `home` is where it was said; linked records have it too.
create table access.decision (
    compartment bigint      not null,
    kind        smallint    not null,
    provider    bigint      not null,
    unit        bigint      not null,
    source      bigint      not null,
    home        bigint      not null,
    opens       timestamptz not null,
    closes      timestamptz not null,
    since       timestamptz not null,
    until       timestamptz not null,
    lift_opens  timestamptz not null,
    lift_closes timestamptz not null,
    primary key (compartment, kind, provider, unit, source)
);
create index decision_source on access.decision (source);
-- Blocks of periods that are long past are not looked through, however many there are.
create index decision_until on access.decision (compartment, kind, provider, until);

-- Why somebody chose to open a patient, other units' or other providers' data (PDL 4:1, 4:5; SVOD 3; A1, A3, A5, A8-A11).
create table access.choice (
    compartment bigint      not null,
    choice      bigint      generated always as identity,
    assignment  text        not null,
    person      text        not null,
    ground      text        not null,
    reason      text        not null,
    consent     text        not null,
    width       smallint    not null,
    providers   text[]      not null,
    units       text[]      not null,
    types       text[]      not null,
    opens       timestamptz not null,
    closes      timestamptz not null,
    primary key (compartment, choice)
);

-- Somebody asks a provider to lift an outer block (SVOD 3:5; A12), and what the provider answered.
create table access.request (
    compartment bigint      not null,
    request     bigint      generated always as identity,
    patient     text        not null,
    provider    bigint      not null,
    asked       timestamptz not null,
    person      text        not null,
    name        text        not null,
    unit        text        not null,
    reason      text        not null,
    answered    timestamptz,
    answer      text        not null default '',
    primary key (compartment, request)
);
create index request_provider on access.request (provider, asked);

-- Signed-in browsers and bearer tokens, known only by the hash of their secret. `subject` is whom a provider of
-- identities has vouched for, by its own name for it, as which `people` and for which assignments (`offered`); all
-- empty for a token. No `session`: the person is signed in and has not chosen an assignment yet. `sid` is the sign-in by
-- the provider's name for it, `proof` the id_token that it vouched with, shown to it again when one signs out.
create table access.ticket (
    secret  bytea       primary key,
    kind    text        not null,
    session jsonb,
    opens   timestamptz not null,
    closes  timestamptz not null,
    subject text        not null,
    name    text        not null,
    people  text[]      not null,
    offered text[]      not null,
    seen    timestamptz not null,
    locked  boolean     not null,
    sid     text        not null default '',
    proof   text        not null default ''
);
create index ticket_sid on access.ticket (sid) where sid <> '';
create index ticket_closes on access.ticket (closes);
create index ticket_subject on access.ticket (subject);

-- What is taken up once and soon, by the hash of a secret that was given out: a sign-in on its way, a code.
create table access.once (
    secret bytea       primary key,
    kind   text        not null,
    body   jsonb       not null,
    closes timestamptz not null
);
create index once_closes on access.once (closes);

-- How often somebody has failed to show who they are, by the hash of who tried what: nothing more until `due`, less a
-- minute. Not logged, for a crash may forgive a minute.
create unlogged table access.guess (
    key bytea       primary key,
    due timestamptz not null
);

grant usage on schema access to varda_app, varda_keeper;
grant select, insert, update, delete on all tables in schema access to varda_app;
-- What is derived from an item goes with it when it is destroyed.
grant select, delete on access.reach, access.decision, access.same to varda_keeper;

-- Registered apps (SMART on FHIR): who owns each, for what purpose it reads, where people come back to, what it may ask
-- for at most. `auth` is none (public), client_secret_basic or private_key_jwt. An app that has ended stays to be seen.
create table access.app (
    client    text        primary key,
    name      text        not null,
    owner     text        not null,
    purpose   text        not null,
    redirects text[]      not null,
    launch    text        not null,
    scopes    text        not null,
    auth      text        not null,
    secret    bytea,
    jwks      text        not null,
    jwks_url  text        not null,
    units     text[]      not null,
    opens     timestamptz not null,
    closes    timestamptz
);

-- One patient, and perhaps contact, that somebody opens an app for from the chart (EHR launch).
create table access.launch (
    secret    bytea       primary key,
    client    text        not null,
    actor     text        not null,
    patient   text        not null,
    encounter text        not null,
    closes    timestamptz not null
);

-- An app asks (`request`), a person approves (`session`, `code`), and the app has tokens until it `ended`. `closes` is
-- until when the next step may be taken. `browser` is the ticket that an app without offline_access lives with.
create table access.approval (
    approval  text        primary key,
    client    text        not null references access.app,
    request   bytea       not null unique,
    redirect  text        not null,
    scope     text        not null,
    state     text        not null,
    challenge text        not null,
    nonce     text        not null,
    is_launch boolean     not null,
    patient   text        not null,
    encounter text        not null,
    actor     text        not null,
    session   jsonb,
    browser   bytea,
    code      bytea       unique,
    is_used   boolean     not null,
    opens     timestamptz not null,
    closes    timestamptz not null,
    ended     timestamptz
);
create index approval_client on access.approval (client);
create index approval_browser on access.approval (browser) where browser is not null;
create index approval_person on access.approval ((session ->> 'actor')) where ended is null;

-- Refresh tokens by the hash of their secret. One that was used stays, so that a second use is seen for what it is.
create table access.refresh (
    secret   bytea       primary key,
    approval text        not null references access.approval on delete cascade,
    is_used  boolean     not null,
    opens    timestamptz not null,
    closes   timestamptz not null
);
create index refresh_approval on access.refresh (approval);

-- Assertions that an app has signed in with: each is good once.
create table access.assertion (
    client text        not null,
    jti    text        not null,
    closes timestamptz not null,
    primary key (client, jti)
);

create index ticket_app on access.ticket ((session ->> 'app'), (session ->> 'approval'));

grant select, insert, update, delete on access.app, access.launch, access.approval, access.refresh, access.assertion
    to varda_app;
