/*---
group = "coverage"
purpose = "The best score that each plan's proposals reach on each upper measure; what people decided is left out"
purpose_zh = "各计划的机器建议对上级每项举措的最高得分（不计人工裁定）"
[parameters]
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
reaches = { type = "float", purpose = "least score, such as the threshold of what covers partly", example = 0.23 }
least = { type = "float", purpose = "least confidence of a proposal", default = 0.0 }
[columns]
target = "id of the upper measure"
plan = "id of the local plan"
score = "probability that its best measure covers the upper one, 0 to 1"
---*/
MATCH (m:Measure)-[r:MATCHES]->(u:Measure {plan: $upper})
WHERE r.score >= $reaches AND r.score >= $least AND r.method <> 'human' AND (r.suspect = true OR r.state = 'proposed')
RETURN u.id AS target, m.plan AS plan, max(r.score) AS score
ORDER BY target, plan
