/*---
group = "priorities"
purpose = "How the work of each plan is shared among the tasks of the plan above: measures that implement each, and the sum of their confidences; without what was rejected or is suspect"
purpose_zh = "各计划的工作在上级各项任务间的分布（不含已否决和存疑的）"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
mode = { type = "string", of = "mode", purpose = "all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "only proposals of at least this confidence", default = 0.0 }
[columns]
plan = "id of the local plan"
task = "id of the upper task"
measures = "number of the plan's measures that implement it"
weight = "sum of their confidences: how many of them may be expected to implement it indeed"
---*/
MATCH (m:Measure)-[i:IMPLEMENTS]->(t:Task {plan: $upper})
WHERE i.suspect = false AND (i.state = 'accepted' OR ($mode = 'all' AND i.state = 'proposed' AND i.confidence >= $least))
RETURN m.plan AS plan, t.id AS task, count(m) AS measures, round(sum(i.confidence), 4) AS weight
ORDER BY plan, task
