-- Classes of courses: where and when, who teaches, who is booked and who came. A row tells how it is now; who did what stands in
-- classes.word and is never taken away. A person is an HSA-id, a course its code; times are instants.
create schema classes;

-- A room, in an area of the county (empty: anybody's) and an organisation (empty: the programme's).
create table classes.room (
    room         bigint      generated always as identity primary key,
    name         text        not null unique,
    place        text        not null,
    area         text        not null,
    organisation text        not null,
    seats        smallint    not null,
    is_open      boolean     not null default true,
    check (name <> '' and seats > 0)
);

-- A period in which an area (empty: the whole county) is trained: from one Monday to before another, on working days, in passes that
-- begin at these minutes of the Swedish day. `share`: per cent of a unit's role that may be away, one at least; `teaches`: passes a
-- week that an instructor can teach; `remote`: seats of a class at a distance (0: none is held).
create table classes.period (
    period   bigint      generated always as identity primary key,
    name     text        not null,
    area     text        not null,
    opens    date        not null,
    closes   date        not null,
    passes   smallint[]  not null,
    share    smallint    not null,
    teaches  smallint    not null,
    remote   smallint    not null,
    made_by  text        not null,
    made_at  timestamptz not null,
    check (name <> '' and closes > opens and share between 1 and 100 and teaches > 0 and remote >= 0),
    check (extract(isodow from opens) = 1 and extract(isodow from closes) = 1)
);

-- One class. `kind`: in a room, at the unit's own place (`unit`), or remote at an address. A room has one class at a time: a room is a
-- range of one number, since the embedded server has no btree_gist.
create table classes.occasion (
    occasion     bigint      generated always as identity primary key,
    course       text        not null,
    kind         text        not null,
    room         bigint      references classes.room (room),
    unit         text        not null,
    address      text        not null,
    organisation text        not null,
    during       tstzrange   not null,
    seats        smallint    not null,
    state        text        not null,
    is_on        boolean     not null default true,
    proposal     bigint,
    check (kind in ('room', 'unit', 'remote')),
    check ((kind = 'room') = (room is not null)),
    check ((kind = 'unit') = (unit <> '')),
    check (state in ('planned', 'confirmed', 'held', 'cancelled')),
    check (is_on = (state <> 'cancelled')),
    check (seats > 0 and lower(during) < upper(during) and upper(during) - lower(during) <= interval '24 hours'),
    unique (occasion, during, is_on),
    constraint one_class_in_a_room exclude using gist (int8range(room, room, '[]') with &&, during with &&)
        where (is_on and room is not null)
);
create index occasion_time on classes.occasion (lower(during));
create index occasion_course on classes.occasion (course, lower(during));
create index occasion_proposal on classes.occasion (proposal);

-- Who teaches it; follows the class when it is moved or cancelled. Nobody teaches two at once.
create table classes.teaching (
    occasion bigint    not null,
    person   text      not null,
    name     text      not null,
    number   bigint    not null generated always as (hashtextextended(person, 0)) stored,
    during   tstzrange not null,
    is_on    boolean   not null,
    primary key (occasion, person),
    foreign key (occasion, during, is_on) references classes.occasion (occasion, during, is_on) on update cascade,
    constraint one_class_of_a_teacher exclude using gist (int8range(number, number, '[]') with &&, during with &&) where (is_on)
);
create index teaching_person on classes.teaching (person);

-- A seat, or a place on the waiting list. `unit` is the one that the person was booked from; `proposal` 0: by people.
create table classes.booking (
    booking   bigint      generated always as identity primary key,
    occasion  bigint      not null references classes.occasion (occasion),
    person    text        not null,
    name      text        not null,
    unit      text        not null,
    course    text        not null,
    state     text        not null,
    booked_at timestamptz not null,
    booked_by text        not null,
    proposal  bigint      not null default 0,
    ended_by  text        not null default '',
    ended_at  timestamptz,
    why       text        not null default '',
    check (state in ('booked', 'waiting', 'cancelled'))
);
create unique index booking_once on classes.booking (occasion, person) where state <> 'cancelled';
create index booking_person on classes.booking (person, course);
create index booking_occasion on classes.booking (occasion, state, booking);
create index booking_unit on classes.booking (unit, state);

-- That somebody was there: by the code on the instructor's screen, or noted by hand. The latest word counts.
create table classes.attendance (
    word     bigint      generated always as identity primary key,
    occasion bigint      not null references classes.occasion (occasion),
    person   text        not null,
    name     text        not null,
    unit     text        not null,
    course   text        not null,
    minutes  smallint    not null,
    was_here boolean     not null,
    how      text        not null,
    said_by  text        not null,
    said_at  timestamptz not null,
    check (how in ('code', 'hand'))
);
create index attendance_occasion on classes.attendance (occasion, person, word);
create index attendance_person on classes.attendance (person, word);

-- When somebody cannot come: nights with the rest after them, what is booked, leave.
create table classes.away (
    away     bigint      generated always as identity primary key,
    person   text        not null,
    during   tstzrange   not null,
    why      text        not null,
    is_on    boolean     not null default true,
    said_by  text        not null,
    said_at  timestamptz not null,
    check (why in ('night', 'booked', 'leave'))
);
create index away_person on classes.away (person);

-- When somebody works, as the county's planning of work says. It is brought in as it is now: what has gone is taken away.
create table classes.shift (
    person text      not null,
    unit   text      not null,
    during tstzrange not null,
    primary key (person, unit, during)
);
create index shift_begins on classes.shift (lower(during));

-- A proposal that was reckoned: of a period, for the county by unit, role and week, or for people by class. `content` as proposals.py
-- writes it. It is a draft until somebody has looked at it.
create table classes.proposal (
    proposal     bigint      generated always as identity primary key,
    period       bigint      not null references classes.period (period),
    kind         text        not null,
    content      jsonb       not null,
    made_at      timestamptz not null,
    made_by      text        not null,
    state        text        not null default 'draft',
    decided_by   text        not null default '',
    decided_name text        not null default '',
    decided_at   timestamptz,
    check (kind in ('county', 'people')),
    check (state in ('draft', 'accepted', 'declined'))
);
create index proposal_period on classes.proposal (period);

-- Everything that was done with a class, by whom: only ever added to.
create table classes.word (
    word     bigint      generated always as identity primary key,
    occasion bigint      not null,
    did      text        not null,
    person   text        not null,
    why      text        not null,
    said_by  text        not null,
    said_at  timestamptz not null
);
create index word_occasion on classes.word (occasion);

grant usage on schema classes to varda_app, varda_keeper;
grant select, insert on all tables in schema classes to varda_app;
grant update on classes.room, classes.occasion, classes.teaching, classes.booking, classes.away, classes.proposal to varda_app;
grant delete on classes.shift to varda_app;
