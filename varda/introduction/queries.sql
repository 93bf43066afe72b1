-- name: effort_counted
insert into introduction.effort as e (unit, task, week, actions, fields, seconds, times)
values ($1, $2, $3, $4, $5, $6, 1)
on conflict (unit, task, week, actions, fields, seconds) do update set times = e.times + 1;

-- name: effort_of_unit
select task, actions, fields, seconds, sum(times)::bigint as times
from introduction.effort
where unit = $1 and week >= $2
group by task, actions, fields, seconds;
