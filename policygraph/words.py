"""The words of tables and messages, in Chinese and English."""

from typing import Final, Literal

from policygraph.explain_words import EXPLAIN_WORDS
from policygraph.label_words import LABEL_WORDS

Language = Literal["zh", "en"]

SYMBOLS: Final = {"covered": "●", "partial": "◐", "gap": "○", "not_applicable": "–"}

_WORDS: Final[dict[str, tuple[str, str]]] = (
    LABEL_WORDS
    | EXPLAIN_WORDS
    | {
        "covered": ("已覆盖", "covered"),
        "partial": ("部分覆盖", "partial"),
        "gap": ("缺口", "gap"),
        "not_applicable": ("不适用", "not applicable"),
        "added": ("新增", "added"),
        "replaced": ("更新", "replaced"),
        "unchanged": ("未变", "unchanged"),
        "linked": ("已关联", "linked"),
        "read": ("读取", "read"),
        "load": ("入库", "load"),
        "link": ("关联", "link"),
        "fit": ("拟合", "fit"),
        "plan": ("计划", "plan"),
        "upper": ("上级计划", "upper plan"),
        "region": ("地区", "region"),
        "level": ("层级", "level"),
        "year": ("年度", "year"),
        "title": ("标题", "title"),
        "task": ("任务", "task"),
        "priority": ("重点任务", "priority"),
        "measures": ("举措", "measures"),
        "targets": ("指标", "figures"),
        "tasks": ("任务数", "tasks"),
        "outcome": ("结果", "outcome"),
        "status": ("状态", "status"),
        "upper_measure": ("上级举措", "upper measure"),
        "evidence": ("本地依据", "local evidence"),
        "nearest": ("本地最接近的语句", "nearest local words"),
        "score": ("分值", "score"),
        "confidence": ("置信度", "confidence"),
        "support": ("依据数", "support"),
        "text": ("原文", "words"),
        "kind": ("类型", "kind"),
        "number": ("编号", "number"),
        "matches": ("语句匹配", "matches"),
        "implements": ("落实关联", "implements"),
        "setting": ("设置", "setting"),
        "value": ("取值", "value"),
        "origin": ("来源", "origin"),
        "meaning": ("含义", "meaning"),
        "weakest": ("最弱一环", "weakest hop"),
        "removed": (
            "已移除 {plan}。受影响的计划请重新关联：policygraph link",
            "Removed {plan}. Link the plans that answered to it again: policygraph link",
        ),
        "none": ("（无）", "(none)"),
        "national": ("国家", "nation"),
        "province": ("省", "province"),
        "autonomous_region": ("自治区", "autonomous region"),
        "municipality": ("直辖市", "municipality"),
        "city": ("市", "city"),
        "county": ("县", "county"),
        "review": ("回顾", "review"),
        "situation": ("形势", "situation"),
        "preamble": ("前言", "preamble"),
        "closing": ("结语", "closing"),
        "planned": ("计划", "planned"),
        "plans_read": ("已读入的计划", "Plans"),
        "matrix_of": ("覆盖矩阵：对照 {upper}", "Coverage matrix: against {upper}"),
        "matrix_key": (
            "● 已覆盖  ◐ 部分覆盖  ○ 缺口；数字为（已覆盖＋部分覆盖）/ 举措总数",
            "● covered  ◐ partial  ○ gap; figures: covered + partly covered / all measures",
        ),
        "coverage_of": ("{plan} 对 {upper} 的覆盖情况", "How {plan} carries {upper}"),
        "gaps_of": ("{plan} 对 {upper} 的缺口与薄弱项", "Gaps and thin spots of {plan} against {upper}"),
        "unaligned_of": (
            "{plan} 中与 {upper} 无对应的工作",
            "Work of {plan} that answers to nothing in {upper}",
        ),
        "targets_of": ("{plan} 的量化指标", "Figures of {plan}"),
        "rollup_of": ("{plan} 的量化指标与下级地区汇总", "Figures of {plan} and of the plans below"),
        "indicator": ("指标", "indicator"),
        "comparator": ("要求", "comparison"),
        "comparable": ("可比", "comparable"),
        "not_comparable": ("不可比：", "not comparable: "),
        "by_indicator": ("指标不同", "another indicator"),
        "calibrated": (
            "已保存到 {path}；用于编码器 {encoder}。生效：policygraph link",
            "Kept in {path}, for the encoder {encoder}. To apply it: policygraph link",
        ),
        "scoring_before": ("原有权重", "weights in use"),
        "scoring_unseen": ("新权重（未见过该计划）", "new weights (plan left out)"),
        "scoring_alone": (
            "只标注了一份计划：新权重没有未见过的计划可供检验。",
            "Only one plan is labelled: there is no unseen plan to test the new weights on.",
        ),
        "weight": ("权重", "weight"),
        "scoring": ("打分", "scoring"),
        "feature": ("特征", "feature"),
        "task.clause": ("语句与重点任务：本句", "statement and task: the clause"),
        "task.statement": ("语句与重点任务：所在整句", "statement and task: the sentence"),
        "task.headings": ("语句与重点任务：上方标题", "statement and task: headings above"),
        "task.words": ("语句与重点任务：相同用词", "statement and task: the same words"),
        "task.siblings": ("同一标题下的其他语句", "other statements under the heading"),
        "task.neighbours": ("前后语句", "statements before and after"),
        "task.children": ("标题下的语句", "statements below the heading"),
        "task.none": ("不落实任何任务", "none of the tasks"),
        "pair.statement": ("两条举措：所在整句", "two measures: the sentence"),
        "pair.headings": ("两条举措：上方标题", "two measures: headings above"),
        "pair.words": ("两条举措：上级用词在本地出现", "two measures: the upper one's words are there"),
        "pair.meaning": (
            "两条举措：上级用词或近义词在本地出现",
            "two measures: its words or similar ones are there",
        ),
        "pair.preference": ("本地语句更接近这一条", "the local measure prefers this one"),
        "pair.task": ("本地语句落实该任务", "the local measure implements the task"),
        "pair.none": ("没有对应举措", "no measure answers"),
        "by_stage": ("环节不同（开工、竣工等）", "another stage of work"),
        "by_unit": ("单位不同", "another unit"),
        "by_comparator": ("口径不同", "another comparison"),
        "by_masked": ("数值被隐去", "masked"),
        "by_repeated": ("同一计划另有该指标", "the plan has another figure of it"),
        "sum": ("合计", "sum"),
        "due": ("时限", "due"),
        "masked": ("（隐去）", "(masked)"),
        "=": ("", ""),
        ">=": ("不少于", "at least"),
        "<=": ("不超过", "at most"),
        "~": ("约", "about"),
        "range": ("区间", "range"),
        "increase": ("提高", "increase"),
        "decrease": ("降低", "decrease"),
        "all": ("全部", "all"),
        "zero": ("清零", "none left"),
        "place": ("位置", "place"),
        "at_line": ("第 {line} 行（段）", "line {line}"),
        "at_page": ("第 {page} 页第 {line} 行", "page {page}, line {line}"),
        "encoder": ("编码器", "encoder"),
        "vectors_per_s": ("向量/秒", "vectors/s"),
        "dimensions": ("维数", "dimensions"),
        "cascade_of": ("逐级传导：{task}", "Cascade: {task}"),
        "links_of": ("落实了哪些上级任务", "Upper tasks that it implements"),
        "next": (
            """下一步：
  policygraph coverage 计划     逐条查看依据
  policygraph gaps 计划         缺口清单
  policygraph serve             打开网页与接口（{address}）""",
            """Next:
  policygraph coverage PLAN     evidence for each measure
  policygraph gaps PLAN         list of gaps
  policygraph serve             web page and API ({address})""",
        ),
        "no_gaps": ("没有缺口。", "No gaps."),
        "nothing": ("没有结果。", "Nothing found."),
        "wrote": ("已写出 {path}：{rows} 行", "wrote {path}: {rows} lines"),
        "serving": ("服务地址：{address}（Ctrl-C 结束）", "Serving on {address} (Ctrl-C ends it)"),
        "error": ("错误", "error"),
        "parse": ("读取", "parse"),
        "parsing": (
            "国家计划：{measures} 条标注举措中找到 {found} 条（其中 {same} 条起止相同）；重点任务 {priorities} 项，标注 {labelled} 项",
            "National plan: {found} of {measures} labelled measures found ({same} cut at the same places); {priorities} priorities, {labelled} labelled",
        ),
        "annotator": ("标注人", "annotator"),
        "tagline": ("计划覆盖与缺口", "What plans cover, and what they miss"),
        "api": ("接口文档", "API docs"),
        "matrix": ("覆盖矩阵", "Coverage matrix"),
        "matrix_hint": (
            "。点单元格看依据，点地区名看缺口。",
            ". A cell opens its evidence; a region opens its gaps.",
        ),
        "show": ("查看", "Show"),
        "against": ("对照", "Against"),
        "coverage": ("逐条覆盖", "Coverage"),
        "gaps": ("缺口与薄弱项", "Gaps and thin spots"),
        "unaligned": ("与上级无对应", "Answers to nothing above"),
        "id": ("编号", "id"),
        "issuer": ("发布单位", "issuer"),
        "headings": ("标题结构", "Headings"),
        "data": ("本页数据", "Data of this page"),
        "run": ("关联批次", "link run"),
        "empty_title": ("图谱是空的", "The graph is empty"),
        "empty_text": (
            "还没有读入任何计划。请在命令行读入一个目录，然后刷新本页：",
            "No plan has been read yet. Read a folder of plans, then reload this page:",
        ),
        "unlinked": (
            "计划已读入，尚未关联。请在命令行运行：",
            "Plans have been read but not linked yet. Run:",
        ),
        "unlinked_plan": (
            "这份计划尚未关联到上级计划。请在命令行运行：",
            "This plan is not linked to a plan above it yet. Run:",
        ),
        "mean": ("平均", "mean"),
    }
)


def word(key: str, language: Language, **values: object) -> str:
    """The word for ``key``; a key without translation is its own word."""
    zh, en = _WORDS.get(key, (key, key))
    return (zh if language == "zh" else en).format(**values)
