/*---
group = "links"
purpose = "The measures that carry a link to an upper task, strongest first, each with the upper measures it resembles"
purpose_zh = "支撑一项落实关联的各条举措，由强到弱，及各自对应的上级举措"
[parameters]
source = { type = "string", of = "task or measure", purpose = "id of the local task or measure", example = "x-qinglan-2025.3.1.1" }
target = { type = "string", of = "task", purpose = "id of the upper task", example = "000000-2025.1" }
[columns]
source = "id of the local measure"
source_text = "its words"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
relation = "equal, narrower, broader or overlaps"
state = "proposed, accepted or rejected"
upper_measure = "id of an upper measure of the task, null where none resembles"
upper_text = "its words"
evidence = "score of the pair"
evidence_relation = "relation of the pair"
---*/
MATCH (m:Measure)-[i:IMPLEMENTS]->(u:Task {id: $target})
WHERE m.id = $source OR m.task = $source
OPTIONAL MATCH (m)-[r:MATCHES]->(n:Measure)<-[:HAS_MEASURE]-(u)
RETURN m.id AS source, m.text AS source_text, i.score AS score, i.confidence AS confidence, i.relation AS relation,
  i.state AS state, n.id AS upper_measure, n.text AS upper_text, r.score AS evidence, r.relation AS evidence_relation
ORDER BY score DESC, source, evidence DESC, upper_measure
