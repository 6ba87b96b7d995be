/*---
group = "priorities"
purpose = "One level of a cascade: the tasks that implement any of the given upper tasks, without what was rejected"
purpose_zh = "逐级传导的一级：落实了所给上级任务的各项任务（不含已否决的）"
[parameters]
targets = { type = "list", of = "task", purpose = "ids of the upper tasks", example = ["000000-2025.3"] }
mode = { type = "string", of = "mode", purpose = "all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "only links of at least this confidence", default = 0.0 }
[columns]
source = "id of the local task"
source_plan = "id of its plan"
source_number = "its number as printed"
source_title = "its heading"
target = "id of the upper task"
target_plan = "id of its plan"
target_title = "its heading"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
state = "proposed or accepted; a decision on other words counts as none"
---*/
UNWIND $targets AS target
MATCH (l:Task)-[i:IMPLEMENTS]->(u:Task {id: target})
WHERE (i.suspect = false AND i.state = 'accepted') OR ($mode = 'all' AND i.confidence >= $least
  AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed'))
RETURN l.id AS source, l.plan AS source_plan, l.number AS source_number, l.title AS source_title, u.id AS target,
  u.plan AS target_plan, u.title AS target_title, i.score AS score, i.confidence AS confidence,
  CASE WHEN i.suspect = true THEN 'proposed' ELSE i.state END AS state
ORDER BY target, score DESC, source
