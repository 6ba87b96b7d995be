/*---
group = "review"
purpose = "The last decision on each link and each excuse, and how many there were"
purpose_zh = "每条关联、每项豁免的最近一次决定及决定次数"
[columns]
subject = "what it is about"
id = "id of the last decision"
decisions = "how many decisions there were on it"
---*/
MATCH (d:Decision)
RETURN d.subject AS subject, max(d.id) AS id, count(d) AS decisions
ORDER BY subject
