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
