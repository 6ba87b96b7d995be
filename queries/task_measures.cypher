/*---
purpose = "The measures directly under a task, with the figures they promise"
purpose_zh = "一项任务下的具体举措及量化指标"
[parameters]
task = { type = "string", purpose = "id of the task" }
[columns]
id = "id of the measure"
text = "its words"
start = "where it starts in the plan's normalised text"
end = "where it ends"
kind = "planned, review, situation, preamble or closing"
heading = "whether it is the task's heading itself"
target = "words of the figure, null where it promises none"
indicator = "what the figure counts"
comparator = "=, >=, <=, ~, range, increase or decrease"
value = "the number, null where masked"
unit = "its unit"
due = "by when"
masked = "whether the number is masked in the source"
ordinal = "place of the figure within the measure"
---*/
MATCH (t:Task {id: $task})-[:HAS_MEASURE]->(m:Measure)
OPTIONAL MATCH (m)-[h:HAS_TARGET]->(g:Target)
RETURN m.id AS id, m.text AS text, m.start AS start, m.`end` AS `end`, m.kind AS kind, m.heading AS heading,
  g.text AS target, g.indicator AS indicator, g.comparator AS comparator, g.value AS value, g.unit AS unit,
  g.due AS due, g.masked AS masked, h.ordinal AS ordinal
ORDER BY start, ordinal
