-- Why: the spine. The catalogue, the store, who reaches whom, the access log, what the door and the screens keep, as the schema files say.

-- What a county has changed in the catalogue, and how things stand: rights by dated changes that two persons sign,
-- finished courses, exceptions from them, and the state of functions. Only ever added to: the history is the tables.

create schema catalogue;

-- A proposed change of one right of one role. `act` is read, write, sign or special; `course` is empty or must be
-- finished for the right to hold. In effect from `opens` until `closes` once it is approved.
create table catalogue.change (
    change        bigint      generated always as identity primary key,
    role          text        not null,
    what          text        not null,
    act           text        not null,
    granted       boolean     not null,
    course        text        not null,
    opens         timestamptz not null,
    closes        timestamptz,
    reason        text        not null,
    proposed_by   text        not null,
    proposed_name text        not null,
    proposed_at   timestamptz not null,
    check (closes > opens),
    check (reason <> ''),
    check (course = '' or (granted and act <> 'read')),
    unique (change, proposed_by)
);

-- The other person's word on it. That it is another one is the table's own rule (ARCHITECTURE, idea 5).
create table catalogue.decision (
    change       bigint      primary key,
    proposed_by  text        not null,
    approved     boolean     not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    foreign key (change, proposed_by) references catalogue.change (change, proposed_by),
    check (decided_by <> proposed_by)
);

-- Courses that people have finished. Training fills it; `course` is the course's id.
create table catalogue.finished_course (
    person text        not null,
    course text        not null,
    opens  timestamptz not null,
    closes timestamptz,
    primary key (person, course, opens),
    check (closes > opens)
);

-- A unit manager's exception from a course, for one person of the unit, for thirty days at most.
create table catalogue.exception (
    exception  bigint      generated always as identity primary key,
    person     text        not null,
    name       text        not null,
    unit       text        not null,
    course     text        not null,
    opens      timestamptz not null,
    closes     timestamptz not null,
    reason     text        not null,
    given_by   text        not null,
    given_name text        not null,
    given_at   timestamptz not null,
    check (closes > opens and closes <= opens + interval '30 days'),
    check (reason <> ''),
    check (given_by <> person)
);
create index exception_person on catalogue.exception (person);
create index exception_unit on catalogue.exception (unit);

-- How a function stands at a unit (by HSA-id, empty: everywhere) from `opens` until `closes` or another word: of those
-- that last the newest row of each pair. A stop says the paper routine (`routine`) and what must be so before it is put
-- on again (`way_back`); `is_safety`: said by a safety
-- representative; `entry` is what a comparison stopped it for (Type/id).
create table catalogue.switch (
    switch    bigint      generated always as identity primary key,
    function  text        not null,
    unit      text        not null,
    state     text        not null,
    reason    text        not null,
    opens     timestamptz not null,
    closes    timestamptz,
    routine   text        not null,
    way_back  text        not null,
    entry     text        not null,
    set_by    text        not null,
    set_name  text        not null,
    is_safety boolean     not null,
    set_at    timestamptz not null,
    check (closes > opens),
    check (state in ('on', 'stopped', 'paper')),
    check (reason <> ''),
    check (state = 'on' or (routine <> '' and way_back <> ''))
);
create index switch_newest on catalogue.switch (function, unit, switch desc);

-- The functions that an organisation (HSA-id) has not called off, closed for it and all below it. The newest row of each
-- organisation says how it is.
create table catalogue.closing (
    closing      bigint      generated always as identity primary key,
    organisation text        not null,
    functions    text[]      not null,
    set_by       text        not null,
    set_at       timestamptz not null
);
create index closing_newest on catalogue.closing (organisation, closing desc);

-- What a county declares of its own, such as a template of notes (`kind`), by its `code`. In effect from `opens` once it
-- is approved, until another of the same kind and code is; `content` is read by the domain that owns the kind.
create table catalogue.declaration (
    declaration   bigint      generated always as identity primary key,
    kind          text        not null,
    code          text        not null,
    content       jsonb       not null,
    opens         timestamptz not null,
    reason        text        not null,
    proposed_by   text        not null,
    proposed_name text        not null,
    proposed_at   timestamptz not null,
    check (reason <> ''),
    unique (declaration, proposed_by)
);

-- The other person's word on it, as on a change of rights.
create table catalogue.declaration_decision (
    declaration  bigint      primary key,
    proposed_by  text        not null,
    approved     boolean     not null,
    decided_by   text        not null,
    decided_name text        not null,
    decided_at   timestamptz not null,
    foreign key (declaration, proposed_by) references catalogue.declaration (declaration, proposed_by),
    check (decided_by <> proposed_by)
);

grant usage on schema catalogue to varda_app, varda_keeper;
grant select, insert on all tables in schema catalogue to varda_app;

-- Which codes a unit chooses, so that what is often wanted is offered first. No patient is here, and no time of day.

create schema terminology;

create table terminology.used (
    unit   text    not null,
    actor  text    not null,
    system text    not null,
    code   text    not null,
    times  integer not null,
    last   date    not null,
    primary key (unit, system, actor, code)
);

-- What a unit has put on top, for all who work there.
create table terminology.favourite (
    unit   text not null,
    system text not null,
    code   text not null,
    primary key (unit, system, code)
);

grant usage on schema terminology to varda_app;
grant select, insert, update on terminology.used to varda_app;
grant select, insert, delete on terminology.favourite to varda_app;

-- Every resource that Varda keeps. A resource belongs to one patient's compartment (0: to nobody) and every
-- patient-owned table leads its primary key with the compartment, so that Citus can distribute by it.
-- Numbers that identify (compartment, item, param, token) are 63-bit hashes made by varda.fhir.keys.

create schema store;

-- The order of creation: newest first without looking at a clock that may jump.
create sequence store.birth;

-- Where an item lives: the only lookup by id alone. On Citus distributed by item.
create table store.place (
    item        bigint primary key,
    compartment bigint not null
);

-- Every version ever written, as the bytes to answer with. Only ever added to (PDL 3:14, RULES R2). From `dated` until
-- `dated_until` is its main clinical date, else when it was written: a patient may block what is of a period. A deletion is
-- of all time, so that any block hides that there was something. `withheld` is what care keeps back from the patient's own
-- view (PDL 5:5).
create table store.version (
    compartment bigint      not null,
    item        bigint      not null,
    version     integer     not null,
    type        smallint    not null,
    id          text        not null,
    at          timestamptz not null,
    dated       timestamptz not null,
    dated_until timestamptz not null,
    deleted     boolean     not null,
    provider    bigint      not null,
    unit        bigint      not null,
    withheld    boolean     not null,
    also        bigint[],
    author      text        not null,
    body        bytea       not null,
    primary key (compartment, item, version)
);

-- One index row for the newest version of each item that is not deleted. An item that names several patients has a
-- row in each one's compartment; `home` is the compartment that holds its versions, `also` the other patients. `letters`
-- are 512 bits that tell which letters its words cannot have (varda.search.letters); null: nothing is known of them.
create table store.current (
    compartment bigint      not null,
    item        bigint      not null,
    home        bigint      not null,
    type        smallint    not null,
    version     integer     not null,
    born        bigint      not null,
    provider    bigint      not null,
    unit        bigint      not null,
    withheld    boolean     not null,
    updated     timestamptz not null,
    low         timestamptz,
    high        timestamptz,
    also        bigint[],
    tokens      bigint[]    not null,
    id          text        not null,
    letters     bigint[],
    primary key (compartment, item)
);
-- A common token must be known as common, or a page of newest items reads the whole index (FHIR.md, lessons).
alter table store.current alter column tokens set statistics 2000;
create index current_newest on store.current (type, born desc);
create index current_dated on store.current (type, low desc nulls last);
create index current_chart on store.current (compartment, type, low desc nulls last, born desc);
-- One patient's items owner by owner, so that what a block hides is passed over and not looked at one by one. In the
-- order of current_chart: what has no date last, and before it what has no beginning.
create index current_stretch on store.current (
    compartment, type, provider, unit,
    (case when low is null then '-infinity'::timestamptz
          else greatest(low, '0001-01-01 00:00:00+00 BC'::timestamptz) end) desc nulls last,
    born desc
);
create index current_updated on store.current (type, updated desc);
create index current_unit on store.current (unit, type, born desc);
create index current_unit_dated on store.current (unit, type, low desc nulls last);
create index current_tokens on store.current using gin (tokens) with (gin_pending_list_limit = 1024);

-- Dates other than the type's main one, as half-open intervals.
create table store.moment (
    compartment bigint      not null,
    item        bigint      not null,
    param       bigint      not null,
    place       smallint    not null,
    low         timestamptz not null,
    high        timestamptz not null,
    primary key (compartment, item, param, place)
);
create index moment_low on store.moment (param, low);

-- Numbers and quantities as the interval their precision means.
create table store.amount (
    compartment bigint   not null,
    item        bigint   not null,
    param       bigint   not null,
    place       smallint not null,
    low         numeric  not null,
    high        numeric  not null,
    system      bigint   not null,
    code        bigint   not null,
    primary key (compartment, item, param, place)
);
create index amount_low on store.amount (param, low);

-- Normalised words of names and texts, searched by prefix.
create table store.word (
    compartment bigint   not null,
    item        bigint   not null,
    param       bigint   not null,
    place       smallint not null,
    word        text     not null,
    primary key (compartment, item, param, place)
);
create index word_prefix on store.word (param, word text_pattern_ops);

-- References to something that is not here (yet): kept as they came, and known as such.
create table store.dangling (
    compartment bigint not null,
    item        bigint not null,
    target      text   not null,
    primary key (compartment, item, target)
);

grant usage on schema store to varda_app, varda_keeper;
grant usage, select on sequence store.birth to varda_app;
grant select, insert, update on store.place to varda_app;
grant select, insert on store.version to varda_app;
grant select, insert, update, delete on store.current, store.moment, store.amount, store.word, store.dangling to varda_app;
grant select, delete on all tables in schema store to varda_keeper;
-- What is left of a destroyed item is a last version that says nothing but that; its place is locked while it goes.
grant insert on store.version to varda_keeper;
grant update on store.place to varda_keeper;

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

-- The access log (PDL 4:3; RULES section 3). Rows are only ever added; each is bound to the one before it by a hash.

create schema audit;

-- A chain has one writer at a time. A writer that loses its connection at commit never uses its chain again.
create table audit.chain (
    chain   bigint generated always as identity primary key,
    opened  timestamptz not null,
    process text        not null,
    build   text        not null
);

-- A month is a table of its own, so that what is past its time goes whole and at once. `actor` acts for `on_behalf`,
-- where that is somebody else. A chain goes through the months; that a place is there once is what verifying shows.
create table audit.event (
    chain      bigint      not null,
    place      bigint      not null,
    at         timestamptz not null,
    action     text        not null,
    outcome    text        not null,
    actor      text        not null,
    on_behalf  text        not null,
    role       text        not null,
    assignment text        not null,
    unit       text        not null,
    provider   text        not null,
    purpose    text        not null,
    patients   bigint[]    not null,
    category   text        not null check (category <> ''),
    origin     text        not null check (origin <> ''),
    what       text        not null,
    build      text        not null,
    request    text        not null,
    hash       bytea       not null,
    primary key (chain, place, at)
) partition by range (at);
create index event_at on audit.event using brin (at);
-- Whoever asks who has read one patient's record must not wait for the whole log to be read.
create index event_patients on audit.event using gin (patients) with (gin_pending_list_limit = 1024);

-- No row is lost because nobody made its month: it waits here until `month_made` gives it one.
create table audit.event_default partition of audit.event default;

-- The newest row of each chain, bound together: a row cut from the end of a chain, or a whole chain, is missed here.
create table audit.seal (
    place bigint      primary key,
    at    timestamptz not null,
    hash  bytea       not null
);
create table audit.head (
    chain bigint not null,
    place bigint not null,
    seal  bigint not null,
    hash  bytea  not null,
    primary key (chain, place)
);
create index head_seal on audit.head (seal);

-- Rows that went when their time was over, as runs of a chain's places: `hash` is the last one's, to which the next row
-- is bound. A digest of a retirement's runs stands in the log itself.
create table audit.retired (
    chain      bigint not null,
    first      bigint not null,
    last       bigint not null,
    hash       bytea  not null,
    retirement text   not null,
    primary key (chain, first)
);

-- Log review: what was looked at on a day, with the seed that its samples were drawn by, so that they can be drawn again.
create table audit.run (
    day    date        primary key,
    at     timestamptz not null,
    seed   text        not null,
    share  numeric     not null,
    events bigint      not null,
    drawn  bigint      not null,
    opened bigint      not null
);

-- What a rule or a sample found, for a person to judge. `places` are rows of the log as chain and place in turn.
create table audit.matter (
    matter   bigint      generated always as identity primary key,
    opened   timestamptz not null,
    day      date        not null,
    rule     text        not null,
    provider text        not null,
    unit     text        not null,
    actor    text        not null,
    patient  bigint      not null,
    places   bigint[]    not null,
    reviewer text        not null default '',
    outcome  text        not null default '',
    note     text        not null default '',
    closed   timestamptz,
    unique (day, rule, unit, actor, patient)
);
create index matter_unit on audit.matter (provider, unit, day);

-- The application makes no tables; it may ask for a month of the log (its first day), which takes over the rows that
-- came before it. False when it was there already.
create function audit.month_made(month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '2s' as $made$
declare
    called text := 'event_' || to_char(month, 'YYYY_MM');
    opens  timestamptz := month::timestamp at time zone 'UTC';
    closes timestamptz := (month::timestamp + interval '1 month') at time zone 'UTC';
begin
    if extract(day from month) <> 1 then
        raise exception using message = 'a month begins on its first day, not on ' || month;
    end if;
    perform pg_advisory_xact_lock(7316454);
    if to_regclass('audit.' || called) is not null then
        return false;
    end if;
    execute 'create table audit.' || called || ' (like audit.event including constraints)';
    -- The rows of the month must not come in between the moving and the attaching.
    lock table audit.event_default in share row exclusive mode;
    execute 'with moved as (delete from audit.event_default where at >= $1 and at < $2 returning *) insert into audit.'
            || called || ' select * from moved' using opens, closes;
    execute 'alter table audit.event attach partition audit.' || called || ' for values from ('
            || quote_literal(opens) || ') to (' || quote_literal(closes) || ')';
    return true;
end
$made$;

-- Takes whole months away, oldest first, up to a day. Nothing of the last five years by the log's own newest seal,
-- whoever asks; what was taken must be listed in audit.retired before.
create function audit.months_retired(before date) returns text[]
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '5s' as $gone$
declare
    called text;
    gone   text[] := '{}';
    sealed timestamptz;
    lacks  boolean;
begin
    select max(at) into sealed from audit.seal;
    if sealed is null or before::timestamp at time zone 'UTC' > sealed - interval '5 years' then
        raise exception 'the log is kept for at least five years';
    end if;
    for called in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit.event'::regclass and c.relname ~ '^event_\d{4}_\d\d$'
          and to_date(substr(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before
        order by c.relname
    loop
        execute 'select exists (select from audit.' || called || ' e where not exists (
                     select from audit.retired r where r.chain = e.chain and e.place between r.first and r.last))'
                into lacks;
        if lacks then
            raise exception using message = 'rows of ' || called || ' are not listed as retired';
        end if;
        execute 'alter table audit.event detach partition audit.' || called;
        execute 'drop table audit.' || called;
        gone := gone || called;
    end loop;
    return gone;
end
$gone$;

grant usage on schema audit to varda_app, varda_keeper;
grant select, insert on audit.chain, audit.event, audit.seal, audit.head, audit.run, audit.matter to varda_app;
grant select on audit.retired, audit.event_default to varda_app;
grant update (reviewer, outcome, note, closed) on audit.matter to varda_app;
grant select on all tables in schema audit to varda_keeper;
grant insert on audit.retired to varda_keeper;
revoke all on function audit.month_made(date), audit.months_retired(date) from public;
grant execute on function audit.month_made(date) to varda_app;
grant execute on function audit.months_retired(date) to varda_keeper;

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

-- What outside systems have told, as they told it.
create schema exchange;

-- Units, people and assignments of a directory of staff (HR, HSA-katalogen), each as its export last said; `place` is
-- the unit above, or the unit of an assignment. One that the export has no more is `gone`, and stays to be compared with.
create table exchange.staff (
    source text        not null,
    kind   text        not null,
    hsa    text        not null,
    place  text        not null,
    said   jsonb       not null,
    gone   boolean     not null default false,
    taken  timestamptz not null,
    primary key (source, kind, hsa)
);

-- What is to be told to a learning record store (xAPI), until it has it. `body` is emptied when it has arrived; `due` is when
-- it is tried next, `reason` why the last try failed. One that is `parked` was refused for good and waits for an operator.
create table exchange.statement (
    id     uuid        primary key,
    body   text        not null,
    made   timestamptz not null,
    due    timestamptz not null,
    tries  smallint    not null default 0,
    sent   timestamptz,
    parked timestamptz,
    reason text        not null default ''
);
create index statement_due on exchange.statement (due, made) where sent is null and parked is null;
create index statement_sent on exchange.statement (sent) where sent is not null;
create index statement_parked on exchange.statement (parked) where parked is not null;

-- Until when the events of a source have been put in.
create table exchange.heard (
    source text        primary key,
    until  timestamptz not null
);

grant usage on schema exchange to varda_app, varda_keeper;
grant select, insert, update on all tables in schema exchange to varda_app;
grant delete on exchange.statement to varda_app;

-- What a task took, counted. Who did it and when in the week is not kept, so that no list of people can be made of it.
create schema introduction;

create table introduction.effort (
    unit    text     not null, -- HSA-id of the care unit
    task    text     not null,
    week    date     not null, -- its Monday
    actions smallint not null,
    fields  smallint not null,
    seconds smallint not null, -- in steps of five
    times   integer  not null,
    primary key (unit, task, week, actions, fields, seconds),
    check (actions >= 0 and fields >= 0 and seconds >= 0 and times > 0)
);

-- What all that was counted of a quarter comes to: how many seconds, on how many days of how many people. A week belongs to
-- the quarter of its Monday.
create table introduction.effort_quarter (
    unit    text    not null,
    quarter date    not null, -- its first day
    people  integer not null,
    days    integer not null, -- each person's own, added up
    seconds bigint  not null,
    primary key (unit, quarter),
    check (people >= 0 and days >= people and seconds >= 0)
);

-- By which it is known how many people have been counted this quarter: a mark that names nobody and stands beside no task,
-- with the newest day that it was counted. It goes with the quarter.
create table introduction.effort_mark (
    unit    text  not null,
    quarter date  not null,
    mark    bytea not null,
    newest  date  not null,
    primary key (unit, quarter, mark)
);

grant usage on schema introduction to varda_app, varda_keeper;
grant select, insert, update on introduction.effort, introduction.effort_quarter, introduction.effort_mark to varda_app;
grant delete on introduction.effort_mark to varda_app;

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

-- What people have done of their courses, and what they say about them. Only ever added to: a course that changes or is
-- withdrawn keeps what was done. A person is an HSA-id; course and step are their codes, `version` the course's fingerprint.
create schema training;

-- One step done. `is_right` is of a question in a self-test; `tries`, `actions` and `seconds` what a question or an
-- exercise took, 0 where nobody counted. `is_done` false takes back a class that somebody did not come to; the newest counts.
create table training.done (
    person   text        not null,
    course   text        not null,
    step     text        not null,
    version  text        not null,
    done_at  timestamptz not null,
    is_right boolean     not null,
    tries    smallint    not null,
    actions  integer     not null,
    seconds  integer     not null,
    build    text        not null,
    is_done  boolean     not null default true,
    primary key (person, course, step, done_at)
);
create index done_since on training.done (done_at, person, course, step);

-- A course finished, with the version that was and the build it was finished on. That it counts for rights stands in
-- catalogue.finished_course. `answers_right` is a self-test's.
create table training.finished (
    person        text        not null,
    course        text        not null,
    version       text        not null,
    finished_at   timestamptz not null,
    until         timestamptz,
    answers_right smallint    not null,
    build         text        not null,
    primary key (person, course, finished_at),
    check (until > finished_at)
);
create index finished_course on training.finished (course, person);
create index finished_since on training.finished (finished_at, person, course);

-- What somebody says about a step, and what was answered.
create table training.remark (
    remark  bigint      generated always as identity primary key,
    course  text        not null,
    step    text        not null,
    version text        not null,
    person  text        not null,
    name    text        not null,
    unit    text        not null,
    said    text        not null,
    said_at timestamptz not null,
    check (said <> '' and length(said) <= 2000)
);
create index remark_course on training.remark (course, step);
create table training.answer (
    remark        bigint      primary key references training.remark (remark),
    said          text        not null,
    answered_by   text        not null,
    answered_name text        not null,
    answered_at   timestamptz not null,
    check (said <> '' and length(said) <= 2000)
);

-- Who is appointed coach or instructor at a unit, by whom. The latest word counts; `is_on` false ends it.
create table training.duty (
    word       bigint      generated always as identity primary key,
    person     text        not null,
    name       text        not null,
    duty       text        not null,
    unit       text        not null,
    is_on      boolean     not null,
    given_by   text        not null,
    given_name text        not null,
    given_at   timestamptz not null,
    check (duty in ('coach', 'instructor'))
);
create index duty_person on training.duty (person);
create index duty_unit on training.duty (unit, duty);

-- That an organisation (HSA-id) stands behind a version of a course: the word of its training lead.
create table training.approval (
    course            text        not null,
    version           text        not null,
    organisation      text        not null,
    organisation_name text        not null,
    approved_by       text        not null,
    approved_name     text        not null,
    approved_at       timestamptz not null,
    primary key (course, version, organisation)
);

grant usage on schema training to varda_app, varda_keeper;
grant select, insert on all tables in schema training to varda_app;

-- The training environment: copied units, who sits at which, and what has been shown there. Empty anywhere else.
create schema practice;

-- Kinds of unit to practise at: invented patients by number, told as of a Monday at 08.00.
create table practice.kind (
    name     text        primary key,
    patients integer[]   not null,
    told     timestamptz not null
);

-- A copied unit (HSA-id). Spare until it is `taken`; `ended` when somebody has begun anew. A `shared` one seats a whole
-- class, as a team that works together. `names` are its patients' ids by p1, p2, ...
create table practice.copy (
    copy   integer     generated always as identity primary key,
    kind   text        not null references practice.kind on delete cascade,
    unit   text        not null default '',
    class  text        not null,
    shared boolean     not null,
    names  jsonb       not null default '{}',
    made   timestamptz,
    taken  timestamptz,
    ended  timestamptz
);
create index copy_spare on practice.copy (kind, class) where taken is null and ended is null;
create index copy_class on practice.copy (class) where ended is null;
create index copy_unit on practice.copy (unit);
create unique index copy_shared on practice.copy (kind, class) where shared and ended is null;

-- Who is being seated now (a person, or a class that shares), so that it happens once, in whichever process.
create table practice.coming (
    name  text        primary key,
    since timestamptz not null
);

-- A county's own course as its files were laid out at home, by their fingerprint.
create table practice.course (
    material text  primary key,
    code     text  not null,
    files    jsonb not null
);

-- Who practises where: a person (HSA-id) in a role, for a course as its fingerprint says that it stands.
create table practice.seat (
    copy       integer     not null references practice.copy on delete cascade,
    person     text        not null,
    role       text        not null,
    course     text        not null,
    material   text        not null,
    assignment text        not null,
    since      timestamptz not null,
    primary key (copy, person)
);
create index seat_person on practice.seat (person);

grant usage on schema practice to varda_app, varda_keeper;
grant select, insert, update on all tables in schema practice to varda_app;

-- One exercise by one person: when it was begun last, by the unit's clock, and, once it was right, in how many actions and seconds.
create table practice.attempt (
    copy     integer     not null references practice.copy on delete cascade,
    person   text        not null,
    exercise text        not null,
    begun    timestamptz not null,
    passed   timestamptz,
    actions  integer     not null default 0,
    seconds  integer     not null default 0,
    primary key (copy, person, exercise)
);

grant select, insert, update on practice.attempt to varda_app;
grant delete on practice.coming to varda_app;

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

-- What the introduction is for, followed up: where each organisation (HSA-id) began, where it is going and how far it has
-- come, by indicator (a code of declared/goals.toml); and the milestones of the action plan. Only ever added to: the newest
-- revision says how it is.
create schema effects;

-- Where an organisation began and is to come, by whose work. What is not known yet is null.
create table effects.aim (
    indicator    text        not null,
    organisation text        not null,
    revision     integer     not null,
    owner        text        not null,
    owner_name   text        not null,
    baseline     numeric,
    baseline_on  date,
    target       numeric,
    target_on    date,
    source       text        not null,
    changed_by   text        not null,
    changed_name text        not null,
    changed_at   timestamptz not null,
    primary key (indicator, organisation, revision),
    check ((baseline is null) = (baseline_on is null)),
    check ((target is null) = (target_on is null))
);

-- What came out in a quarter (its first day). A value of fewer than five people is never kept: then it is null. What
-- Varda computes stands where it is reckoned (decision 44) and not here.
create table effects.outcome (
    indicator    text        not null,
    organisation text        not null,
    period       date        not null,
    revision     integer     not null,
    value        numeric,
    people       integer,
    source       text        not null,
    said_by      text        not null,
    said_name    text        not null,
    said_at      timestamptz not null,
    primary key (indicator, organisation, period, revision),
    check (extract(day from period) = 1 and extract(month from period) in (1, 4, 7, 10)),
    check (people >= 5 or people = 0),
    check (source <> '')
);

-- A milestone of a focus area in a year; how it stands is said beside it.
create table effects.milestone (
    milestone  bigint      generated always as identity primary key,
    focus      text        not null,
    year       integer     not null,
    words      text        not null,
    set_by     text        not null,
    set_name   text        not null,
    set_at     timestamptz not null,
    check (words <> ''),
    check (year between 2000 and 2100)
);

-- The newest revision counts: planned (before there is any), reached or dropped, and why.
create table effects.milestone_said (
    milestone bigint      not null references effects.milestone,
    revision  integer     not null,
    state     text        not null,
    reason    text        not null,
    said_by   text        not null,
    said_name text        not null,
    said_at   timestamptz not null,
    primary key (milestone, revision),
    check (state in ('planned', 'reached', 'dropped')),
    check (reason <> '')
);

grant usage on schema effects to varda_app, varda_keeper;
grant select, insert on all tables in schema effects to varda_app;

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

-- Classes of courses: where and when, who teaches, who is booked and who came. A row tells how it is now; who did what stands in
-- classes.word and is never taken away. A person is an HSA-id, a course its code; times are instants.
create schema classes;

-- A room, in an area of the county (empty: anybody's) and an organisation (empty: the programme's).
create table classes.room (
    room         bigint      generated always as identity primary key,
    name         text        not null unique,
    place        text        not null,
    area         text        not null,
    organisation text        not null,
    seats        smallint    not null,
    is_open      boolean     not null default true,
    check (name <> '' and seats > 0)
);

-- A period in which an area (empty: the whole county) is trained: from one Monday to before another, on working days, in passes that
-- begin at these minutes of the Swedish day. `share`: per cent of a unit's role that may be away, one at least; `teaches`: passes a
-- week that an instructor can teach; `remote`: seats of a class at a distance (0: none is held).
create table classes.period (
    period   bigint      generated always as identity primary key,
    name     text        not null,
    area     text        not null,
    opens    date        not null,
    closes   date        not null,
    passes   smallint[]  not null,
    share    smallint    not null,
    teaches  smallint    not null,
    remote   smallint    not null,
    made_by  text        not null,
    made_at  timestamptz not null,
    check (name <> '' and closes > opens and share between 1 and 100 and teaches > 0 and remote >= 0),
    check (extract(isodow from opens) = 1 and extract(isodow from closes) = 1)
);

-- One class. `kind`: in a room, at the unit's own place (`unit`), or remote at an address. A room has one class at a time: a room is a
-- range of one number, since the embedded server has no btree_gist.
create table classes.occasion (
    occasion     bigint      generated always as identity primary key,
    course       text        not null,
    kind         text        not null,
    room         bigint      references classes.room (room),
    unit         text        not null,
    address      text        not null,
    organisation text        not null,
    during       tstzrange   not null,
    seats        smallint    not null,
    state        text        not null,
    is_on        boolean     not null default true,
    proposal     bigint,
    check (kind in ('room', 'unit', 'remote')),
    check ((kind = 'room') = (room is not null)),
    check ((kind = 'unit') = (unit <> '')),
    check (state in ('planned', 'confirmed', 'held', 'cancelled')),
    check (is_on = (state <> 'cancelled')),
    check (seats > 0 and lower(during) < upper(during) and upper(during) - lower(during) <= interval '24 hours'),
    unique (occasion, during, is_on),
    constraint one_class_in_a_room exclude using gist (int8range(room, room, '[]') with &&, during with &&)
        where (is_on and room is not null)
);
create index occasion_time on classes.occasion (lower(during));
create index occasion_course on classes.occasion (course, lower(during));
create index occasion_proposal on classes.occasion (proposal);

-- Who teaches it; follows the class when it is moved or cancelled. Nobody teaches two at once.
create table classes.teaching (
    occasion bigint    not null,
    person   text      not null,
    name     text      not null,
    number   bigint    not null generated always as (hashtextextended(person, 0)) stored,
    during   tstzrange not null,
    is_on    boolean   not null,
    primary key (occasion, person),
    foreign key (occasion, during, is_on) references classes.occasion (occasion, during, is_on) on update cascade,
    constraint one_class_of_a_teacher exclude using gist (int8range(number, number, '[]') with &&, during with &&) where (is_on)
);
create index teaching_person on classes.teaching (person);

-- A seat, or a place on the waiting list. `unit` is the one that the person was booked from; `proposal` 0: by people.
create table classes.booking (
    booking   bigint      generated always as identity primary key,
    occasion  bigint      not null references classes.occasion (occasion),
    person    text        not null,
    name      text        not null,
    unit      text        not null,
    course    text        not null,
    state     text        not null,
    booked_at timestamptz not null,
    booked_by text        not null,
    proposal  bigint      not null default 0,
    ended_by  text        not null default '',
    ended_at  timestamptz,
    why       text        not null default '',
    check (state in ('booked', 'waiting', 'cancelled'))
);
create unique index booking_once on classes.booking (occasion, person) where state <> 'cancelled';
create index booking_person on classes.booking (person, course);
create index booking_occasion on classes.booking (occasion, state, booking);
create index booking_unit on classes.booking (unit, state);

-- That somebody was there: by the code on the instructor's screen, or noted by hand. The latest word counts.
create table classes.attendance (
    word     bigint      generated always as identity primary key,
    occasion bigint      not null references classes.occasion (occasion),
    person   text        not null,
    name     text        not null,
    unit     text        not null,
    course   text        not null,
    minutes  smallint    not null,
    was_here boolean     not null,
    how      text        not null,
    said_by  text        not null,
    said_at  timestamptz not null,
    check (how in ('code', 'hand'))
);
create index attendance_occasion on classes.attendance (occasion, person, word);
create index attendance_person on classes.attendance (person, word);

-- When somebody cannot come: nights with the rest after them, what is booked, leave.
create table classes.away (
    away     bigint      generated always as identity primary key,
    person   text        not null,
    during   tstzrange   not null,
    why      text        not null,
    is_on    boolean     not null default true,
    said_by  text        not null,
    said_at  timestamptz not null,
    check (why in ('night', 'booked', 'leave'))
);
create index away_person on classes.away (person);

-- When somebody works, as the county's planning of work says. It is brought in as it is now: what has gone is taken away.
create table classes.shift (
    person text      not null,
    unit   text      not null,
    during tstzrange not null,
    primary key (person, unit, during)
);
create index shift_begins on classes.shift (lower(during));

-- A proposal that was reckoned: of a period, for the county by unit, role and week, or for people by class. `content` as proposals.py
-- writes it. It is a draft until somebody has looked at it.
create table classes.proposal (
    proposal     bigint      generated always as identity primary key,
    period       bigint      not null references classes.period (period),
    kind         text        not null,
    content      jsonb       not null,
    made_at      timestamptz not null,
    made_by      text        not null,
    state        text        not null default 'draft',
    decided_by   text        not null default '',
    decided_name text        not null default '',
    decided_at   timestamptz,
    check (kind in ('county', 'people')),
    check (state in ('draft', 'accepted', 'declined'))
);
create index proposal_period on classes.proposal (period);

-- Everything that was done with a class, by whom: only ever added to.
create table classes.word (
    word     bigint      generated always as identity primary key,
    occasion bigint      not null,
    did      text        not null,
    person   text        not null,
    why      text        not null,
    said_by  text        not null,
    said_at  timestamptz not null
);
create index word_occasion on classes.word (occasion);

grant usage on schema classes to varda_app, varda_keeper;
grant select, insert on all tables in schema classes to varda_app;
grant update on classes.room, classes.occasion, classes.teaching, classes.booking, classes.away, classes.proposal to varda_app;
grant delete on classes.shift to varda_app;

-- What people can, by the tasks of declared cards. People and units are HSA-ids. Only ever added to: the latest counts.
-- Read for the person and for who leads a unit where they work, and for nobody else.
create schema competence;

-- A level that somebody says of themselves, or that an assessor confirms; empty: none. Two words make a level.
create table competence.word (
    word    bigint      generated always as identity primary key,
    person  text        not null,
    card    text        not null,
    task    text        not null,
    kind    text        not null,
    level   text        not null,
    version text        not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (kind in ('self', 'confirmed') and level in ('', 'A', 'B', 'C')),
    check ((kind = 'self') = (person = by))
);
create index word_person on competence.word (person, card, task, kind, word);

-- Where somebody is to get in a task, by when, by which courses; an empty goal ends the plan.
create table competence.plan (
    plan    bigint      generated always as identity primary key,
    person  text        not null,
    card    text        not null,
    task    text        not null,
    goal    text        not null,
    due     date,
    courses text[]      not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (goal in ('', 'A', 'B', 'C') and (goal = '' or due is not null))
);
create index plan_person on competence.plan (person, card, task, plan);

-- How many a unit needs at a level or above in a task.
create table competence.demand (
    demand  bigint      generated always as identity primary key,
    unit    text        not null,
    card    text        not null,
    task    text        not null,
    level   text        not null,
    wanted  smallint    not null,
    by      text        not null,
    by_name text        not null,
    said_at timestamptz not null,
    check (level in ('A', 'B', 'C') and wanted between 0 and 999)
);
create index demand_unit on competence.demand (unit, card, task, level, demand);

grant usage on schema competence to varda_app, varda_keeper;
grant select, insert on all tables in schema competence to varda_app;

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

-- Downtime: what lies ready for a unit when Varda cannot be reached, and how what was written on paper comes in again
-- (F246). Packs themselves are encrypted files in a folder; here stands when each was made and whom it tells of. Units
-- and people are HSA-ids.
create schema downtime;

-- Which of its pass phrases a unit uses, by number. The phrase itself is made of the installation's seal and stored
-- nowhere.
create table downtime.phrase (
    unit     text        not null,
    number   integer     not null,
    set_by   text        not null,
    set_name text        not null,
    set_at   timestamptz not null,
    primary key (unit, number)
);

-- The newest pack of each unit. `patients` are the compartments that it tells of: whoever takes the pack reads of all
-- of them, and the access log says so. `failure` is why the newest attempt came to nothing; the pack before it stays.
create table downtime.pack (
    unit     text        primary key,
    made_at  timestamptz,
    ends_at  timestamptz,
    patients bigint[]    not null default '{}',
    phrase   integer     not null default 0,
    size     integer     not null default 0,
    is_cut   boolean     not null default false,
    tried_at timestamptz not null,
    failure  text        not null default '',
    check ((made_at is null) = (ends_at is null))
);

-- A drill of a unit: work on paper for practice, from when until when, and what was found.
create table downtime.drill (
    drill      integer     generated always as identity primary key,
    unit       text        not null,
    began_by   text        not null,
    began_name text        not null,
    began_at   timestamptz not null,
    ended_name text        not null default '',
    ended_at   timestamptz,
    found      text        not null default '',
    check ((ended_at is null) = (found = ''))
);
create unique index drill_going_on on downtime.drill (unit) where ended_at is null;
create index drill_newest on downtime.drill (unit, drill desc);

-- A thing that was written on paper and is to be entered: of which function, about whom (the id of a Patient; empty:
-- nobody knows yet, or it is checked and the chart has it), when it happened, and what finds the sheet. Nothing of what
-- was done stands here: that is on the paper, and then in the chart. `is_aside`: it is not to be entered.
create table downtime.sheet (
    sheet        bigint      generated always as identity primary key,
    unit         text        not null,
    drill        integer     references downtime.drill,
    function     text        not null,
    patient      text        not null default '',
    mark         text        not null,
    happened_at  timestamptz not null,
    noted_by     text        not null,
    noted_name   text        not null,
    noted_at     timestamptz not null,
    is_aside     boolean     not null default false,
    entered_by   text        not null default '',
    entered_name text        not null default '',
    entered_at   timestamptz,
    checked_by   text        not null default '',
    checked_at   timestamptz,
    check (mark <> ''),
    check (checked_at is null or (entered_at is not null and checked_by <> entered_by)),
    check (checked_at is null or patient = '')
);
create index sheet_waiting on downtime.sheet (unit, happened_at) where checked_at is null;

-- What has been done with a sheet, one after another: entered, set aside, sent back, checked. Only ever added to.
create table downtime.step (
    step  bigint      generated always as identity primary key,
    sheet bigint      not null references downtime.sheet,
    what  text        not null,
    said  text        not null,
    by    text        not null,
    name  text        not null,
    at    timestamptz not null,
    check (what in ('entered', 'aside', 'back', 'checked'))
);
create index step_of_sheet on downtime.step (sheet, step);

grant usage on schema downtime to varda_app, varda_keeper;
grant select, insert on all tables in schema downtime to varda_app;
grant update, delete on downtime.pack to varda_app;
grant update (ended_name, ended_at, found) on downtime.drill to varda_app;
grant update (patient, is_aside, entered_by, entered_name, entered_at, checked_by, checked_at) on downtime.sheet
to varda_app;

-- What people tell of the introduction: an open question, what was answered, and how it was coded; and the traffic reports
-- of sub-areas. Only ever added to: an answer stays as it was written, and the newest revision of a coding counts.
create schema voices;

-- An open question, from the first day to the last.
create table voices.survey (
    survey           bigint      generated always as identity primary key,
    question_sv      text        not null,
    question_en      text        not null,
    opens            date        not null,
    closes           date        not null,
    may_be_anonymous boolean     not null,
    asked_by         text        not null,
    asked_name       text        not null,
    asked_at         timestamptz not null,
    check (question_sv <> '' and question_en <> ''),
    check (opens <= closes)
);

-- As it was written, with its background: codes of declared/voices.toml, and the administration's HSA-id. Without a name
-- there is no person and no day, and its number is by chance. With one there is one of a person.
create table voices.answer (
    answer         uuid    primary key,
    survey         bigint  not null references voices.survey,
    person         text,
    said_on        date,
    administration text    not null,
    profession     text    not null,
    role           text    not null,
    worked         boolean not null,
    words          text    not null,
    unique (survey, person),
    check ((person is null) = (said_on is null)),
    check (words <> '')
);

-- A part of an answer that says one thing: its letters from `begins` up to `ends`.
create table voices.statement (
    statement   bigint      generated always as identity primary key,
    answer      uuid        not null references voices.answer,
    begins      integer     not null,
    ends        integer     not null,
    marked_by   text        not null,
    marked_name text        not null,
    marked_at   timestamptz not null,
    unique (answer, begins, ends),
    check (0 <= begins and begins < ends)
);

-- What a coder holds a statement to be: one kind and one code.
create table voices.coding (
    statement  bigint      not null references voices.statement,
    coder      text        not null,
    revision   integer     not null,
    kind       text        not null,
    code       text        not null,
    coder_name text        not null,
    coded_at   timestamptz not null,
    primary key (statement, coder, revision)
);

-- A day for which each administration (HSA-id) is to report of each sub-area.
create table voices.traffic_round (
    round           bigint      generated always as identity primary key,
    day             date        not null,
    sub_areas       text[]      not null,
    administrations text[]      not null,
    opened_by       text        not null,
    opened_name     text        not null,
    opened_at       timestamptz not null,
    check (cardinality(sub_areas) > 0 and cardinality(administrations) > 0)
);

-- What was told; none where the template is untouched. The newest revision counts.
create table voices.traffic_report (
    round          bigint      not null references voices.traffic_round,
    sub_area       text        not null,
    administration text        not null,
    revision       integer     not null,
    status         text        not null,
    done           text        not null,
    ongoing        text        not null,
    planned        text        not null,
    obstacles      text        not null,
    sent_by        text        not null,
    sent_name      text        not null,
    sent_at        timestamptz not null,
    primary key (round, sub_area, administration, revision),
    check (done <> '' or ongoing <> '' or planned <> '' or obstacles <> '')
);

grant usage on schema voices to varda_app, varda_keeper;
grant select, insert on all tables in schema voices to varda_app;

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

create schema testruns;

-- A test run of a candidate, as its result file told: how many were run, how many failed or were passed over, and when.
-- `digest` is of the file, so that one is not told twice; `mark` the installation's. `configuration` is empty where the run
-- was without a county's.
create table testruns.run (
    run             bigint      generated always as identity primary key,
    kind            text        not null,
    build           text        not null,
    configuration   text        not null,
    passed          boolean     not null,
    total           integer     not null,
    failed          integer     not null,
    skipped         integer     not null,
    summary         text        not null,
    begun_at        timestamptz not null,
    ended_at        timestamptz not null,
    digest          text        not null unique,
    log_name        text        not null,
    log             bytea       not null,
    mark            bytea       not null,
    registered_name text        not null,
    registered_at   timestamptz not null,
    check (kind in ('regression', 'stability', 'load', 'rehearsal')),
    check (total > 0 and failed >= 0 and skipped >= 0 and failed + skipped <= total),
    check (passed = (failed = 0)),
    check (ended_at >= begun_at)
);
create index run_build on testruns.run (build, kind, run desc);

grant usage on schema testruns to varda_app, varda_keeper;
grant select, insert on all tables in schema testruns to varda_app;

-- Go-live command: faults as staff tell them, cases of the support. People and units are HSA-ids. A patient stands in a
-- telling alone, as the id of the record, and is shown only through the door.
create schema command;

-- One fault: what was told of the same function and category. Where no function is named it is of its `place`, a unit.
-- `reports` and `last_at` are kept with each telling, so that a flood of them costs the list nothing.
create table command.fault (
    fault        bigint      generated always as identity primary key,
    function     text        not null,
    category     text        not null,
    place        text        not null,
    severity     smallint    not null,
    unit         text        not null,
    unit_name    text        not null,
    first_by     text        not null,
    first_at     timestamptz not null,
    last_at      timestamptz not null,
    reports      integer     not null default 1,
    escalated_at timestamptz,
    owner        text        not null default '',
    owner_name   text        not null default '',
    taken_at     timestamptz,
    closed_at    timestamptz,
    check (severity between 1 and 4 and (function <> '' or place <> ''))
);
-- What is told twice is one fault as long as it is open.
create unique index fault_open on command.fault (function, category, place) where closed_at is null;
create index fault_before on command.fault (function, category, place, closed_at) where closed_at is not null;
create index fault_closed on command.fault (closed_at desc) where closed_at is not null;

-- What each person said. Only ever added to: nothing that was told is lost, however many tell it.
create table command.telling (
    telling   bigint      generated always as identity primary key,
    fault     bigint      not null references command.fault,
    severity  smallint    not null,
    unit      text        not null,
    unit_name text        not null,
    person    text        not null,
    name      text        not null,
    words     text        not null,
    page      text        not null,
    build     text        not null,
    patient   text        not null,
    at        timestamptz not null,
    check (length(words) <= 2000)
);
create index telling_fault on command.telling (fault, person, telling desc);
create index telling_at on command.telling (at);

-- What became of a fault, step by step. Only ever added to.
create table command.step (
    step  bigint      generated always as identity primary key,
    fault bigint      not null references command.fault,
    act   text        not null,
    words text        not null,
    by    text        not null,
    name  text        not null,
    at    timestamptz not null
);
create index step_fault on command.step (fault, step);

-- A case of the support: who asked, who answers. `fault` where it turned out to be one.
create table command.support (
    support     bigint      generated always as identity primary key,
    asker       text        not null,
    asker_name  text        not null,
    unit        text        not null,
    unit_name   text        not null,
    page        text        not null,
    words       text        not null,
    place       text        not null,
    asked_at    timestamptz not null,
    taken_by    text        not null default '',
    taken_name  text        not null default '',
    taken_at    timestamptz,
    answer      text        not null default '',
    answered_at timestamptz,
    check (length(words) <= 2000 and length(place) <= 100 and words <> '')
);
-- Sent twice it is the same case.
create unique index support_open on command.support (asker, md5(words)) where answered_at is null;
create index support_waiting on command.support (asked_at) where answered_at is null;
create index support_asker on command.support (asker, asked_at);
create index support_unit on command.support (unit, asked_at);
create index support_asked on command.support (asked_at);

grant usage on schema command to varda_app, varda_keeper;
grant select, insert, update on command.fault, command.support to varda_app;
grant select, insert on command.telling, command.step to varda_app;

-- What was measured last: of the county (empty place) and of units. Written by what measures and never else.
create table command.figure (
    figure text             not null,
    place  text             not null,
    value  double precision not null,
    at     timestamptz      not null,
    primary key (figure, place)
);

-- When each was measured last, and why it could not be. What is not measured grows old and is missing.
create table command.measuring (
    figure  text        primary key,
    at      timestamptz,
    tried   timestamptz not null,
    failure text        not null default ''
);

-- The county's figure by the minute, for the trend and the weekly report.
create table command.point (
    figure text             not null,
    at     timestamptz      not null,
    value  double precision not null,
    primary key (figure, at)
);

-- A figure over its limit, from when to when, and who has taken it.
create table command.alarm (
    alarm      bigint           generated always as identity primary key,
    figure     text             not null,
    place      text             not null,
    opened_at  timestamptz      not null,
    value      double precision not null,
    worst      double precision not null,
    taken_by   text             not null default '',
    taken_name text             not null default '',
    taken_at   timestamptz,
    ended_at   timestamptz
);
create unique index alarm_open on command.alarm (figure, place) where ended_at is null;
create index alarm_opened on command.alarm (opened_at desc);

grant select, insert, update, delete on command.figure, command.point to varda_app;
grant select, insert, update on command.measuring, command.alarm to varda_app;

-- What somebody has chosen on a screen, so that it is as they left it. Nothing of any patient.

create schema web;

-- `person` and `unit` are HSA-ids: a list is chosen anew at each unit.
create table web.kept (
    person text        not null,
    unit   text        not null,
    screen text        not null,
    choice jsonb       not null,
    saved  timestamptz not null,
    primary key (person, unit, screen)
);

grant usage on schema web to varda_app;
grant select, insert, update on web.kept to varda_app;
