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
