/*---
group = "links"
purpose = "The upper measures that a local measure resembles, nearest first"
purpose_zh = "一条本地举措最接近的上级举措，由近到远"
[parameters]
measure = { type = "string", of = "measure", purpose = "id of the local measure", example = "x-qinglan-2025.3.1.1#2" }
upper = { type = "string", of = "plan", purpose = "only in this upper plan; empty: in all", default = "" }
[columns]
target = "id of the upper measure"
text = "its words"
score = "probability, 0 to 1"
rank = "rank for the local measure"
---*/
MATCH (:Measure {id: $measure})-[r:MATCHES]->(n:Measure)
WHERE $upper = '' OR n.plan = $upper
RETURN n.id AS target, n.text AS text, r.score AS score, r.rank AS rank
ORDER BY score DESC, target
