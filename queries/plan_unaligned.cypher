/*---
group = "gaps"
purpose = "Local work that answers to nothing above: planned measures that implement no task of the upper plan; a heading counts only where nothing stands under it"
purpose_zh = "与上级无对应的本地工作（标题只在其下没有内容时列出）"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan", example = "x-qinglan-2025" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
mode = { type = "string", of = "mode", purpose = "count all proposals that nobody rejected, or accepted links only", default = "all" }
least = { type = "float", purpose = "least confidence of a proposal that counts", default = 0.0 }
after = { type = "integer", purpose = "start of the last row already seen", default = -1 }
limit = { type = "integer", purpose = "most rows", default = 10000 }
[columns]
id = "id of the measure"
text = "its words"
heading = "whether it is a heading"
task = "id of its task"
title = "heading of its task"
start = "its place in the plan"
---*/
MATCH (t:Task {plan: $plan})-[:HAS_MEASURE]->(m:Measure)
WHERE m.kind = 'planned' AND m.start > $after
  AND NOT EXISTS {
    MATCH (m)-[i:IMPLEMENTS]->(u:Task {plan: $upper})
    WHERE (i.suspect = false AND i.state = 'accepted') OR ($mode = 'all' AND i.confidence >= $least
      AND i.method <> 'human' AND (i.suspect = true OR i.state = 'proposed'))
  }
  AND (m.heading = false OR NOT EXISTS { MATCH (t)-[:HAS_MEASURE]->(o:Measure) WHERE o.heading = false })
  AND (m.heading = false OR NOT EXISTS { MATCH (s:Task)-[:SUBTASK_OF]->(t) })
RETURN m.id AS id, m.text AS text, m.heading AS heading, t.id AS task, t.title AS title, m.start AS start
ORDER BY start
LIMIT $limit
