/*---
group = "links"
purpose = "A task and the headings above it, outermost first"
purpose_zh = "一项任务及其上方各级标题，由外到内"
[parameters]
task = { type = "string", of = "task", purpose = "id of the task", example = "x-qinglan-2025.3.1.1" }
[columns]
id = "id of the task"
depth = "depth in the tree, from 1"
number = "number as printed"
title = "heading without its number"
---*/
MATCH (t:Task {id: $task})-[:SUBTASK_OF*0..12]->(a:Task)
RETURN a.id AS id, a.depth AS depth, a.number AS number, a.title AS title
ORDER BY depth
