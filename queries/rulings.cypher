/*---
purpose = "What people ruled on whether measures of a plan apply to the plans below"
purpose_zh = "人工裁定：上级举措是否适用于下级计划"
[parameters]
upper = { type = "string", purpose = "id of the upper plan; all by default", default = "" }
[columns]
id = "id of the ruling"
measure = "id of the upper measure"
plan = "id of the plan it is about, empty for all plans"
applies = "whether the measure applies"
reviewer = "who ruled"
note = "why"
stamp = "hash of the words that the person saw"
at = "when, UTC"
text = "the measure's words now, null where it is gone"
current = "whether those are the words that the person saw; a ruling on other words does not count"
---*/
MATCH (r:Ruling)
WHERE $upper = '' OR r.measure STARTS WITH $upper + '.'
OPTIONAL MATCH (u:Measure {id: r.measure})
RETURN r.id AS id, r.measure AS measure, r.plan AS plan, r.applies AS applies, r.reviewer AS reviewer, r.note AS note,
  r.stamp AS stamp, r.at AS at, u.text AS text, coalesce(u.stamp = r.stamp, false) AS current
ORDER BY id
