/*---
group = "plans"
purpose = "One task with the plan it belongs to"
purpose_zh = "一项任务及其所属计划"
[parameters]
task = { type = "string", of = "task", purpose = "id of the task", example = "x-qinglan-2025.3.1.1" }
[columns]
id = "id of the task"
plan = "id of the plan"
region = "name of the region"
year = "year of the plan"
parent = "id of the task above, null at the top"
number = "number as printed"
title = "heading without its number"
kind = "priority, task, review, situation, preamble or closing"
stamp = "hash of its heading"
---*/
MATCH (p:Plan)-[:HAS_TASK]->(t:Task {id: $task})
MATCH (p)-[:ISSUED_BY]->(r:Region)
RETURN t.id AS id, p.id AS plan, r.name AS region, p.year AS year, t.parent AS parent, t.number AS number,
  t.title AS title, t.kind AS kind, t.stamp AS stamp
