-- name: kinds
select name, patients, told from practice.kind order by name;

-- name: kind
select name, patients, told from practice.kind where name = $1;

-- name: kind_known
insert into practice.kind (name, patients, told) values ($1, $2, $3)
on conflict (name) do update set patients = excluded.patients, told = excluded.told;

-- name: copy_begun
-- None, where a class has a shared one of the kind already.
insert into practice.copy (kind, class, shared) values ($1, $2, $3)
on conflict (kind, class) where shared and ended is null do nothing returning copy;

-- name: copy_made
update practice.copy set unit = $2, names = $3::text::jsonb, made = $4 where copy = $1;

-- name: spare_taken
-- A copy that nobody has; who asks at the same moment gets another.
update practice.copy set taken = $3
where copy = (select copy from practice.copy
              where kind = $1 and class = $2 and not shared and taken is null and ended is null and made is not null
              order by copy limit 1 for update skip locked)
returning copy, unit, taken, names::text as names;

-- name: shared_taken
-- The shared copy of a class; who asks at the same moment waits for whoever takes it first.
update practice.copy set taken = coalesce(taken, $3)
where copy = (select copy from practice.copy
              where kind = $1 and class = $2 and shared and ended is null and made is not null
              order by copy limit 1 for update)
returning copy, unit, taken, names::text as names;

-- name: copy_ended
update practice.copy set ended = $2 where copy = $1 and ended is null returning unit, kind, class, shared;

-- name: copies_of
-- Copies in use or spare, of one class or (null) of all.
select copy, kind, class, shared from practice.copy
where ended is null and made is not null and ($1::text is null or class = $1) order by copy;

-- name: patients_placed
update practice.copy set names = names || $2::text::jsonb where copy = $1;

-- name: seat_taken
insert into practice.seat (copy, person, role, course, material, assignment, since) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (copy, person) do update set role = excluded.role, course = excluded.course, material = excluded.material,
    assignment = excluded.assignment;

-- name: seat_of_person
-- Where somebody practises a course, as it reads now: in a class, where one is said.
select c.copy, c.unit, c.kind, c.class, c.shared, c.names::text as names, c.taken, s.person, s.role, s.course, s.material,
       s.assignment, s.since
from practice.seat s join practice.copy c using (copy)
where s.person = $1 and s.course = $2 and s.material = $3 and $4 in ('', c.class) and c.ended is null
order by s.since desc limit 1;

-- name: spares
select kind, class, count(*) filter (where taken is null) as spare, count(*) as all
from practice.copy where ended is null and made is not null group by kind, class order by class, kind;

-- name: seats_of_person
-- Where somebody practises, the newest first.
select c.copy, c.unit, c.kind, c.class, c.shared, c.names::text as names, c.taken, s.person, s.role, s.course, s.material,
       s.assignment, s.since
from practice.seat s join practice.copy c using (copy)
where s.person = $1 and c.ended is null
order by s.since desc;

-- name: course
select code, files::text as files from practice.course where material = $1;

-- name: course_known
insert into practice.course (material, code, files) values ($1, $2, $3::text::jsonb) on conflict do nothing;

-- name: came
-- None, while somebody else seats the same; who was killed amid it holds it no longer than until $3.
insert into practice.coming as held (name, since) values ($1, $2)
on conflict (name) do update set since = excluded.since where held.since < $3 returning name;

-- name: seated
delete from practice.coming where name = $1;

-- name: team
-- Who shares a copy, and since when each does an exercise (null: has not begun it).
select s.person, s.role, a.begun
from practice.seat s left join practice.attempt a on a.copy = s.copy and a.person = s.person and a.exercise = $2
where s.copy = $1 order by s.since;

-- name: attempts
select exercise, begun, passed, actions, seconds from practice.attempt where copy = $1 and person = $2;

-- name: attempt_begun
-- What was right stays so: whoever tries again practises.
insert into practice.attempt (copy, person, exercise, begun) values ($1, $2, $3, $4)
on conflict (copy, person, exercise) do update set begun = excluded.begun;

-- name: attempt_passed
update practice.attempt set passed = $4, actions = $5, seconds = $6
where copy = $1 and person = $2 and exercise = $3 and passed is null;
