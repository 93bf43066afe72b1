-- name: step_done
insert into training.done (person, course, step, version, done_at, is_right, tries, actions, seconds, build)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict do nothing;

-- name: step_undone
insert into training.done (person, course, step, version, done_at, is_right, tries, actions, seconds, build, is_done)
values ($1, $2, $3, $4, $5, false, 0, 0, 0, $6, false)
on conflict do nothing;

-- name: steps_done
-- What somebody has done since they last finished each course: what counts towards finishing it anew.
select course, step, is_right from (
    select distinct on (d.course, d.step) d.course, d.step, d.done_at, d.is_right, d.is_done
    from training.done d
    left join (select course, max(finished_at) as at from training.finished where person = $1 group by course) f
        on f.course = d.course
    where d.person = $1 and (f.at is null or d.done_at > f.at)
    order by d.course, d.step, d.done_at desc
) s where is_done order by done_at;

-- name: step_took
-- What one step took, at the last time that it was done.
select is_right, tries, actions, seconds from (
    select is_right, tries, actions, seconds, is_done from training.done
    where person = $1 and course = $2 and step = $3 order by done_at desc limit 1
) s where is_done;

-- name: course_finished
insert into training.finished (person, course, version, finished_at, until, answers_right, build)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing;

-- name: finished_by
-- The newest of each course of some people.
select distinct on (person, course) person, course, version, finished_at, until, answers_right
from training.finished where person = any($1::text[])
order by person, course, finished_at desc;

-- name: begun_by
-- What some people have done of each course since they last finished it.
select person, course, array_agg(step) as steps from (
    select distinct on (d.person, d.course, d.step) d.person, d.course, d.step, d.is_done
    from training.done d
    left join (select person, course, max(finished_at) as at from training.finished where person = any($1::text[])
               group by person, course) f on f.person = d.person and f.course = d.course
    where d.person = any($1::text[]) and (f.at is null or d.done_at > f.at)
    order by d.person, d.course, d.step, d.done_at desc
) s where is_done group by person, course;

-- name: remarked
insert into training.remark (course, step, version, person, name, unit, said, said_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning remark;

-- name: answered
-- Nothing is returned when somebody has answered before.
insert into training.answer (remark, said, answered_by, answered_name, answered_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning remark;

-- name: remark
select person from training.remark where remark = $1;

-- name: remarks_of_step
-- One person's own about a step, oldest first, with what was answered.
select r.remark, r.course, r.step, r.version, r.name, r.unit, r.said, r.said_at, a.said as answer,
       a.answered_name, a.answered_at
from training.remark r left join training.answer a on a.remark = r.remark
where r.course = $1 and r.step = $2 and r.person = $3
order by r.remark;

-- name: remarks
-- All, what is not answered first, then newest first.
select r.remark, r.course, r.step, r.version, r.name, r.unit, r.said, r.said_at, a.said as answer,
       a.answered_name, a.answered_at
from training.remark r left join training.answer a on a.remark = r.remark
order by a.remark is not null, r.remark desc
limit $1;

-- name: duty_said
insert into training.duty (person, name, duty, unit, is_on, given_by, given_name, given_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: duties_of
-- The duties of some people that last.
select person, duty, unit from (
    select distinct on (person, duty, unit) person, duty, unit, is_on
    from training.duty where person = any($1::text[])
    order by person, duty, unit, word desc
) d where d.is_on;

-- name: duties_at
-- Who holds a duty, at some units or among some people; null: everywhere.
select person, name, unit from (
    select distinct on (person, unit) person, name, unit, is_on
    from training.duty
    where duty = $1 and ($2::text[] is null or unit = any($2)) and ($3::text[] is null or person = any($3))
    order by person, unit, word desc
) d where d.is_on
order by name, person;

-- name: duties_on
-- Every duty that lasts, with the newest name of who holds it.
select person, name, duty from (
    select distinct on (person, duty, unit) person, name, duty, unit, is_on
    from training.duty order by person, duty, unit, word desc
) d where d.is_on order by person;

-- name: finished_that_counts
-- What everybody has finished, by the newest of each course, where it counts now.
select person, array_agg(course) as courses from (
    select distinct on (person, course) person, course, until from training.finished
    order by person, course, finished_at desc
) f where until is null or until > $1 group by person;

-- name: approved
insert into training.approval (course, version, organisation, organisation_name, approved_by, approved_name, approved_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing;

-- name: approvals
-- Those of every version, oldest first: of an earlier one they tell who must look again.
select course, version, organisation, organisation_name, approved_name, approved_at from training.approval
order by approved_at;

-- name: done_since
-- What was done after somebody's step at an instant, or taken back, as it came: read on from the last row of a page. `of` is when
-- what it tells of was done.
select d.person, d.course, d.step, d.version, d.done_at as at, d.tries::integer as tries, d.seconds, d.build, d.is_done,
       case when d.is_done then d.done_at else (
           select max(b.done_at) from training.done b
           where b.person = d.person and b.course = d.course and b.step = d.step and b.is_done and b.done_at < d.done_at
       ) end as of
from training.done d
where (d.done_at, d.person, d.course, d.step) > ($1::timestamptz, $2::text, $3::text, $4::text)
order by d.done_at, d.person, d.course, d.step limit $5;

-- name: finished_since
-- The same of courses that were finished; $4 is always empty here.
select person, course, '' as step, version, finished_at as at, 0 as tries, 0 as seconds, build, true as is_done,
       finished_at as of
from training.finished
where (finished_at, person, course) > ($1::timestamptz, $2::text, $3::text) and $4::text = ''
order by finished_at, person, course limit $5;
