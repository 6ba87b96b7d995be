/*---
group = "export"
purpose = "All tasks, for export"
purpose_zh = "导出：全部任务"
[columns]
id = "id"
plan = "id of the plan"
parent = "id of the task above"
position = "place in reading order"
number = "number as printed"
title = "heading"
kind = "priority, task, review, situation, preamble or closing"
---*/
MATCH (t:Task)
RETURN t.id AS id, t.plan AS plan, t.parent AS parent, t.position AS position, t.number AS number,
  t.title AS title, t.kind AS kind
ORDER BY plan, position
