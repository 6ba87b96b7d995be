/*---
group = "plans"
purpose = "All plans, with their region and size"
purpose_zh = "全部计划及其地区和规模"
[parameters]
plan = { type = "string", of = "plan", purpose = "id of a plan, to have only this one; all by default", default = "" }
[columns]
id = "id of the plan"
region = "id of the region"
name = "name of the region"
level = "level of the region"
parent = "id of the region above, null for the nation"
year = "year that the plan is for"
title = "title as printed"
document = "kind of document that the title names, empty where it names none"
issuer = "who issued it"
published = "date of publication, empty where unknown"
source = "name of the file"
encoding = "encoding of the file"
sha256 = "hash of the file's bytes"
version = "how many contents this plan has had"
current = "whether it is the region's latest plan"
measures = "number of planned measures"
---*/
MATCH (p:Plan)-[:ISSUED_BY]->(r:Region) WHERE $plan = '' OR p.id = $plan
OPTIONAL MATCH (r)-[:PART_OF]->(u:Region)
OPTIONAL MATCH (p)-[:HAS_TASK]->(:Task)-[:HAS_MEASURE]->(m:Measure) WHERE m.kind = 'planned'
RETURN p.id AS id, p.region AS region, r.name AS name, p.level AS level, u.id AS parent, p.year AS year,
  p.title AS title, p.document AS document, p.issuer AS issuer, p.published AS published, p.source AS source, p.encoding AS encoding,
  p.sha256 AS sha256, p.version AS version, p.current AS current, count(m) AS measures
ORDER BY id
