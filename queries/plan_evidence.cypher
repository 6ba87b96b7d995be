/*---
group = "coverage"
purpose = "Evidence of a plan: the local measures that resemble each upper one"
purpose_zh = "计划的依据：与上级各项举措相近的本地举措"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
partial = { type = "float", purpose = "least score of evidence", default = 0.0 }
[columns]
target = "id of the upper measure"
source = "id of the local measure"
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
// DISTINCT makes a planner start here: the measures above have links from all plans.
MATCH (m:Measure {plan: $plan})
WITH DISTINCT m
MATCH (m)-[r:MATCHES]->(u:Measure) WHERE u.plan = $upper AND r.score >= $partial
RETURN u.id AS target, m.id AS source, m.text AS source_text, m.task AS source_task, r.score AS score, r.rank AS rank,
  r.relation AS relation, r.method AS method, r.state AS state, r.suspect AS suspect, r.covers AS covers,
  r.decision AS decision, r.reviewer AS reviewer
ORDER BY target, score DESC, source
