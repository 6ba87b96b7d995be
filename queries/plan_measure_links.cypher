/*---
group = "links"
purpose = "What each measure of a plan implements in an upper plan, without what was rejected"
purpose_zh = "一份计划的每条举措落实了上级计划的哪些任务（不含已否决的）"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
source = "id of the local measure"
target = "id of the upper task"
score = "similarity, 0 to 1"
rank = "rank for the local measure"
state = "proposed or accepted"
---*/
MATCH (m:Measure {plan: $plan})-[r:IMPLEMENTS]->(t:Task {plan: $upper})
WHERE r.state <> 'rejected'
RETURN m.id AS source, t.id AS target, r.score AS score, r.rank AS rank, r.state AS state
ORDER BY source, rank, target
