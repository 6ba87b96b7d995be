/*---
group = "links"
purpose = "Links of a task: the upper tasks it implements, with the pairs of measures that carry each link"
purpose_zh = "一项任务的关联：落实了哪些上级任务，依据哪些语句"
[parameters]
task = { type = "string", of = "task", purpose = "id of the local task", example = "x-qinglan-2025.3.1.1" }
[columns]
target = "id of the upper task"
target_plan = "id of the upper plan"
number = "its number as printed"
title = "its heading"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
rank = "rank among the task's links to that plan"
support = "how many measures carry the link"
relation = "equal, narrower, broader or overlaps"
method = "machine, human or both"
state = "proposed, accepted or rejected"
suspect = "whether the decision was taken on other words; it counts for nothing then"
decision = "id of the last decision on it, empty where there was none"
advice = "the adviser's reason, empty where none was asked"
reviewer = "who decided, empty for the machine"
note = "the reviewer's note"
encoder = "encoder of the run"
run = "id of the run"
source = "id of a local measure, null where no single pair resembles"
source_text = "its words"
upper_measure = "id of the upper measure"
upper_text = "its words"
evidence = "score of the pair"
evidence_relation = "relation of the pair"
---*/
MATCH (t:Task {id: $task})-[i:IMPLEMENTS]->(u:Task)
OPTIONAL MATCH (t)-[:HAS_MEASURE]->(m:Measure)-[r:MATCHES]->(n:Measure)<-[:HAS_MEASURE]-(u)
RETURN u.id AS target, u.plan AS target_plan, u.number AS number, u.title AS title, i.score AS score,
  i.confidence AS confidence, i.rank AS rank, i.support AS support, i.relation AS relation, i.method AS method,
  i.state AS state, i.suspect AS suspect, i.decision AS decision, i.advice AS advice, i.reviewer AS reviewer, i.note AS note, i.encoder AS encoder, i.run AS run,
  m.id AS source, m.text AS source_text, n.id AS upper_measure, n.text AS upper_text, r.score AS evidence,
  r.relation AS evidence_relation
ORDER BY target_plan, rank, evidence DESC, source, upper_measure
