-- What people tell of the introduction: an open question, what was answered, and how it was coded; and the traffic reports
-- of sub-areas. Only ever added to: an answer stays as it was written, and the newest revision of a coding counts.
create schema voices;

-- An open question, from the first day to the last.
create table voices.survey (
    survey           bigint      generated always as identity primary key,
    question_sv      text        not null,
    question_en      text        not null,
    opens            date        not null,
    closes           date        not null,
    may_be_anonymous boolean     not null,
    asked_by         text        not null,
    asked_name       text        not null,
    asked_at         timestamptz not null,
    check (question_sv <> '' and question_en <> ''),
    check (opens <= closes)
);

-- As it was written, with its background: codes of declared/voices.toml, and the administration's HSA-id. Without a name
-- there is no person and no day, and its number is by chance. With one there is one of a person.
create table voices.answer (
    answer         uuid    primary key,
    survey         bigint  not null references voices.survey,
    person         text,
    said_on        date,
    administration text    not null,
    profession     text    not null,
    role           text    not null,
    worked         boolean not null,
    words          text    not null,
    unique (survey, person),
    check ((person is null) = (said_on is null)),
    check (words <> '')
);

-- A part of an answer that says one thing: its letters from `begins` up to `ends`.
create table voices.statement (
    statement   bigint      generated always as identity primary key,
    answer      uuid        not null references voices.answer,
    begins      integer     not null,
    ends        integer     not null,
    marked_by   text        not null,
    marked_name text        not null,
    marked_at   timestamptz not null,
    unique (answer, begins, ends),
    check (0 <= begins and begins < ends)
);

-- What a coder holds a statement to be: one kind and one code.
create table voices.coding (
    statement  bigint      not null references voices.statement,
    coder      text        not null,
    revision   integer     not null,
    kind       text        not null,
    code       text        not null,
    coder_name text        not null,
    coded_at   timestamptz not null,
    primary key (statement, coder, revision)
);

-- A day for which each administration (HSA-id) is to report of each sub-area.
create table voices.traffic_round (
    round           bigint      generated always as identity primary key,
    day             date        not null,
    sub_areas       text[]      not null,
    administrations text[]      not null,
    opened_by       text        not null,
    opened_name     text        not null,
    opened_at       timestamptz not null,
    check (cardinality(sub_areas) > 0 and cardinality(administrations) > 0)
);

-- What was told; none where the template is untouched. The newest revision counts.
create table voices.traffic_report (
    round          bigint      not null references voices.traffic_round,
    sub_area       text        not null,
    administration text        not null,
    revision       integer     not null,
    status         text        not null,
    done           text        not null,
    ongoing        text        not null,
    planned        text        not null,
    obstacles      text        not null,
    sent_by        text        not null,
    sent_name      text        not null,
    sent_at        timestamptz not null,
    primary key (round, sub_area, administration, revision),
    check (done <> '' or ongoing <> '' or planned <> '' or obstacles <> '')
);

grant usage on schema voices to varda_app, varda_keeper;
grant select, insert on all tables in schema voices to varda_app;
