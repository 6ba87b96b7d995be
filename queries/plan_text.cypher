/*---
group = "plans"
purpose = "The normalised text of a plan, which all offsets point into"
purpose_zh = "一份计划的规范化全文，各处偏移量均以此为准"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the plan", example = "x-qinglan-2025" }
[columns]
id = "id of the plan"
text = "its normalised text"
---*/
MATCH (p:Plan {id: $plan})
RETURN p.id AS id, p.text AS text
ORDER BY id
