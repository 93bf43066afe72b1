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

grant usage on schema introduction to varda_app, varda_keeper;
grant select, insert, update on introduction.effort to varda_app;
