/*---
group = "targets"
purpose = "The figures that plans of the same year of the regions below promise"
purpose_zh = "下级地区同年度计划的量化指标"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "x-qinglan-2025" }
[columns]
plan = "id of the lower plan"
region = "name of its region"
id = "id of the figure"
indicator = "what it counts"
comparator = "=, >=, <=, ~, range, increase, decrease, all or zero"
value = "the number, null where masked and for all"
unit = "its unit"
masked = "whether the number is masked in the source"
text = "the words it was read from"
measure = "id of the measure that promises it"
start = "where it starts in the plan's normalised text"
---*/
MATCH (p:Plan {id: $upper})-[:ISSUED_BY]->(above:Region)
MATCH (r:Region)-[:PART_OF]->(above)
MATCH (q:Plan)-[:ISSUED_BY]->(r)
MATCH (g:Target {plan: q.id})
MATCH (m:Measure)-[:HAS_TARGET]->(g)
WHERE q.year = p.year
RETURN q.id AS plan, r.name AS region, g.id AS id, g.indicator AS indicator, g.comparator AS comparator,
  g.value AS value, g.unit AS unit, g.masked AS masked, g.text AS text, m.id AS measure, g.start AS start
ORDER BY plan, start
