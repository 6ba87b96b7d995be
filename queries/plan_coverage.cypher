/*---
group = "coverage"
purpose = "Coverage of a plan: every upper measure with the local measures that resemble it"
purpose_zh = "计划覆盖情况：上级每项举措及本地对应举措"
[parameters]
plan = { type = "string", purpose = "id of the local plan", example = "x-qinglan-2025" }
upper = { type = "string", purpose = "id of the upper plan", example = "000000-2025" }
partial = { type = "float", purpose = "least score of evidence", default = 0.0 }
[columns]
target = "id of the upper measure"
target_text = "its words"
task = "id of the upper task it stands under"
start = "its place in the upper plan"
reserved = "why only the upper level can do it, empty where plans below are asked too"
stamp = "hash of its words"
source = "id of the local measure, null where none resembles it"
source_text = "its words"
source_task = "id of the local task"
score = "probability that this one covers it, 0 to 1"
rank = "rank of the upper measure for this local one"
relation = "how the local measure stands to it: equal, narrower, broader or overlaps"
method = "machine, human or both"
state = "proposed, accepted or rejected"
suspect = "whether the decision was taken on other words; it counts for nothing then"
covers = "fully or partly, where a person accepted it; else empty"
decision = "id of the last decision on it, empty where there was none"
reviewer = "who decided"
---*/
MATCH (t:Task {plan: $upper})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false
OPTIONAL MATCH (m:Measure {plan: $plan})-[r:MATCHES]->(u) WHERE r.score >= $partial
RETURN u.id AS target, u.text AS target_text, u.task AS task, u.start AS start,
  u.reserved AS reserved, u.stamp AS stamp, m.id AS source,
  m.text AS source_text, m.task AS source_task, r.score AS score, r.rank AS rank,
  r.relation AS relation, r.method AS method, r.state AS state, r.suspect AS suspect, r.covers AS covers,
  r.decision AS decision, r.reviewer AS reviewer
ORDER BY start, score DESC, source
