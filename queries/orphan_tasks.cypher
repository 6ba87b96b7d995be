/*---
group = "gaps"
purpose = "Local tasks that implement nothing above: neither they nor any measure right under them; of plans that are linked"
purpose_zh = "不落实任何上级任务的本地任务"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan; all by default", default = "", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan; whichever the plan is linked to by default", default = "", example = "000000-2025" }
mode = { type = "string", of = "mode", purpose = "count all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "least confidence of a proposal that counts", default = 0.0 }
limit = { type = "integer", purpose = "most rows", default = 10000 }
[columns]
task = "id of the local task"
plan = "id of its plan"
region = "name of the region"
number = "its number as printed"
title = "its heading"
position = "place in reading order"
measures = "number of its planned measures, the heading not counted"
---*/
MATCH (t:Task)-[:HAS_MEASURE]->(m:Measure)
WHERE m.kind = 'planned' AND m.heading = false AND ($plan = '' OR t.plan = $plan)
  AND EXISTS { MATCH (r:LinkRun {plan: t.plan}) WHERE r.current = true AND ($upper = '' OR r.upper = $upper) }
  AND NOT EXISTS {
    MATCH (t)-[i:IMPLEMENTS]->(u:Task)
    WHERE ($upper = '' OR u.plan = $upper) AND ((i.suspect = false AND i.state = 'accepted') OR ($mode = 'all'
      AND i.confidence >= $least AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed')))
  }
  AND NOT EXISTS {
    MATCH (t)-[:HAS_MEASURE]->(o:Measure)-[i:IMPLEMENTS]->(u:Task)
    WHERE ($upper = '' OR u.plan = $upper) AND ((i.suspect = false AND i.state = 'accepted') OR ($mode = 'all'
      AND i.confidence >= $least AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed')))
  }
MATCH (p:Plan {id: t.plan})-[:ISSUED_BY]->(g:Region)
RETURN t.id AS task, t.plan AS plan, g.name AS region, t.number AS number, t.title AS title, t.position AS position,
  count(m) AS measures
ORDER BY plan, position
LIMIT $limit
