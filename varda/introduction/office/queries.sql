-- name: risk_raised
insert into office.risk (organisation, area, raised_by, raised_name, raised_at)
values ($1, $2, $3, $4, $5)
returning risk;

-- name: risk_said
insert into office.risk_said (risk, revision, kind, words, probability, consequence, owner, owner_name, measures, due,
                              level, level_since, state, reason, changed_by, changed_name, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: risks
-- Each as it is now, the gravest first; of one organisation ($1) or, empty, of all; what is closed only when asked for.
select * from (
    select distinct on (r.risk) r.risk, r.organisation, r.area, r.raised_name, r.raised_at, s.revision, s.kind, s.words,
           s.probability, s.consequence, s.owner, s.owner_name, s.measures, s.due, s.level, s.level_since, s.state,
           s.reason, s.changed_name, s.changed_at
    from office.risk r join office.risk_said s on s.risk = r.risk
    where $1 = '' or r.organisation = $1
    order by r.risk, s.revision desc
) newest
where (state = 'closed') = $2
order by greatest(probability, case kind when 'problem' then 5 else 0 end) * consequence desc, raised_at, risk
limit $3;

-- name: risk_history
-- Every revision of one, the newest first.
select r.risk, r.organisation, r.area, r.raised_name, r.raised_at, s.revision, s.kind, s.words, s.probability, s.consequence,
       s.owner, s.owner_name, s.measures, s.due, s.level, s.level_since, s.state, s.reason, s.changed_name, s.changed_at
from office.risk r join office.risk_said s on s.risk = r.risk
where r.risk = $1
order by s.revision desc;
