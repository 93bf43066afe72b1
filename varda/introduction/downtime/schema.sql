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

grant usage on schema downtime to varda_app, varda_keeper;
grant select, insert on all tables in schema downtime to varda_app;
grant update, delete on downtime.pack to varda_app;
