/*---
group = "plans"
purpose = "The earlier contents of a plan: what was kept when it was replaced or removed"
purpose_zh = "一份计划此前的各个版本（更新或移除时保留）"
[parameters]
plan = { type = "string", of = "past plan", purpose = "id of the plan; empty: of all", default = "" }
[columns]
id = "id of the version"
plan = "id of the plan"
number = "the plan's version then, from 1"
title = "title as printed"
sha256 = "hash of the file's bytes"
reader = "version of the reading rules"
source = "name of the file"
archived = "when it was replaced or removed, UTC"
---*/
MATCH (v:Version)
WHERE $plan = '' OR v.plan = $plan
RETURN v.id AS id, v.plan AS plan, v.number AS number, v.title AS title, v.sha256 AS sha256, v.reader AS reader,
  v.source AS source, v.archived AS archived
ORDER BY plan, number
