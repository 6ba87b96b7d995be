/*---
group = "review"
purpose = "Links that nobody has decided on, the most uncertain first"
purpose_zh = "尚未复核的关联，最不确定的在前"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan; all by default", default = "", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan; all by default", default = "" }
least = { type = "float", purpose = "only links of at least this confidence", default = 0.0 }
limit = { type = "integer", purpose = "most rows", default = 1000 }
[columns]
kind = "matches: evidence between measures; tasks: which upper task a task implements; measures: the same of single measures"
source = "id of the local measure or task"
source_text = "its words"
plan = "id of its plan"
target = "id of the upper measure or task"
target_text = "its words"
upper = "id of its plan"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1; of matches the score"
---*/
MATCH (a)-[e:MATCHES|IMPLEMENTS]->(b)
WHERE e.state = 'proposed' AND e.suspect = false AND ($plan = '' OR a.plan = $plan) AND ($upper = '' OR b.plan = $upper)
  AND coalesce(e.confidence, e.score) >= $least
WITH a, b, e, abs(coalesce(e.confidence, e.score) - 0.5) AS certain, a.id AS source, b.id AS target
ORDER BY certain, source, target
LIMIT $limit
RETURN CASE WHEN type(e) = 'MATCHES' THEN 'matches' WHEN a.text IS NULL THEN 'tasks' ELSE 'measures' END AS kind,
  source, coalesce(a.text, a.title) AS source_text, a.plan AS plan, target, coalesce(b.text, b.title) AS target_text,
  b.plan AS upper, e.score AS score, coalesce(e.confidence, e.score) AS confidence
ORDER BY abs(confidence - 0.5), source, target
