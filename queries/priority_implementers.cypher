/*---
group = "priorities"
purpose = "Who implements a priority: the local tasks linked to it, strongest first"
purpose_zh = "谁在落实某项重点任务：与之关联的本地任务"
[parameters]
priority = { type = "string", of = "task", purpose = "id of the upper task", example = "000000-2025.3" }
[columns]
plan = "id of the local plan"
region = "name of the region"
level = "level of the region"
year = "year of the plan"
task = "id of the local task"
number = "its number as printed"
title = "its heading"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
support = "how many of its measures carry the link"
relation = "equal, narrower, broader or overlaps: how the local task stands to the upper one"
state = "proposed, accepted or rejected"
method = "machine, human or both"
suspect = "whether the decision was taken on other words; it counts for nothing then"
---*/
MATCH (t:Task)-[i:IMPLEMENTS]->(u:Task {id: $priority})
MATCH (p:Plan {id: t.plan})-[:ISSUED_BY]->(r:Region)
RETURN p.id AS plan, r.name AS region, p.level AS level, p.year AS year, t.id AS task, t.number AS number,
  t.title AS title, i.score AS score, i.confidence AS confidence, i.support AS support,
  i.relation AS relation, i.state AS state, i.method AS method, i.suspect AS suspect
ORDER BY score DESC, task
