-- Run under varda_keeper only.

-- name: derived_destroyed
-- What was derived from items that are destroyed: relations, decisions and links.
with a as (delete from access.reach where source = any($1::bigint[]) or (consent <> 0 and consent = any($1::bigint[]))),
     b as (delete from access.decision where source = any($1::bigint[]))
delete from access.same where source = any($1::bigint[]);
