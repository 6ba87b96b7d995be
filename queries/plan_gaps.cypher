/*---
group = "gaps"
purpose = "Gaps of a plan: upper measures that no local measure covers, with the nearest one's score"
purpose_zh = "计划缺口：本地没有举措覆盖的上级举措"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
covered = { type = "float", purpose = "least score that covers", example = 0.5 }
[columns]
target = "id of the upper measure"
target_text = "its words"
task = "id of the upper task it stands under"
title = "heading of that task"
start = "its place in the upper plan"
reserved = "why only the upper level can do it, empty where plans below are asked too"
best = "score of the nearest local measure, null where there is none"
---*/
MATCH (t:Task {plan: $upper})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false
  AND NOT EXISTS { MATCH (c:Measure {plan: $plan})-[k:MATCHES]->(u) WHERE k.score >= $covered }
OPTIONAL MATCH (m:Measure {plan: $plan})-[r:MATCHES]->(u)
RETURN u.id AS target, u.text AS target_text, t.id AS task, t.title AS title, u.start AS start,
  u.reserved AS reserved, max(r.score) AS best
ORDER BY start
