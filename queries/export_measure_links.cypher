/*---
group = "export"
purpose = "All IMPLEMENTS links from measure to task, for export"
purpose_zh = "导出：举措对任务的落实关联"
[columns]
source = "id of the local measure"
source_text = "its words"
target = "id of the upper task"
target_text = "its heading"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
rank = "rank for the local measure"
state = "proposed, accepted or rejected"
encoder = "encoder"
---*/
MATCH (a:Measure)-[r:IMPLEMENTS]->(b:Task)
RETURN a.id AS source, a.text AS source_text, b.id AS target, b.title AS target_text, r.score AS score,
  r.confidence AS confidence, r.rank AS rank, r.state AS state, r.encoder AS encoder
ORDER BY source, target
