/*---
group = "links"
purpose = "The upper tasks that a local task or measure implements, strongest first"
purpose_zh = "一项本地任务或一条举措落实的上级任务，由强到弱"
[parameters]
source = { type = "string", of = "task or measure", purpose = "id of the local task or measure", example = "x-qinglan-2025.3.1.1" }
upper = { type = "string", of = "plan", purpose = "id of the upper plan", example = "000000-2025" }
[columns]
target = "id of the upper task"
text = "its heading"
score = "probability, 0 to 1"
rank = "rank among the source's links to that plan"
---*/
MATCH (t:Task {plan: $upper})<-[i:IMPLEMENTS]-(s)
WHERE s.id = $source
RETURN t.id AS target, t.title AS text, i.score AS score, i.rank AS rank
ORDER BY score DESC, target
