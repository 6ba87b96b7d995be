/*---
group = "targets"
purpose = "The figures that a plan promises, in reading order"
purpose_zh = "一个计划的全部量化指标"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the plan", example = "x-qinglan-2025" }
[columns]
id = "id of the figure"
indicator = "what it counts"
comparator = "=, >=, <=, ~, range, increase, decrease, all or zero"
value = "the number, null where masked and for all"
value_to = "upper end of a range"
unit = "its unit"
base = "what a change is measured from"
due = "by when"
commitment = "力争 or 确保 where the plan says so"
masked = "whether the number is masked in the source"
text = "the words it was read from"
measure = "id of the measure that promises it"
measure_text = "words of the measure"
start = "where it starts in the plan's normalised text"
---*/
MATCH (m:Measure {plan: $plan})-[:HAS_TARGET]->(g:Target)
RETURN g.id AS id, g.indicator AS indicator, g.comparator AS comparator, g.value AS value, g.value_to AS value_to,
  g.unit AS unit, g.base AS base, g.due AS due, g.commitment AS commitment, g.masked AS masked, g.text AS text,
  m.id AS measure, m.text AS measure_text, g.start AS start
ORDER BY start
