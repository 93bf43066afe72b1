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
