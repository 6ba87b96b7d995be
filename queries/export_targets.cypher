/*---
purpose = "All figures, for export"
purpose_zh = "导出：全部量化指标"
[columns]
id = "id"
plan = "id of the plan"
measure = "id of the measure"
start = "place of the measure in its plan"
ordinal = "place within the measure"
indicator = "what it counts"
comparator = "=, >=, <=, ~, range, increase or decrease"
value = "number, null where masked"
unit = "unit"
due = "by when"
masked = "whether masked in the source"
text = "the words it was read from"
---*/
MATCH (m:Measure)-[:HAS_TARGET]->(g:Target)
RETURN g.id AS id, g.plan AS plan, m.id AS measure, m.start AS start, g.ordinal AS ordinal,
  g.indicator AS indicator, g.comparator AS comparator, g.value AS value, g.unit AS unit, g.due AS due,
  g.masked AS masked, g.text AS text
ORDER BY plan, start, ordinal
