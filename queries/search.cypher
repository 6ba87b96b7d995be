/*---
purpose = "Measures whose words contain a text"
purpose_zh = "按文字查找举措"
[parameters]
text = { type = "string", purpose = "the words to find" }
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
WHERE m.text CONTAINS $text AND m.id > $after
MATCH (p:Plan {id: m.plan})-[:ISSUED_BY]->(r:Region)
RETURN m.id AS id, p.id AS plan, r.name AS region, t.id AS task, t.title AS title, m.kind AS kind, m.text AS text
ORDER BY id
LIMIT $limit
