/*---
group = "export"
purpose = "All MATCHES links, for export"
purpose_zh = "导出：全部语句匹配"
[columns]
source = "id of the local measure"
source_text = "its words"
target = "id of the upper measure"
target_text = "its words"
score = "probability, 0 to 1"
rank = "rank for the local measure"
state = "proposed, accepted or rejected"
encoder = "encoder"
---*/
MATCH (a:Measure)-[r:MATCHES]->(b:Measure)
RETURN a.id AS source, a.text AS source_text, b.id AS target, b.text AS target_text, r.score AS score,
  r.rank AS rank, r.state AS state, r.encoder AS encoder
ORDER BY source, rank, target
