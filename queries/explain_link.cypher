/*---
group = "links"
purpose = "The link of a local task or measure to an upper task, with what each feature added to it"
purpose_zh = "本地任务或举措与上级任务之间的落实关联及各特征的贡献"
[parameters]
source = { type = "string", of = "task or measure", purpose = "id of the local task or measure", example = "x-qinglan-2025.3.1.1" }
target = { type = "string", of = "task", purpose = "id of the upper task", example = "000000-2025.1" }
[columns]
score = "probability, 0 to 1"
confidence = "how often such a link is right, 0 to 1"
rank = "rank among the source's links to that plan"
support = "how many measures carry the link"
relation = "equal, narrower, broader or overlaps"
shares = "JSON: what each feature added to the log-odds; a task's are those of its strongest measure"
method = "machine, human or both"
state = "proposed, accepted or rejected"
suspect = "whether the decision was taken on other words"
decision = "id of the last decision on it, empty where there was none"
advice = "the adviser's reason, empty where none was asked"
reviewer = "who decided, empty for the machine"
note = "the reviewer's note"
encoder = "encoder of the run"
run = "id of the run"
---*/
MATCH (s)-[i:IMPLEMENTS]->(:Task {id: $target})
WHERE s.id = $source
RETURN i.score AS score, i.confidence AS confidence, i.rank AS rank, i.support AS support, i.relation AS relation,
  i.shares AS shares, i.method AS method, i.state AS state, i.suspect AS suspect, i.decision AS decision, i.advice AS advice, i.reviewer AS reviewer, i.note AS note,
  i.encoder AS encoder, i.run AS run
