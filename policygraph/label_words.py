"""The words of the sheets that people label plans in, and of what is wrong in a filled one: Chinese and English."""

from typing import Final

LABEL_WORDS: Final[dict[str, tuple[str, str]]] = {
    # Sheets and columns. A column is known by its title in either language.
    "label_guide": ("说明", "Guide"),
    "label_statements": ("语句", "Statements"),
    "label_coverage": ("覆盖", "Coverage"),
    "label_priorities": ("重点任务", "Priorities"),
    "label_idx": ("序号", "No."),
    "label_text": ("语句", "Statement"),
    "label_headings": ("所在标题", "Under the headings"),
    "label_priority_1": ("重点任务1", "Priority 1"),
    "label_priority_2": ("重点任务2", "Priority 2"),
    "label_priority_3": ("重点任务3", "Priority 3"),
    "label_proposal": ("机器建议", "Machine's proposal"),
    "label_note": ("备注", "Note"),
    "label_id": ("编号", "Id"),
    "label_priority": ("重点任务", "Priority"),
    "label_measure": ("上级举措", "Upper measure"),
    "label_label": ("落实程度（2/1/0）", "Label (2/1/0)"),
    "label_quote": ("依据（照抄原文）", "Quote (verbatim)"),
    "label_nearest": ("机器找到的语句", "Words the machine found"),
    "label_stamp": ("校验码", "Stamp"),
    "label_option": ("选项", "Choice"),
    "label_measures": ("举措", "Measures"),
    "label_why": ("理由", "Why"),
    "label_none": ("无（不落实任何一项）", "none (implements none of them)"),
    "label_unplanned": ("非计划（回顾、形势、号召）", "not planned (review, situation, appeal)"),
    # The guide.
    "label_heading": ("标注表：{plan} 对照 {upper}", "Labels of {plan} against {upper}"),
    "label_local": ("计划", "Plan"),
    "label_upper": ("上级计划", "Upper plan"),
    "label_annotator": ("标注人", "Annotator"),
    "label_size": ("待标注", "To label"),
    "label_sizes": (
        "{statements} 条语句，{measures} 条上级举措",
        "{statements} statements, {measures} upper measures",
    ),
    "label_how": ("怎样标注", "How to label"),
    "label_rule_1": (
        "只填黄色格。先读「重点任务」表，了解上级有哪些重点任务和举措；再填「语句」和「覆盖」两张表。",
        "Fill the yellow cells only. First read the sheet Priorities; then fill the sheets Statements and Coverage.",
    ),
    "label_rule_2": (
        "「语句」表：每条语句选出它落实的重点任务，最主要的放在「重点任务1」，最多三项。可以从下拉列表选择，也可以只填编号，如 3 或 03。",
        "Statements: choose the priorities that each statement implements, the main one as Priority 1, three at most. Choose from the list, or write the number alone, such as 3 or 03.",
    ),
    "label_rule_3": (
        "不落实任何一项的选「无」；不是今后工作的（回顾成绩、分析形势、结尾号召）选「非计划」。空白表示尚未标注。",
        "Where it implements none, choose none. Where it is no work to come (looking back, the situation, a closing appeal), choose not planned. An empty row is one not labelled yet.",
    ),
    "label_rule_4": (
        "「覆盖」表：每条上级举措填一个数。2：本计划安排了在本地做这件事的工作；1：相关，但只是提到，或范围明显更窄、更宽；0：没有涉及。",
        "Coverage: one figure for each upper measure. 2: the plan commits to work that does this in its own locality; 1: related, but only mentioned, or much narrower or broader; 0: not addressed.",
    ),
    "label_rule_5": (
        "填 2 或 1 的，请在「依据」中照抄本计划最能说明问题的一句原文；中间可用……略去。",
        "With 2 or 1, copy the best evidence from the plan as its quote, word for word; … may stand for words left out.",
    ),
    "label_rule_6": (
        "看内容，不看字面：数量、地名不必相同；只有口号、没有具体工作的，不填 2。",
        "Judge by content, not wording: figures and places need not be the same; a slogan without work is no 2.",
    ),
    "label_rule_7": (
        "几个人标注同一份计划时，各填各的表，填完以前不商量、不看别人的。",
        "Where several people label one plan, each fills a sheet of their own, and nobody looks at another's before the end.",
    ),
    "label_rule_8": (
        "机器建议常有错误，只供参考：请先自己判断，再看建议。",
        "The machine's proposals are often wrong: decide first, then look at them.",
    ),
    "label_rule_9": (
        "填好后保存为 .xlsx，再运行：policygraph label read 文件.xlsx --gold 标注目录",
        "When done, save as .xlsx and run: policygraph label read FILE.xlsx --gold FOLDER",
    ),
    "label_example": ("示例（虚构）", "Example (invented)"),
    "label_example_priorities": (
        "假设上级有三项重点任务：01 保障农村饮水安全；02 治理河湖生态；03 加强水务国际合作。",
        "Suppose that the upper plan has three priorities: 01 保障农村饮水安全 (safe drinking water in villages), 02 治理河湖生态 (rivers and lakes), 03 加强水务国际合作 (international cooperation).",
    ),
    "label_why_one": ("直接对应", "answers to it directly"),
    "label_why_two": ("主要是河道，其次是供水", "rivers first, then water supply"),
    "label_why_none": ("是计划，但三项都不涉及", "is planned, but none of the three"),
    "label_why_unplanned": ("回顾去年", "looks back at last year"),
    "label_why_2": ("本地承担了同样的工作，数量不必相同", "the same work here; figures may differ"),
    "label_why_1": ("只是提到，没有安排建档和评价", "only mentioned; no records, no review"),
    "label_why_0": ("没有涉及", "not addressed"),
    # What is wrong, and how to mend it.
    "label_at": ("{place}：{what}", "{place}: {what}"),
    "label_line": ("{file} 第 {line} 行", "{file}, line {line}"),
    "label_bad": ("有 {n} 处需要改正，没有写入任何文件", "{n} to mend; nothing was written"),
    "label_no_priority": (
        "没有第 {value} 项重点任务。请填 {first} 至 {last}，或从列表选择",
        "there is no priority {value}. Write {first} to {last}, or choose from the list",
    ),
    "label_no_choice": (
        "看不懂「{value}」。请从列表选择，或填 {first} 至 {last}、「无」、「非计划」",
        "cannot read {value!r}. Choose from the list, or write {first} to {last}, none, or not planned",
    ),
    "label_other_title": (
        "「{value}」的编号与标题不一致：{number} 是「{title}」，标题是第 {other} 项的。请改为其中一项",
        "the number and the title of {value!r} disagree: {number} is {title!r}, the title is that of {other}. Write one of them",
    ),
    "label_repeated": (
        "第 {number} 项填了两次。请只留一次",
        "priority {number} stands here twice. Leave one",
    ),
    "label_too_many": ("填了 {n} 项。请只留最主要的三项", "{n} priorities. Leave the three that matter most"),
    "label_both": (
        "同时填了「{mark}」和别的选项。请只留一样",
        "{mark!r} and another choice. Leave one of them",
    ),
    "label_no_label": ("看不懂「{value}」。请填 2、1 或 0", "cannot read {value!r}. Write 2, 1 or 0"),
    "label_date": (
        "是日期（{value}）：表格软件把输入的内容变成了日期。请从列表重新选择",
        "is a date ({value}): the program turned what was typed into one. Choose from the list again",
    ),
    "label_formula": (
        "是没有算出结果的公式。请直接填写内容",
        "is a formula without a result. Write the value itself",
    ),
    "label_quote_alone": (
        "有依据，但没有填落实程度。请填 2、1 或 0",
        "there is a quote, but no label. Write 2, 1 or 0",
    ),
    "label_not_verbatim": (
        "「{value}」不是本计划的原文。请从「语句」表照抄，或清空此格",
        "{value!r} does not stand in the plan. Copy it from the statements, or empty the cell",
    ),
    "label_gone": (
        "这一行的文字在图库中已经改变或不再有。请用 policygraph label make 生成新表，把本表的标注抄过去",
        "these words have changed in the graph, or are no longer there. Make a new sheet with policygraph label make, and copy the labels",
    ),
    "label_moved": (
        "这一行的文字与校验码不符（可能只排序了部分列，或改动了文字）。请恢复原来的文字：{text}",
        "the words of this row are not those of its stamp (perhaps only some columns were sorted). Restore them: {text}",
    ),
    "label_unknown": (
        "这一行不是标注表里的，却填了标注。请删去这一行，或恢复它的文字",
        "this row is none of the sheet's, yet it is labelled. Delete it, or restore its words",
    ),
    "label_twice": ("与 {first} 是同一行。请删去一行", "is the same as {first}. Delete one of them"),
    "label_unlabelled": (
        "{total} 行中有 {n} 行没有标注：{places}。请补填；只要已标注的部分，加 --partial",
        "{n} of {total} rows are not labelled: {places}. Label them, or take what there is with --partial",
    ),
    "label_missing": (
        "缺 {n} 行：{names}。请恢复这些行，或生成新表；只要已标注的部分，加 --partial",
        "{n} rows are missing: {names}. Restore them, or make a new sheet; or take what there is with --partial",
    ),
    "label_more": ("等", "…"),
    "label_nothing": ("没有任何标注。请填写后再读回", "nothing is labelled. Fill the sheet first"),
    "label_no_column": (
        "没有「{column}」列。请恢复这一列的标题，或生成新表",
        "there is no column {column!r}. Restore its title, or make a new sheet",
    ),
    "label_two_columns": (
        "有两列叫「{column}」。请删去一列",
        "two columns are called {column!r}. Delete one",
    ),
    "label_no_sheet": (
        "没有这张工作表。请恢复它，或用 policygraph label make 生成新表",
        "there is no such sheet. Restore it, or make a new one with policygraph label make",
    ),
    # Said after the work.
    "label_made": (
        "标注表：{path}\n{statements} 条语句，{measures} 条上级举措（{upper} 的 {priorities} 项重点任务）",
        "Labels to fill: {path}\n{statements} statements, {measures} upper measures ({priorities} priorities of {upper})",
    ),
    "label_next_read": (
        "填好后读回：policygraph label read {path} --gold 标注目录",
        "When filled: policygraph label read {path} --gold FOLDER",
    ),
    "label_next_evaluate": (
        "对照标注打分：policygraph evaluate --gold {path}",
        "Score against them: policygraph evaluate --gold {path}",
    ),
    "label_unlinked": (
        "{plan} 尚未关联到 {upper}，表中没有机器建议；打分前请运行 policygraph link {plan}",
        "{plan} is not linked to {upper} yet: the sheet holds no proposals; before scoring run policygraph link {plan}",
    ),
    "label_other_upper": (
        "打分对照的是 {default}；这些标注对照的是 {upper}，policygraph evaluate 不能使用",
        "scores are against {default}: policygraph evaluate cannot use labels against {upper}",
    ),
    "label_left_out": (
        "{sheet}：{n} 行没有标注，未写入",
        "{sheet}: {n} rows are not labelled and were left out",
    ),
    "label_no_quotes": (
        "{sheet}：{n} 行填了 2 或 1，但没有依据",
        "{sheet}: {n} rows with 2 or 1 have no quote",
    ),
}
