create schema testruns;

-- A test run of a candidate, as its result file told: how many were run, how many failed or were passed over, and when.
-- `digest` is of the file, so that one is not told twice; `mark` the installation's. `configuration` is empty where the run
-- was without a county's.
create table testruns.run (
    run             bigint      generated always as identity primary key,
    kind            text        not null,
    build           text        not null,
    configuration   text        not null,
    passed          boolean     not null,
    total           integer     not null,
    failed          integer     not null,
    skipped         integer     not null,
    summary         text        not null,
    begun_at        timestamptz not null,
    ended_at        timestamptz not null,
    digest          text        not null unique,
    log_name        text        not null,
    log             bytea       not null,
    mark            bytea       not null,
    registered_name text        not null,
    registered_at   timestamptz not null,
    check (kind in ('regression', 'stability', 'load', 'rehearsal')),
    check (total > 0 and failed >= 0 and skipped >= 0 and failed + skipped <= total),
    check (passed = (failed = 0)),
    check (ended_at >= begun_at)
);
create index run_build on testruns.run (build, kind, run desc);

grant usage on schema testruns to varda_app, varda_keeper;
grant select, insert on all tables in schema testruns to varda_app;
