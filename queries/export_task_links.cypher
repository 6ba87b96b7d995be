/*---
group = "export"
purpose = "All IMPLEMENTS links from task to task, for export"
purpose_zh = "导出：任务之间的落实关联"
[columns]
source = "id of the local task"
source_text = "its heading"
target = "id of the upper task"
target_text = "its heading"
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
rank = "rank for the local task"
state = "proposed, accepted or rejected"
encoder = "encoder"
---*/
MATCH (a:Task)-[r:IMPLEMENTS]->(b:Task)
RETURN a.id AS source, a.title AS source_text, b.id AS target, b.title AS target_text, r.score AS score,
  r.confidence AS confidence, r.rank AS rank, r.state AS state, r.encoder AS encoder
ORDER BY source, target
