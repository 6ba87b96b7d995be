/*---
purpose = "The link between two measures, with what each feature added to it"
purpose_zh = "两条举措之间的匹配及各特征的贡献"
[parameters]
local_measure = { type = "string", purpose = "id of the local measure" }
upper_measure = { type = "string", purpose = "id of the upper measure" }
[columns]
score = "probability, 0 to 1"
rank = "rank for the local measure"
relation = "equal, narrower, broader or overlaps"
shares = "JSON: what each feature added to the log-odds"
encoder = "encoder of the run"
run = "id of the run"
---*/
MATCH (:Measure {id: $local_measure})-[r:MATCHES]->(:Measure {id: $upper_measure})
RETURN r.score AS score, r.rank AS rank, r.relation AS relation, r.shares AS shares, r.encoder AS encoder,
  r.run AS run
