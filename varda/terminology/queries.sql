-- name: habits
-- The unit's favourites, then what it has chosen most, then what the person has chosen lately.
select code,
       coalesce(bool_or(favourite), false) as favourite,
       coalesce(sum(times), 0)::int as times,
       max(last) filter (where actor = $3) as mine
from (
    select code, actor, times, last, false as favourite from terminology.used where unit = $1 and system = $2
    union all
    select code, '', 0, null, true from terminology.favourite where unit = $1 and system = $2
) habit
group by code
order by 2 desc, 3 desc, 4 desc nulls last, code
limit 200;

-- name: code_used
insert into terminology.used (unit, system, actor, code, times, last) values ($1, $2, $3, $4, 1, $5)
on conflict (unit, system, actor, code) do update set times = terminology.used.times + 1, last = excluded.last;

-- name: code_favoured
insert into terminology.favourite (unit, system, code) values ($1, $2, $3) on conflict do nothing;

-- name: code_unfavoured
delete from terminology.favourite where unit = $1 and system = $2 and code = $3;
