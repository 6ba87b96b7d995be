"""What :mod:`review` says in errors."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    "a decision needs the name of who takes it": "决定须写明由谁作出",
    "Name the reviewer.": "请写复核人姓名。",
    "two of these decisions are about the same thing": "其中两项决定针对同一内容",
    "Take one at a time.": "请逐项决定。",
    "{} is no longer what you saw ({} decided {} at {})": (
        "{0} 已不是您看到的样子（{1} 已于 {3} 决定：{2:text}）"
    ),
    "{} is no longer what you saw (its words have changed)": "{} 已不是您看到的样子（原文已变）",
    "Look at it again, then decide on what is there now.": "请重新查看，再按现在的内容决定。",
    "there is no measure {!r}": "没有举措{!r}",
    "there is no task {!r}": "没有任务{!r}",
    "policygraph show, coverage and gaps print the ids.": (
        "请从计划页或“优先事项”页点开要看的内容；命令行用 policygraph show、coverage 或 gaps 查编号。"
    ),
    "a link cannot be {!r}": "关联不能作{!r}这样的决定",
    "Write one of: {}.": "请写其中之一：{}。",
    "there is no relation {!r}": "没有{!r}这种关系",
    "{!r} says nothing of a link to {}": "{!r}不适用于与 {} 的关联",
    "Only a link between two measures covers fully or partly.": "只有举措之间的关联分“全部覆盖”和“部分覆盖”。",
    "only an excuse is delegated, deferred or ends": "只有免予承担才能转由其他计划承担、推迟或设有效期",
    "Leave to and expires out.": "请不要填写 to 和 expires。",
    "plan {} is not linked to {}": "计划 {} 没有关联到 {}",
    "It is linked to: {:text}. Link with: policygraph link {}": (
        "已关联到：{:text}。如需关联，请在“录入计划”页重新确认上传，或由管理员执行 policygraph link {}"
    ),
    "no plan yet": "尚无计划",
    "{} is a task, {} a measure": "{} 是任务，{} 是举措",
    "A measure matches a measure; a task or measure implements a task.": (
        "举措对应举措；任务或举措落实任务。"
    ),
    "{} is nothing that plans commit to": "{} 不是计划承诺要做的工作",
    "Name a planned measure or task.": "请选一条计划中的举措或任务。",
    "a plan cannot be excused by {!r}": "免予承担不能作{!r}这样的决定",
    "{} is no measure that plans below are asked to carry": "{} 不是要求下级计划承接的举措",
    "Name a planned measure.": "请选一条计划中的举措。",
    "an excuse needs a reason": "免予承担须写明理由",
    "Write it with --note.": "请填写理由；命令行用 --note。",
    "there is no plan {!r} to delegate to": "没有可转由其承担的计划{!r}",
    "{!r} is no year to defer to": "{!r}不是可推迟到的年份",
    "Write four digits, such as 2027.": "请写四位数字，如 2027。",
    "{} goes to nowhere": "“{:text}”没有去向可填",
    "Only delegated and deferred take --to.": "只有“由其他计划承担”和“推迟”才填去向；命令行用 --to。",
    "{!r} is no day": "{!r}不是日期",
    "Write it as 2026-12-31.": "请写成 2026-12-31 的样子。",
    "there is no mode {!r}": "没有{!r}这种计法",
    "Write all or accepted.": "请写 all（全部提议）或 accepted（仅确认的关联）。",
    # Files of decisions
    "this is no JSON ({})": "这不是 JSON（{}）",
    "{}, line {}": "{}，第 {:number} 行",
    "Take the file that policygraph review export wrote, unchanged.": (
        "请用系统导出的决定文件（policygraph review export 写出的），不要改动。"
    ),
    "this is no decision": "这一行不是复核决定",
    "{} is not of type {}": "{} 的类型不是 {}",
    "a value is no text": "有一个值不是文字",
    "this decision contradicts itself": "这项决定前后矛盾",
}
