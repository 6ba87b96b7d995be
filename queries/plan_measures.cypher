/*---
group = "plans"
purpose = "All measures of a plan in reading order"
purpose_zh = "一份计划的全部举措，按原文顺序"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the plan", example = "x-qinglan-2025" }
kind = { type = "string", of = "measure kind", purpose = "only measures of this kind; empty: of all", default = "" }
[columns]
id = "id of the measure"
task = "id of the task that it stands under"
text = "its words"
start = "where it starts in the plan's normalised text"
end = "where it ends"
statement = "number of its sentence in the plan"
kind = "planned, review, situation, preamble or closing"
heading = "whether it is the task's heading itself"
---*/
MATCH (m:Measure {plan: $plan})
WHERE $kind = '' OR m.kind = $kind
RETURN m.id AS id, m.task AS task, m.text AS text, m.start AS start, m.`end` AS `end`, m.statement AS statement,
  m.kind AS kind, m.heading AS heading
ORDER BY start, id
