/*---
group = "plans"
purpose = "Measures whose words contain a text"
purpose_zh = "按文字查找举措"
[parameters]
text = { type = "string", purpose = "the words to find", example = "老旧" }
plan = { type = "string", of = "plan", purpose = "only in this plan; empty: in all", default = "" }
kind = { type = "string", of = "measure kind", purpose = "only measures of this kind; empty: of all", default = "" }
after = { type = "string", purpose = "id of the last row already seen", default = "" }
limit = { type = "integer", purpose = "most rows", default = 50 }
[columns]
id = "id of the measure"
plan = "id of its plan"
region = "name of the region"
task = "id of its task"
title = "heading of its task"
kind = "planned, review, situation, preamble or closing"
text = "its words"
---*/
MATCH (t:Task)-[:HAS_MEASURE]->(m:Measure)
WHERE m.text CONTAINS $text AND m.id > $after AND ($plan = '' OR m.plan = $plan) AND ($kind = '' OR m.kind = $kind)
MATCH (p:Plan {id: m.plan})-[:ISSUED_BY]->(r:Region)
RETURN m.id AS id, p.id AS plan, r.name AS region, t.id AS task, t.title AS title, m.kind AS kind, m.text AS text
ORDER BY id
LIMIT $limit
