/*---
group = "gaps"
purpose = "How much work of each plan answers to nothing in an upper plan, as plan_unaligned lists it; of all plans linked to it"
purpose_zh = "各计划与上级无对应的工作条数"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
mode = { type = "string", of = "mode", purpose = "count all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "least confidence of a proposal that counts", default = 0.0 }
[columns]
plan = "id of the local plan"
count = "number of its planned measures that implement no task of the upper plan; a heading counts only where nothing stands under it"
---*/
MATCH (n:LinkRun {upper: $upper}) WHERE n.current = true
WITH n.plan AS plan
MATCH (t:Task {plan: plan})-[:HAS_MEASURE]->(m:Measure)
WHERE m.kind = 'planned'
  AND NOT EXISTS {
    MATCH (m)-[i:IMPLEMENTS]->(u:Task {plan: $upper})
    WHERE (i.suspect = false AND i.state = 'accepted') OR ($mode = 'all' AND i.confidence >= $least
      AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed'))
  }
  AND (m.heading = false OR NOT EXISTS { MATCH (t)-[:HAS_MEASURE]->(o:Measure) WHERE o.heading = false })
  AND (m.heading = false OR NOT EXISTS { MATCH (s:Task)-[:SUBTASK_OF]->(t) })
RETURN plan, count(m) AS count
ORDER BY plan
