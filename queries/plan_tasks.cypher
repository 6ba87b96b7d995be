/*---
group = "plans"
purpose = "The heading tree of a plan"
purpose_zh = "一份计划的标题树"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the plan", example = "x-qinglan-2025" }
kind = { type = "string", of = "task kind", purpose = "only tasks of this kind; empty: of all", default = "" }
after = { type = "integer", purpose = "position of the last row already seen", default = -1 }
limit = { type = "integer", purpose = "most rows", default = 10000 }
[columns]
id = "id of the task"
parent = "id of the task above, null at the top"
position = "place in reading order, from 0"
depth = "depth in the tree, from 1"
number = "number as printed"
title = "heading without its number"
kind = "priority, task, review, situation, preamble or closing"
asks = "whether plans below answer to it"
measures = "number of planned measures directly under it, its heading included"
---*/
MATCH (t:Task {plan: $plan})
WHERE t.position > $after AND ($kind = '' OR t.kind = $kind)
OPTIONAL MATCH (t)-[:HAS_MEASURE]->(m:Measure) WHERE m.kind = 'planned'
RETURN t.id AS id, t.parent AS parent, t.position AS position, t.depth AS depth, t.number AS number,
  t.title AS title, t.kind AS kind, t.asks AS asks, count(m) AS measures
ORDER BY position
LIMIT $limit
