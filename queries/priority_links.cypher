/*---
group = "priorities"
purpose = "How many tasks of each plan implement each task of the plan above, and the confidence of the strongest link"
purpose_zh = "各计划中落实上级各项任务的任务数及最高置信度"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
mode = { type = "string", of = "mode", purpose = "all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "only links of at least this confidence", default = 0.0 }
[columns]
task = "id of the upper task"
plan = "id of the local plan"
tasks = "number of its tasks that implement it"
confidence = "how often the strongest of these links is right, 0 to 1"
---*/
MATCH (l:Task)-[i:IMPLEMENTS]->(u:Task {plan: $upper})
WHERE (i.suspect = false AND i.state = 'accepted') OR ($mode = 'all' AND i.confidence >= $least
  AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed'))
RETURN u.id AS task, l.plan AS plan, count(l) AS tasks, max(i.confidence) AS confidence
ORDER BY task, plan
