-- name: survey_asked
insert into voices.survey (question_sv, question_en, opens, closes, may_be_anonymous, asked_by, asked_name, asked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning survey;

-- name: surveys
-- One ($1), or (null) all, the newest first.
select survey, question_sv, question_en, opens, closes, may_be_anonymous
from voices.survey where $1::bigint is null or survey = $1
order by opens desc, survey desc;

-- name: answered_by
select exists (select from voices.answer where survey = $1 and person = $2) as is_answered;

-- name: answer_kept
-- Nothing is returned where the person has answered already.
insert into voices.answer (answer, survey, person, said_on, administration, profession, role, worked, words)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (survey, person) do nothing
returning answer;

-- name: backgrounds
-- How many answers have each background.
select administration, profession, role, worked, count(*) as answers
from voices.answer where survey = $1
group by administration, profession, role, worked;

-- name: answers
-- Their words alone: who codes sees no name and no background. By their numbers, which are by chance.
select answer, words from voices.answer where survey = $1 order by answer;

-- name: answer
select survey, words from voices.answer where answer = $1;

-- name: statement_marked
-- Nothing is returned where it is marked already.
insert into voices.statement (answer, begins, ends, marked_by, marked_name, marked_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (answer, begins, ends) do nothing
returning statement;

-- name: statements_for
-- All of a survey ($1), with what one coder ($2) gave them and nothing of the others'.
select s.statement, s.answer, substring(a.words from s.begins + 1 for s.ends - s.begins) as words,
       coalesce(c.kind, '') as kind, coalesce(c.code, '') as code
from voices.answer a
join voices.statement s on s.answer = a.answer
left join lateral (
    select kind, code from voices.coding c where c.statement = s.statement and c.coder = $2
    order by revision desc limit 1
) c on true
where a.survey = $1
order by s.answer, s.begins, s.statement;

-- name: statement_coded
-- Nothing is returned where there is no such statement.
insert into voices.coding (statement, coder, revision, kind, code, coder_name, coded_at)
select s.statement, $2,
       1 + coalesce((select max(revision) from voices.coding c where c.statement = s.statement and c.coder = $2), 0),
       $3, $4, $5, $6
from voices.statement s where s.statement = $1
returning statement;

-- name: coded_twice
-- What two coders ($2, $3) gave the statements of a survey that both coded.
with newest as (
    select distinct on (c.statement, c.coder) c.statement, c.coder, c.kind, c.code
    from voices.answer a
    join voices.statement s on s.answer = a.answer
    join voices.coding c on c.statement = s.statement
    where a.survey = $1 and c.coder in ($2, $3)
    order by c.statement, c.coder, c.revision desc
)
select l.kind as kind, r.kind as other_kind, l.code as code, r.code as other_code
from newest l join newest r on r.statement = l.statement and l.coder = $2 and r.coder = $3
order by l.statement;

-- name: coders
-- Whoever has coded statements of a survey, by name.
select c.coder, min(c.coder_name) as name
from voices.answer a
join voices.statement s on s.answer = a.answer
join voices.coding c on c.statement = s.statement
where a.survey = $1
group by c.coder
order by name, c.coder;

-- name: traffic_opened
insert into voices.traffic_round (day, sub_areas, administrations, opened_by, opened_name, opened_at)
values ($1, $2, $3, $4, $5, $6)
returning round;

-- name: traffic_rounds
-- A few a month: all of them.
select round, day from voices.traffic_round order by day desc, round desc;

-- name: traffic_round
select sub_areas, administrations from voices.traffic_round where round = $1;

-- name: traffic_sent
insert into voices.traffic_report (round, sub_area, administration, revision, status, done, ongoing, planned, obstacles,
                                   sent_by, sent_name, sent_at)
select $1, $2, $3,
       1 + coalesce((select max(revision) from voices.traffic_report r
                     where r.round = $1 and r.sub_area = $2 and r.administration = $3), 0),
       $4, $5, $6, $7, $8, $9, $10, $11;

-- name: traffic
-- The newest of each sub-area and administration in a round.
select distinct on (sub_area, administration) sub_area, administration, status, done, ongoing, planned, obstacles,
       sent_name, sent_at
from voices.traffic_report where round = $1
order by sub_area, administration, revision desc;
