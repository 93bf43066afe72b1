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
