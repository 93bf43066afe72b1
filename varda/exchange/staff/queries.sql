-- name: said
select kind, hsa, place, said::text as said from exchange.staff where source = $1 and not gone;

-- name: taken
insert into exchange.staff (source, kind, hsa, place, said, gone, taken)
select $1, kind, hsa, place, said::jsonb, gone, $7
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[]) as g(kind, hsa, place, said, gone)
on conflict (source, kind, hsa) do update
set place = excluded.place, said = excluded.said, gone = excluded.gone, taken = excluded.taken;
