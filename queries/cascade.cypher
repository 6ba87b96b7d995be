/*---
group = "priorities"
purpose = "Cascade nation ← province ← city: the chains of tasks that carry a priority down two levels, without what was rejected"
purpose_zh = "逐级传导：全国 ← 省 ← 市，承接某项重点任务的任务链（不含已否决的）"
[parameters]
priority = { type = "string", of = "task", purpose = "id of the national priority", example = "000000-2025.3" }
[columns]
upper = "id of the priority"
middle_plan = "id of the plan in the middle"
middle_region = "name of its region"
middle = "id of the task in the middle"
middle_title = "its heading"
middle_score = "score of the link from the middle to the priority"
lower_plan = "id of the lower plan, null where the chain ends in the middle"
lower_region = "name of its region"
lower = "id of the lower task"
lower_title = "its heading"
lower_score = "score of the link from the lower task to the middle"
---*/
MATCH (m:Task)-[i:IMPLEMENTS]->(u:Task {id: $priority}) WHERE i.state <> 'rejected'
MATCH (p:Plan {id: m.plan})-[:ISSUED_BY]->(pr:Region)
OPTIONAL MATCH (l:Task)-[j:IMPLEMENTS]->(m) WHERE j.state <> 'rejected'
OPTIONAL MATCH (q:Plan {id: l.plan})-[:ISSUED_BY]->(lr:Region)
RETURN u.id AS upper, p.id AS middle_plan, pr.name AS middle_region, m.id AS middle, m.title AS middle_title,
  i.score AS middle_score, q.id AS lower_plan, lr.name AS lower_region, l.id AS lower, l.title AS lower_title,
  j.score AS lower_score
ORDER BY middle_plan, middle_score DESC, middle, lower_plan, lower_score DESC, lower
