/*---
group = "gaps"
purpose = "Measures of a plan that only its own level can carry out, with the reason"
purpose_zh = "只能由本级承担的举措及理由"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
measure = "id of the measure"
text = "its words"
task = "id of the task it stands under"
reason = "international, own_event, own_office or national_rules"
start = "its place in the plan"
---*/
MATCH (t:Task {plan: $plan})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false AND u.reserved <> ''
RETURN u.id AS measure, u.text AS text, u.task AS task, u.reserved AS reason, u.start AS start
ORDER BY start
