/*---
group = "coverage"
purpose = "What an upper plan asks of the plans below: its measures, headings left out"
purpose_zh = "上级计划对下级提出的各项举措（不含标题）"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
target = "id of the upper measure"
text = "its words"
task = "id of the upper task it stands under"
start = "its place in the upper plan"
reserved = "why only the upper level can do it, empty where plans below are asked too"
stamp = "hash of its words"
---*/
MATCH (t:Task {plan: $upper})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false
RETURN u.id AS target, u.text AS text, u.task AS task, u.start AS start, u.reserved AS reserved, u.stamp AS stamp
ORDER BY start, target
