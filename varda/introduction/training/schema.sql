-- What people have done of their courses, and what they say about them. Only ever added to: a course that changes or is
-- withdrawn keeps what was done. A person is an HSA-id; course and step are their codes, `version` the course's fingerprint.
create schema training;

-- One step done. `is_right` is of a question in a self-test; `tries`, `actions` and `seconds` what a question or an
-- exercise took, 0 where nobody counted. `is_done` false takes back a class that somebody did not come to; the newest counts.
create table training.done (
    person   text        not null,
    course   text        not null,
    step     text        not null,
    version  text        not null,
    done_at  timestamptz not null,
    is_right boolean     not null,
    tries    smallint    not null,
    actions  integer     not null,
    seconds  integer     not null,
    build    text        not null,
    is_done  boolean     not null default true,
    primary key (person, course, step, done_at)
);
create index done_since on training.done (done_at, person, course, step);

-- A course finished, with the version that was and the build it was finished on. That it counts for rights stands in
-- catalogue.finished_course. `answers_right` is a self-test's.
create table training.finished (
    person        text        not null,
    course        text        not null,
    version       text        not null,
    finished_at   timestamptz not null,
    until         timestamptz,
    answers_right smallint    not null,
    build         text        not null,
    primary key (person, course, finished_at),
    check (until > finished_at)
);
create index finished_course on training.finished (course, person);
create index finished_since on training.finished (finished_at, person, course);

-- What somebody says about a step, and what was answered.
create table training.remark (
    remark  bigint      generated always as identity primary key,
    course  text        not null,
    step    text        not null,
    version text        not null,
    person  text        not null,
    name    text        not null,
    unit    text        not null,
    said    text        not null,
    said_at timestamptz not null,
    check (said <> '' and length(said) <= 2000)
);
create index remark_course on training.remark (course, step);
create table training.answer (
    remark        bigint      primary key references training.remark (remark),
    said          text        not null,
    answered_by   text        not null,
    answered_name text        not null,
    answered_at   timestamptz not null,
    check (said <> '' and length(said) <= 2000)
);

-- Who is appointed coach or instructor at a unit, by whom. The latest word counts; `is_on` false ends it.
create table training.duty (
    word       bigint      generated always as identity primary key,
    person     text        not null,
    name       text        not null,
    duty       text        not null,
    unit       text        not null,
    is_on      boolean     not null,
    given_by   text        not null,
    given_name text        not null,
    given_at   timestamptz not null,
    check (duty in ('coach', 'instructor'))
);
create index duty_person on training.duty (person);
create index duty_unit on training.duty (unit, duty);

-- That an organisation (HSA-id) stands behind a version of a course: the word of its training lead.
create table training.approval (
    course            text        not null,
    version           text        not null,
    organisation      text        not null,
    organisation_name text        not null,
    approved_by       text        not null,
    approved_name     text        not null,
    approved_at       timestamptz not null,
    primary key (course, version, organisation)
);

grant usage on schema training to varda_app, varda_keeper;
grant select, insert on all tables in schema training to varda_app;
