/*---
group = "coverage"
purpose = "Upper measures that a plan covers because a person accepted a link, fully or partly"
purpose_zh = "经人工认可而覆盖（或部分覆盖）上级举措的计划"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
target = "id of the upper measure"
plan = "id of the local plan"
covers = "fully or partly"
---*/
MATCH (m:Measure)-[r:MATCHES]->(u:Measure {plan: $upper})
WHERE r.state = 'accepted' AND r.suspect = false
RETURN DISTINCT u.id AS target, m.plan AS plan, r.covers AS covers
ORDER BY target, plan, covers
