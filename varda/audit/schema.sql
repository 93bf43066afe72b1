-- The access log (PDL 4:3; RULES section 3). Rows are only ever added; each is bound to the one before it by a hash.

create schema audit;

-- A chain has one writer at a time. A writer that loses its connection at commit never uses its chain again.
create table audit.chain (
    chain   bigint generated always as identity primary key,
    opened  timestamptz not null,
    process text        not null,
    build   text        not null
);

-- A month is a table of its own, so that what is past its time goes whole and at once. `actor` acts for `on_behalf`,
-- where that is somebody else. A chain goes through the months; that a place is there once is what verifying shows.
create table audit.event (
    chain      bigint      not null,
    place      bigint      not null,
    at         timestamptz not null,
    action     text        not null,
    outcome    text        not null,
    actor      text        not null,
    on_behalf  text        not null,
    role       text        not null,
    assignment text        not null,
    unit       text        not null,
    provider   text        not null,
    purpose    text        not null,
    patients   bigint[]    not null,
    category   text        not null check (category <> ''),
    origin     text        not null check (origin <> ''),
    what       text        not null,
    build      text        not null,
    request    text        not null,
    hash       bytea       not null,
    primary key (chain, place, at)
) partition by range (at);
create index event_at on audit.event using brin (at);
-- Whoever asks who has read one patient's record must not wait for the whole log to be read.
create index event_patients on audit.event using gin (patients) with (gin_pending_list_limit = 1024);

-- No row is lost because nobody made its month: it waits here until `month_made` gives it one.
create table audit.event_default partition of audit.event default;

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

-- Rows that went when their time was over, as runs of a chain's places: `hash` is the last one's, to which the next row
-- is bound. A digest of a retirement's runs stands in the log itself.
create table audit.retired (
    chain      bigint not null,
    first      bigint not null,
    last       bigint not null,
    hash       bytea  not null,
    retirement text   not null,
    primary key (chain, first)
);

-- Log review: what was looked at on a day, with the seed that its samples were drawn by, so that they can be drawn again.
create table audit.run (
    day    date        primary key,
    at     timestamptz not null,
    seed   text        not null,
    share  numeric     not null,
    events bigint      not null,
    drawn  bigint      not null,
    opened bigint      not null
);

-- What a rule or a sample found, for a person to judge. `places` are rows of the log as chain and place in turn.
create table audit.matter (
    matter   bigint      generated always as identity primary key,
    opened   timestamptz not null,
    day      date        not null,
    rule     text        not null,
    provider text        not null,
    unit     text        not null,
    actor    text        not null,
    patient  bigint      not null,
    places   bigint[]    not null,
    reviewer text        not null default '',
    outcome  text        not null default '',
    note     text        not null default '',
    closed   timestamptz,
    unique (day, rule, unit, actor, patient)
);
create index matter_unit on audit.matter (provider, unit, day);

-- The application makes no tables; it may ask for a month of the log (its first day), which takes over the rows that
-- came before it. False when it was there already.
create function audit.month_made(month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '2s' as $made$
declare
    called text := 'event_' || to_char(month, 'YYYY_MM');
    opens  timestamptz := month::timestamp at time zone 'UTC';
    closes timestamptz := (month::timestamp + interval '1 month') at time zone 'UTC';
begin
    if extract(day from month) <> 1 then
        raise exception using message = 'a month begins on its first day, not on ' || month;
    end if;
    perform pg_advisory_xact_lock(7316454);
    if to_regclass('audit.' || called) is not null then
        return false;
    end if;
    execute 'create table audit.' || called || ' (like audit.event including constraints)';
    -- The rows of the month must not come in between the moving and the attaching.
    lock table audit.event_default in share row exclusive mode;
    execute 'with moved as (delete from audit.event_default where at >= $1 and at < $2 returning *) insert into audit.'
            || called || ' select * from moved' using opens, closes;
    execute 'alter table audit.event attach partition audit.' || called || ' for values from ('
            || quote_literal(opens) || ') to (' || quote_literal(closes) || ')';
    return true;
end
$made$;

-- Takes whole months away, oldest first, up to a day. Nothing of the last five years by the log's own newest seal,
-- whoever asks; what was taken must be listed in audit.retired before.
create function audit.months_retired(before date) returns text[]
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '5s' as $gone$
declare
    called text;
    gone   text[] := '{}';
    sealed timestamptz;
    lacks  boolean;
begin
    select max(at) into sealed from audit.seal;
    if sealed is null or before::timestamp at time zone 'UTC' > sealed - interval '5 years' then
        raise exception 'the log is kept for at least five years';
    end if;
    for called in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit.event'::regclass and c.relname ~ '^event_\d{4}_\d\d$'
          and to_date(substr(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before
        order by c.relname
    loop
        execute 'select exists (select from audit.' || called || ' e where not exists (
                     select from audit.retired r where r.chain = e.chain and e.place between r.first and r.last))'
                into lacks;
        if lacks then
            raise exception using message = 'rows of ' || called || ' are not listed as retired';
        end if;
        execute 'alter table audit.event detach partition audit.' || called;
        execute 'drop table audit.' || called;
        gone := gone || called;
    end loop;
    return gone;
end
$gone$;

grant usage on schema audit to varda_app, varda_keeper;
grant select, insert on audit.chain, audit.event, audit.seal, audit.head, audit.run, audit.matter to varda_app;
grant select on audit.retired, audit.event_default to varda_app;
grant update (reviewer, outcome, note, closed) on audit.matter to varda_app;
grant select on all tables in schema audit to varda_keeper;
grant insert on audit.retired to varda_keeper;
revoke all on function audit.month_made(date), audit.months_retired(date) from public;
grant execute on function audit.month_made(date) to varda_app;
grant execute on function audit.months_retired(date) to varda_keeper;
