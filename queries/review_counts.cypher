/*---
purpose = "How far people looked at the matches of each plan with an upper plan"
purpose_zh = "各计划与上级计划语句匹配的复核进度"
[parameters]
upper = { type = "string", purpose = "id of the upper plan" }
[columns]
plan = "id of the local plan"
links = "number of its matches"
open = "number that nobody decided on"
accepted = "number that a person accepted, on the words of today"
rejected = "number that a person rejected, on the words of today"
suspect = "number that a person decided on other words"
---*/
MATCH (m:Measure)-[r:MATCHES]->(u:Measure {plan: $upper})
RETURN m.plan AS plan, count(r) AS links,
  sum(CASE WHEN r.suspect = false AND r.state = 'proposed' THEN 1 ELSE 0 END) AS open,
  sum(CASE WHEN r.suspect = false AND r.state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
  sum(CASE WHEN r.suspect = false AND r.state = 'rejected' THEN 1 ELSE 0 END) AS rejected,
  sum(CASE WHEN r.suspect = true THEN 1 ELSE 0 END) AS suspect
ORDER BY plan
