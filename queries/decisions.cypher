/*---
group = "review"
purpose = "The log of what people decided, the first decision first"
purpose_zh = "人工决定全部记录，由早到晚"
[parameters]
plan = { type = "string", of = "past plan", purpose = "id of the local plan; all by default", default = "" }
upper = { type = "string", of = "past plan", purpose = "id of the upper plan; all by default", default = "" }
subject = { type = "string", purpose = "what they are about; all by default", default = "" }
[columns]
id = "id of the decision"
subject = "what it is about: source (or plan, * for every plan) and target"
previous = "id of the decision on it before, empty for the first"
verdict = "accepted, rejected, proposed (taken back); of an excuse not_applicable, delegated, deferred, applies, none"
plan = "id of the local plan, empty where every plan is excused"
upper = "id of the upper plan"
source = "id of the local end, empty for an excuse"
source_stamp = "hash of the words that the person saw"
source_text = "those words"
target = "id of the upper end"
target_stamp = "hash of the words that the person saw"
target_text = "those words"
relation = "the relation as the person corrected it, else empty"
covers = "fully or partly, where the person said so"
to = "the plan or year that an excuse names"
expires = "last day of an excuse, empty where it has none"
note = "why"
reviewer = "who decided"
at = "when, UTC"
batch = "what was decided in one act shares it"
current = "whether no later decision stands"
source_now = "words of the local end now, null where it is gone"
source_stamp_now = "their hash"
target_now = "words of the upper end now, null where it is gone"
target_stamp_now = "their hash"
---*/
MATCH (d:Decision)
WHERE ($plan = '' OR d.plan = $plan) AND ($upper = '' OR d.upper = $upper) AND ($subject = '' OR d.subject = $subject)
OPTIONAL MATCH (am:Measure {id: d.source})
OPTIONAL MATCH (at:Task {id: d.source})
OPTIONAL MATCH (bm:Measure {id: d.target})
OPTIONAL MATCH (bt:Task {id: d.target})
RETURN d.id AS id, d.subject AS subject, d.previous AS previous, d.verdict AS verdict, d.plan AS plan, d.upper AS upper,
  d.source AS source, d.source_stamp AS source_stamp, d.source_text AS source_text, d.target AS target,
  d.target_stamp AS target_stamp, d.target_text AS target_text, d.relation AS relation, d.covers AS covers,
  d.`to` AS `to`, d.expires AS expires, d.note AS note, d.reviewer AS reviewer, d.at AS at, d.batch AS batch,
  d.current AS current, coalesce(am.text, at.title) AS source_now, coalesce(am.stamp, at.stamp) AS source_stamp_now,
  coalesce(bm.text, bt.title) AS target_now, coalesce(bm.stamp, bt.stamp) AS target_stamp_now
ORDER BY at, id
