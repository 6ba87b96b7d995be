/*---
group = "export"
purpose = "All measures, for export"
purpose_zh = "导出：全部举措"
[columns]
id = "id"
plan = "id of the plan"
task = "id of the task"
text = "words"
start = "offset in the plan's normalised text"
end = "offset of its end"
kind = "planned, review, situation, preamble or closing"
heading = "whether it is its task's heading"
statement = "number of its sentence in the plan"
page = "page of the file, null without pages"
line = "line of the page or file; in Word the paragraph"
first_byte = "offset of its first byte in the file, null where the file is no text"
end_byte = "offset behind its last byte"
---*/
MATCH (m:Measure)
RETURN m.id AS id, m.plan AS plan, m.task AS task, m.text AS text, m.start AS start, m.`end` AS `end`,
  m.kind AS kind, m.heading AS heading, m.statement AS statement,
  m.page AS page, m.line AS line, m.first_byte AS first_byte, m.end_byte AS end_byte
ORDER BY plan, start, id
