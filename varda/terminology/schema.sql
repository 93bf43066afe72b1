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
