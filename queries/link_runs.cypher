/*---
group = "links"
purpose = "Runs that linked a plan to a plan above it, latest first"
purpose_zh = "计划关联的历次运行"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of a local plan, to have only its runs; all by default", default = "" }
[columns]
id = "id of the run, in order of time"
plan = "id of the local plan"
upper = "id of the upper plan"
encoder = "name of the encoder"
fingerprint = "hash of all that decides its vectors"
scoring = "hash of the weights"
thresholds = "JSON of the thresholds"
adviser = "adviser that was asked about uncertain links, empty where none"
asked = "questions it was asked"
code = "version of the product"
inputs = "hash of all that decided the outcome"
current = "whether its links stand: no later run, and neither plan replaced since"
matches = "number of MATCHES links written"
implements = "number of IMPLEMENTS links written"
started = "UTC time"
finished = "UTC time"
---*/
MATCH (r:LinkRun) WHERE $plan = '' OR r.plan = $plan
RETURN r.id AS id, r.plan AS plan, r.upper AS upper, r.encoder AS encoder, r.fingerprint AS fingerprint,
  r.scoring AS scoring, r.thresholds AS thresholds, r.adviser AS adviser, r.asked AS asked,
  r.code AS code, r.inputs AS inputs, r.current AS current, r.matches AS matches, r.implements AS implements,
  r.started AS started, r.finished AS finished
ORDER BY id DESC
