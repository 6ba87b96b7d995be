/*---
group = "links"
purpose = "One measure with its plan, its place in the file and the bounds of its sentence"
purpose_zh = "一条举措及其所属计划、在文件中的位置、所在整句的起止"
[parameters]
measure = { type = "string", of = "measure", purpose = "id of the measure", example = "x-qinglan-2025.3.1.1#2" }
[columns]
id = "id of the measure"
plan = "id of its plan"
region = "name of the region"
year = "year of the plan"
task = "id of its task"
text = "its words"
stamp = "hash of its words"
kind = "planned, review, situation, preamble or closing"
heading = "whether it is the task's heading itself"
start = "where it starts in the plan's normalised text"
end = "where it ends"
page = "page of the file, null without pages"
line = "line of the page or file; in Word the paragraph"
sentence_start = "where its sentence starts"
sentence_end = "where its sentence ends"
---*/
MATCH (m:Measure {id: $measure})
MATCH (p:Plan {id: m.plan})-[:ISSUED_BY]->(r:Region)
MATCH (s:Measure {plan: m.plan}) WHERE s.statement = m.statement AND s.kind = m.kind
RETURN m.id AS id, p.id AS plan, r.name AS region, p.year AS year, m.task AS task, m.text AS text, m.stamp AS stamp, m.kind AS kind,
  m.heading AS heading, m.start AS start, m.`end` AS `end`, m.page AS page, m.line AS line,
  min(s.start) AS sentence_start, max(s.`end`) AS sentence_end
