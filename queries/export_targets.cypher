/*---
group = "export"
purpose = "All figures, for export"
purpose_zh = "导出：全部量化指标"
[columns]
id = "id"
plan = "id of the plan"
measure = "id of the measure"
start = "offset in the plan's normalised text"
end = "offset of its end"
ordinal = "place within the measure"
indicator = "what it counts"
comparator = "=, >=, <=, ~, range, increase, decrease, all or zero"
value = "number, null where masked and for all"
value_to = "upper end of a range"
unit = "unit"
base = "what a change is measured from"
due = "by when"
commitment = "力争 or 确保 where the plan says so"
masked = "whether masked in the source"
text = "the words it was read from"
---*/
MATCH (m:Measure)-[:HAS_TARGET]->(g:Target)
RETURN g.id AS id, g.plan AS plan, m.id AS measure, g.start AS start, g.`end` AS `end`, g.ordinal AS ordinal,
  g.indicator AS indicator, g.comparator AS comparator, g.value AS value, g.value_to AS value_to, g.unit AS unit,
  g.base AS base, g.due AS due, g.commitment AS commitment, g.masked AS masked, g.text AS text
ORDER BY plan, start, ordinal
