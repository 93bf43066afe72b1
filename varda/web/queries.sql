-- name: kept
select choice from web.kept where person = $1 and unit = $2 and screen = $3;

-- name: keep
insert into web.kept (person, unit, screen, choice, saved) values ($1, $2, $3, $4::jsonb, $5)
on conflict (person, unit, screen) do update set choice = excluded.choice, saved = excluded.saved
where web.kept.choice <> excluded.choice;
