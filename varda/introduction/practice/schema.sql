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
