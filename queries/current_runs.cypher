/*---
group = "links"
purpose = "The runs whose links stand: no later run, and neither plan replaced since"
purpose_zh = "当前有效的关联运行"
[columns]
id = "id of the run"
plan = "id of the local plan"
upper = "id of the upper plan"
---*/
MATCH (r:LinkRun) WHERE r.current = true
RETURN r.id AS id, r.plan AS plan, r.upper AS upper
ORDER BY id
