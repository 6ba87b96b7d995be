/*---
group = "review"
purpose = "Matches of local and upper measures, as people review them"
purpose_zh = "供复核：本地举措与上级举措的匹配"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan; all by default", default = "" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan; all by default", default = "" }
[columns]
type = "MATCHES or IMPLEMENTS"
source = "id of the local measure or task"
source_task = "id of the local task that it is, or stands under"
source_text = "its words"
source_stamp = "their hash"
plan = "id of its plan"
target = "id of the upper measure or task"
target_text = "its words"
target_stamp = "their hash"
upper = "id of its plan"
task = "id of the upper task"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
rank = "rank among the source's links to that plan"
relation = "equal, narrower, broader or overlaps"
method = "machine, human or both"
state = "proposed, accepted or rejected"
suspect = "whether the decision was taken on other words; it counts for nothing then"
covers = "fully or partly, where a person accepted it; else empty"
decision = "id of the last decision on it, empty where there was none"
reviewer = "who decided"
note = "the reviewer's note"
source_seen = "the local words that the reviewer saw, null where nobody decided"
target_seen = "the upper words that the reviewer saw"
---*/
// DISTINCT makes a planner start here: one plan has a few hundred links, a graph of many plans hundreds of thousands.
MATCH (a:Measure) WHERE $plan = '' OR a.plan = $plan
WITH DISTINCT a
MATCH (a)-[e:MATCHES]->(b:Measure) WHERE $upper = '' OR b.plan = $upper
WITH a, b, e, e.decision AS last
OPTIONAL MATCH (d:Decision {id: last})
RETURN 'MATCHES' AS type, a.id AS source, a.task AS source_task, a.text AS source_text, a.stamp AS source_stamp, a.plan AS plan, b.id AS target,
  b.text AS target_text, b.stamp AS target_stamp, b.plan AS upper, b.task AS task, e.score AS score, e.score AS confidence, e.rank AS rank,
  e.relation AS relation, e.method AS method, e.state AS state, e.suspect AS suspect, e.covers AS covers,
  e.decision AS decision, e.reviewer AS reviewer, e.note AS note, d.source_text AS source_seen,
  d.target_text AS target_seen
ORDER BY plan, upper, source, rank, target
