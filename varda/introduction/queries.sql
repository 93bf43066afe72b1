-- name: effort_counted
insert into introduction.effort as e (unit, task, week, actions, fields, seconds, times)
values ($1, $2, $3, $4, $5, $6, 1)
on conflict (unit, task, week, actions, fields, seconds) do update set times = e.times + 1;

-- name: effort_added
-- To the quarter of the week ($2, its Monday), by a mark ($4) on a day ($3): one more person, or one more day of somebody.
with at as (
    select date_trunc('quarter', $2::date)::date as quarter
),
counted as (
    insert into introduction.effort_mark as m (unit, quarter, mark, newest)
    select $1, quarter, $4, $3::date from at
    on conflict (unit, quarter, mark) do update set newest = excluded.newest where m.newest < excluded.newest
    returning xmax = 0 as is_new
)
insert into introduction.effort_quarter as q (unit, quarter, people, days, seconds)
select $1, quarter, (select count(*) from counted where is_new), (select count(*) from counted), $5 from at
on conflict (unit, quarter) do update
    set people = q.people + excluded.people, days = q.days + excluded.days, seconds = q.seconds + excluded.seconds;

-- name: effort_marks_gone
-- Those of a unit's quarters that are over.
delete from introduction.effort_mark where unit = $1 and quarter < date_trunc('quarter', $2::date)::date;

-- name: effort_compared
-- By root ($1, beside each its unit in $2) and quarter that is over: what units with enough people ($5) come to together,
-- and how many units have fewer.
select g.root, q.quarter, coalesce(sum(q.seconds) filter (where q.people >= $5), 0)::bigint as seconds,
       coalesce(sum(q.days) filter (where q.people >= $5), 0)::bigint as days,
       count(*) filter (where q.people < $5) as silent
from unnest($1::text[], $2::text[]) as g(root, unit)
join introduction.effort_quarter q on q.unit = g.unit
where q.quarter >= $3::date and q.quarter < date_trunc('quarter', $4::date)::date
group by g.root, q.quarter
order by g.root, q.quarter;

-- name: effort_of_unit
select task, actions, fields, seconds, sum(times)::bigint as times
from introduction.effort
where unit = $1 and week >= $2
group by task, actions, fields, seconds;
