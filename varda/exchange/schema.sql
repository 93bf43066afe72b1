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

grant usage on schema exchange to varda_app, varda_keeper;
grant select, insert, update on all tables in schema exchange to varda_app;
