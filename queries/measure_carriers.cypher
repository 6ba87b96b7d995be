/*---
group = "coverage"
purpose = "Upper measures, each with the plans whose words cover it and those whose words cover it partly; without rulings"
purpose_zh = "上级每项举措由哪些计划覆盖、哪些部分覆盖（不计豁免）"
[parameters]
upper = { type = "string", purpose = "id of the upper plan", example = "000000-2025" }
covered = { type = "float", purpose = "least score that covers", example = 0.5 }
partial = { type = "float", purpose = "least score that covers partly", example = 0.23 }
mode = { type = "string", purpose = "all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "least confidence of a proposal", default = 0.0 }
[columns]
target = "id of the upper measure"
text = "its words"
task = "id of the upper task it stands under"
start = "its place in the upper plan"
reserved = "why only the upper level can do it, empty where plans below are asked too"
covering = "ids of the plans that cover it, in no order"
partly = "ids of the plans that cover it partly, in no order"
---*/
MATCH (t:Task {plan: $upper})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false
OPTIONAL MATCH (m:Measure)-[r:MATCHES]->(u) WHERE r.score >= $partial OR r.state <> 'proposed'
WITH u.id AS target, u.text AS text, u.task AS task, u.start AS start, u.reserved AS reserved, m.plan AS plan, max(
  CASE WHEN r.suspect = false AND r.state = 'accepted' THEN (CASE WHEN r.covers = 'partly' THEN $partial ELSE 1.0 END)
    WHEN r.suspect = false AND r.state = 'rejected' THEN 0.0
    WHEN $mode <> 'all' OR r.method = 'human' OR r.score < $least THEN 0.0
    ELSE r.score END) AS score
RETURN target, text, task, start, reserved, collect(CASE WHEN score >= $covered THEN plan END) AS covering,
  collect(CASE WHEN score >= $partial AND score < $covered THEN plan END) AS partly
ORDER BY start, target
