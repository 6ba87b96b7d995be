/*---
group = "priorities"
purpose = "What a plan asks of the plans below it: the tasks that plans below answer to"
purpose_zh = "一份计划对下级的要求：含有具体举措的任务（国家计划即为重点任务）"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
id = "id of the task"
number = "number as printed"
title = "heading"
above = "heading of the task above, null at the top"
kind = "priority in the nation's plan, else task"
position = "place in reading order"
measures = "number of measures, the heading not counted"
---*/
MATCH (t:Task {plan: $plan})-[:HAS_MEASURE]->(m:Measure)
WHERE t.asks = true AND m.kind = 'planned' AND m.heading = false
OPTIONAL MATCH (t)-[:SUBTASK_OF]->(p:Task)
RETURN t.id AS id, t.number AS number, t.title AS title, p.title AS above, t.kind AS kind, t.position AS position,
  count(m) AS measures
ORDER BY position
