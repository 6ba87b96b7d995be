/*---
group = "links"
purpose = "The link between two measures, with what each feature added to it"
purpose_zh = "两条举措之间的匹配及各特征的贡献"
[parameters]
local_measure = { type = "string", of = "measure", purpose = "id of the local measure", example = "x-qinglan-2025.3.1.1#2" }
upper_measure = { type = "string", of = "measure", purpose = "id of the upper measure", example = "000000-2025.1#1" }
[columns]
score = "probability, 0 to 1"
rank = "rank for the local measure"
relation = "equal, narrower, broader or overlaps"
shares = "JSON: what each feature added to the log-odds"
method = "machine, human or both"
state = "proposed, accepted or rejected"
suspect = "whether the decision was taken on other words"
covers = "fully or partly, where a person accepted it; else empty"
decision = "id of the last decision on it, empty where there was none"
reviewer = "who decided, empty for the machine"
note = "the reviewer's note"
encoder = "encoder of the run"
run = "id of the run"
---*/
MATCH (:Measure {id: $local_measure})-[r:MATCHES]->(:Measure {id: $upper_measure})
RETURN r.score AS score, r.rank AS rank, r.relation AS relation, r.shares AS shares, r.method AS method,
  r.state AS state, r.suspect AS suspect, r.covers AS covers, r.decision AS decision, r.reviewer AS reviewer, r.note AS note, r.encoder AS encoder,
  r.run AS run
