-- The access log (PDL 4:3; RULES section 3). Rows are only ever added; each is bound to the one before it by a hash.

create schema audit;

-- A chain has one writer at a time. A writer that loses its connection at commit never uses its chain again.
create table audit.chain (
    chain   bigint generated always as identity primary key,
    opened  timestamptz not null,
    process text        not null,
    build   text        not null
);

create table audit.event (
    chain      bigint      not null,
    place      bigint      not null,
    at         timestamptz not null,
    action     text        not null,
    outcome    text        not null,
    actor      text        not null,
    role       text        not null,
    assignment text        not null,
    unit       text        not null,
    provider   text        not null,
    purpose    text        not null,
    patients   bigint[]    not null,
    category   text        not null,
    origin     text        not null,
    what       text        not null,
    build      text        not null,
    request    text        not null,
    hash       bytea       not null,
    primary key (chain, place)
);
create index event_at on audit.event using brin (at);

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

grant usage on schema audit to varda_app, varda_keeper;
grant select, insert on audit.chain, audit.event, audit.seal, audit.head to varda_app;
grant select, delete on all tables in schema audit to varda_keeper;
