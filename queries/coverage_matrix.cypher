/*---
purpose = "Coverage matrix: for each upper task and each plan, how many measures are covered, partly covered or not applicable"
purpose_zh = "覆盖矩阵：每项上级任务在每份计划中的覆盖情况"
[parameters]
upper = { type = "string", purpose = "id of the upper plan" }
covered = { type = "float", purpose = "least score that covers" }
partial = { type = "float", purpose = "least score that covers partly" }
mode = { type = "string", purpose = "all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "least confidence of a proposal", default = 0.0 }
[columns]
task = "id of the upper task"
plan = "id of the local plan"
covered = "number of its measures that are covered"
partial = "number of its measures that are partly covered"
reached = "number of measures only the upper level can do that are covered or partly covered all the same"
best = "highest score of any evidence"
---*/
MATCH (t:Task {plan: $upper})-[:HAS_MEASURE]->(u:Measure)
WHERE t.asks = true AND u.kind = 'planned' AND u.heading = false
MATCH (m:Measure)-[r:MATCHES]->(u)
WITH u.id AS target, u.task AS task, u.reserved AS reserved, m.plan AS plan, max(
  CASE WHEN r.suspect = false AND r.state = 'accepted' THEN (CASE WHEN r.covers = 'partly' THEN $partial ELSE 1.0 END)
    WHEN r.suspect = false AND r.state = 'rejected' THEN 0.0
    WHEN $mode <> 'all' OR r.method = 'human' OR r.score < $least THEN 0.0
    ELSE r.score END) AS score
RETURN task, plan, sum(CASE WHEN score >= $covered THEN 1 ELSE 0 END) AS covered,
  sum(CASE WHEN score >= $partial AND score < $covered THEN 1 ELSE 0 END) AS partial,
  sum(CASE WHEN score >= $partial AND reserved <> '' THEN 1 ELSE 0 END) AS reached,
  max(score) AS best
ORDER BY task, plan
