/*---
group = "plans"
purpose = "All regions, with the region above each and the number of their plans"
purpose_zh = "全部地区及其上级地区、计划份数"
[columns]
id = "id of the region"
name = "name of the region"
level = "national, province, autonomous_region, municipality, city or county"
parent = "id of the region above, null for the nation"
plans = "number of its plans"
---*/
MATCH (r:Region)
OPTIONAL MATCH (r)-[:PART_OF]->(u:Region)
OPTIONAL MATCH (p:Plan)-[:ISSUED_BY]->(r)
RETURN r.id AS id, r.name AS name, r.level AS level, u.id AS parent, count(p) AS plans
ORDER BY id
