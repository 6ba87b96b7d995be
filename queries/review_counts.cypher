/*---
group = "review"
purpose = "How far each plan's links are reviewed: how many nobody has looked at, were accepted or rejected, or are suspect"
purpose_zh = "各计划关联的复核进度：未复核、已采纳、已否决、存疑"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of the local plan; all by default", default = "" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan; all by default", default = "" }
[columns]
plan = "id of the local plan"
upper = "id of the upper plan"
kind = "matches: evidence between measures; tasks: which upper task a task implements; measures: the same of single measures"
links = "number of links"
unreviewed = "number that nobody has decided on"
accepted = "number accepted on the words of today"
rejected = "number rejected on the words of today"
suspect = "number whose decision was taken on other words; it counts for nothing then"
---*/
MATCH (a)-[e:MATCHES|IMPLEMENTS]->(b)
WHERE ($plan = '' OR a.plan = $plan) AND ($upper = '' OR b.plan = $upper)
WITH a.plan AS plan, b.plan AS upper,
  CASE WHEN type(e) = 'MATCHES' THEN 'matches' WHEN a.text IS NULL THEN 'tasks' ELSE 'measures' END AS kind,
  e.state AS state, e.suspect AS suspect
RETURN plan, upper, kind, count(*) AS links,
  sum(CASE WHEN state = 'proposed' AND suspect = false THEN 1 ELSE 0 END) AS unreviewed,
  sum(CASE WHEN state = 'accepted' AND suspect = false THEN 1 ELSE 0 END) AS accepted,
  sum(CASE WHEN state = 'rejected' AND suspect = false THEN 1 ELSE 0 END) AS rejected,
  sum(CASE WHEN suspect = true THEN 1 ELSE 0 END) AS suspect
ORDER BY plan, upper, kind
