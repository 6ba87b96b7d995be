/*---
group = "plans"
purpose = "What tells whether any plan has changed: of each plan the hash of its file and how it was read, without counting its measures"
purpose_zh = "各计划是否有变的依据：文件哈希、读取版本、所属地区"
[columns]
id = "id of the plan"
title = "title as printed"
level = "level of its region"
year = "year that it is for"
issuer = "who issued it"
published = "date of publication, empty where unknown"
region = "name of its region"
parent = "id of the region above, null for the nation"
sha256 = "hash of the file's bytes"
reader = "version of the reading rules"
version = "how many contents this plan has had"
current = "whether it is the region's latest plan"
---*/
MATCH (p:Plan)-[:ISSUED_BY]->(r:Region)
OPTIONAL MATCH (r)-[:PART_OF]->(u:Region)
RETURN p.id AS id, p.title AS title, p.level AS level, p.year AS year, p.issuer AS issuer, p.published AS published,
  r.name AS region, u.id AS parent, p.sha256 AS sha256, p.reader AS reader, p.version AS version, p.current AS current
ORDER BY id
