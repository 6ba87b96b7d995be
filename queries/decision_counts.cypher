/*---
group = "review"
purpose = "How many decisions there were on each plan against each upper plan, and the last of them"
purpose_zh = "各计划对各上级计划的决定次数及最近一次决定"
[columns]
plan = "id of the plan that was decided on, empty for every plan"
upper = "id of the upper plan"
decisions = "how many decisions there were"
last = "id of the last one"
---*/
MATCH (d:Decision)
RETURN d.plan AS plan, d.upper AS upper, count(d) AS decisions, max(d.id) AS last
ORDER BY plan, upper
