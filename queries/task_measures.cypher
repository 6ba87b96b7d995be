/*---
group = "plans"
purpose = "The measures directly under a task, with the figures they promise"
purpose_zh = "一项任务下的具体举措及量化指标"
[parameters]
task = { type = "string", of = "task", purpose = "id of the task", example = "x-qinglan-2025.3.1.1" }
[columns]
id = "id of the measure"
text = "its words"
start = "where it starts in the plan's normalised text"
end = "where it ends"
kind = "planned, review, situation, preamble or closing"
heading = "whether it is the task's heading itself"
page = "page of the file, null without pages"
line = "line of the page or file; in Word the paragraph"
first_byte = "offset of its first byte in the file, null where the file is no text"
end_byte = "offset behind its last byte"
target = "words of the figure, null where it promises none"
indicator = "what the figure counts"
comparator = "=, >=, <=, ~, range, increase, decrease, all or zero"
value = "the number, null where masked and for all"
value_to = "upper end of a range"
unit = "its unit"
base = "what a change is measured from"
due = "by when"
commitment = "力争 or 确保 where the plan says so"
masked = "whether the number is masked in the source"
ordinal = "place of the figure within the measure"
---*/
MATCH (t:Task {id: $task})-[:HAS_MEASURE]->(m:Measure)
OPTIONAL MATCH (m)-[h:HAS_TARGET]->(g:Target)
RETURN m.id AS id, m.text AS text, m.start AS start, m.`end` AS `end`, m.kind AS kind, m.heading AS heading,
  m.page AS page, m.line AS line, m.first_byte AS first_byte, m.end_byte AS end_byte,
  g.text AS target, g.indicator AS indicator, g.comparator AS comparator, g.value AS value, g.value_to AS value_to,
  g.unit AS unit, g.base AS base, g.due AS due, g.commitment AS commitment, g.masked AS masked, h.ordinal AS ordinal
ORDER BY start, ordinal
