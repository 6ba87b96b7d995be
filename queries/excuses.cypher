/*---
group = "review"
purpose = "What plans are excused from: upper measures that do not apply, or are delegated or deferred, as people decided; and those that apply against what the reader tells"
purpose_zh = "人工豁免：不适用、已委托、已推迟的上级举措，以及人工认定仍适用的举措"
[parameters]
upper = { type = "string", of = "past plan", purpose = "id of the upper plan; all by default", default = "" }
[columns]
id = "id of the decision"
measure = "id of the upper measure"
plan = "id of the plan it is about, empty for every plan"
verdict = "not_applicable, delegated, deferred, applies, or none where it was taken back"
to = "id of the plan it is delegated to, or the year it is deferred to"
expires = "its last day, empty where it has none"
reviewer = "who decided"
note = "why"
at = "when, UTC"
seen = "the words that the person saw"
target_stamp = "their hash"
text = "the measure's words now, null where it is gone"
stamp = "their hash"
start = "its place in the upper plan"
---*/
MATCH (d:Decision)
WHERE d.current = true AND d.source = '' AND ($upper = '' OR d.upper = $upper)
OPTIONAL MATCH (u:Measure {id: d.target})
RETURN d.id AS id, d.target AS measure, d.plan AS plan, d.verdict AS verdict, d.`to` AS `to`, d.expires AS expires,
  d.reviewer AS reviewer, d.note AS note, d.at AS at, d.target_text AS seen, d.target_stamp AS target_stamp,
  u.text AS text, u.stamp AS stamp, u.start AS start
ORDER BY id
