/*---
group = "review"
purpose = "Links whose decision was taken on other words than those of today; it counts for nothing until a person clears it"
purpose_zh = "存疑的关联：裁定之后文字已变，须重新确认"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan; all by default", default = "" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan; all by default", default = "" }
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
state = "accepted or rejected, on the words that the reviewer saw"
reviewer = "who decided"
note = "the reviewer's note"
source_seen = "the local words that the reviewer saw"
target_seen = "the upper words that the reviewer saw"
---*/
MATCH (a)-[e:MATCHES|IMPLEMENTS]->(b)
WHERE e.suspect = true AND ($plan = '' OR a.plan = $plan) AND ($upper = '' OR b.plan = $upper)
WITH a, b, e, e.decision AS last, coalesce(e.confidence, e.score) AS confidence,
  CASE WHEN type(e) = 'MATCHES' THEN 'matches' WHEN a.text IS NULL THEN 'tasks' ELSE 'measures' END AS kind
OPTIONAL MATCH (d:Decision {id: last})
RETURN kind, a.id AS source, coalesce(a.text, a.title) AS source_text, a.plan AS plan, b.id AS target,
  coalesce(b.text, b.title) AS target_text, b.plan AS upper, e.score AS score, confidence, e.state AS state,
  e.reviewer AS reviewer, e.note AS note, d.source_text AS source_seen, d.target_text AS target_seen
ORDER BY plan, upper, source, target
LIMIT $limit
