"""What :mod:`queries` says in errors."""

from typing import Final

_ASKED: Final[dict[str, str]] = {
    "Name a local plan.": "请选一份地方计划。",
    "{} is the nation's plan: nothing stands above it": "{} 是国家计划，没有上级计划",
    "{} asks nothing of plans below": "{} 对下级计划没有要求",
    "policygraph query priorities -p plan={} lists the tasks that do.": (
        "请在“优先事项”页选择；命令行用 policygraph query priorities -p plan={}"
    ),
    "there is no level {!r}": "没有层级{!r}",
    "Write: {}.": "请写：{}。",
    "query {} has no parameter {!r}": "查询 {} 没有参数{!r}",
    "It takes: {:text}.": "可用的参数：{:text}。",
    "none": "无",
    "none yet": "尚无",
    "nothing": "无",
    "query {} needs the parameter {!r}": "查询 {} 缺少参数{!r}",
    "parameter {!r} of query {} must be of type {}": "查询 {1} 的参数{0!r}类型应为 {2}",
    "{!r} is no {}": "{!r}的类型不是 {}",
    "parameter {}": "参数 {}",
    "Give {} as {:text}.": "请把 {} 写成{:text}。",
    "a whole number, such as 12": "整数，如 12",
    "a number, such as 0.5": "数，如 0.5",
    "true or false": " true 或 false",
    "{} to {} is no range of confidence": "{} 到 {} 不是置信度范围",
    "Give two numbers from 0 to 1, the lower one first.": "请填两个 0 到 1 之间的数，小的在前。",
    "there are no links of kind {!r}": "没有{!r}这类关联",
    "There are no plans yet: policygraph build DIR reads them.": (
        "图库里还没有计划：请在“录入计划”页录入；命令行用 policygraph build 文件夹。"
    ),
    "Did you mean {}? policygraph show lists the plans.": (
        "是否指 {}？请在“计划”页查看全部计划；命令行用 policygraph show。"
    ),
    "policygraph show lists the plans, such as {}.": (
        "请在“计划”页查看全部计划，如 {}；命令行用 policygraph show。"
    ),
    "Did you mean {}? policygraph show {} lists the plan's tasks.": (
        "是否指 {0}？请从计划页或“优先事项”页点开；命令行用 policygraph show {1} 查看全部任务。"
    ),
    "policygraph show {} lists the plan's tasks.": (
        "请从计划页或“优先事项”页点开；命令行用 policygraph show {} 查看全部任务。"
    ),
    "Did you mean {}? policygraph show {} lists the task's measures.": (
        "是否指 {0}？请从计划页点开；命令行用 policygraph show {1} 查看其下举措。"
    ),
    "policygraph show {} lists the task's measures.": (
        "请从计划页点开；命令行用 policygraph show {} 查看其下举措。"
    ),
    "there is no region {!r}": "没有地区{!r}",
    "Did you mean {}? policygraph query regions lists the regions.": (
        "是否指 {}？请在页面的“地区”中选择；命令行用 policygraph query regions。"
    ),
    "policygraph query regions lists the regions.": (
        "请在页面的“地区”中选择；命令行用 policygraph query regions。"
    ),
    "several regions are called {!r}": "有几个地区都叫{!r}",
    "Give one by its id: {}.": "请写其中一个的编号：{}。",
    "plan {} is not linked to any plan yet": "计划 {} 尚未关联到任何上级计划",
    "Link it with: policygraph link {}": (
        "请在“录入计划”页重新上传并确认这份计划，或由管理员执行 policygraph link {}"
    ),
    "there is no national plan in this graph": "图库里没有国家计划",
    "Build it from plans that include one.": "请先录入国家计划。",
    "no plan of region {!r} answers to {}": "地区{!r}没有对应 {} 的计划",
    "Regions that do: {:text}.": "有对应计划的地区：{:text}。",
    "{} is not linked to {}": "{} 没有关联到 {}",
    "The local side comes first: {} {}": "请把本地一方写在前面：{} {}",
    "{} is linked to: {:text}.": "{} 已关联到：{:text}。",
    "Nearest to it in {}: {:text}.": "{} 中与它最接近的：{:text}。",
    "A task is linked to tasks; the measure's is {}. It implements in {}: {:text}.": (
        "任务与任务关联；这条举措所属的任务是 {}。它在 {} 中落实：{:text}。"
    ),
    "It implements in {}: {:text}.": "它在 {} 中落实：{:text}。",
    "It implements in {}: {:text}. Nearest to it: {}.": "它在 {} 中落实：{:text}。与它最接近的：{}。",
    "there is no query {!r}": "没有查询{!r}",
    "policygraph gaps prints the ids.": (
        "请从计划页的“缺口与薄弱项”点开；命令行用 policygraph gaps 查编号。"
    ),
}
_GATE: Final[dict[str, str]] = {
    "the statement holds half a character": "查询语句里有不完整的字符",
    "character {}": "第 {} 个字符",
    "line {}, column {}": "第 {} 行第 {} 列",
    "Send UTF-8.": "请用 UTF-8 编码。",
    "a name": "名称",
    "a label or type": "标签或类型",
    "the name of a property": "属性名",
    "this clause is refused: it writes to the graph, and this is for reading only": (
        "这个子句未被接受：它会写入图库，而这里只能读取"
    ),
    "this clause is refused: it reads files of the machine that runs the query": (
        "这个子句未被接受：它会读取服务器上的文件"
    ),
    "this clause is refused: it reads or writes files": "这个子句未被接受：它会读写文件",
    "this clause is refused: it takes the output of a procedure, and procedures can do anything that the server can": (
        "这个子句未被接受：它取用存储过程的结果，而存储过程可以做服务器能做的任何事"
    ),
    "this clause is refused: procedures can do anything that the server can": (
        "这个子句未被接受：存储过程可以做服务器能做的任何事"
    ),
    "this clause is refused: it leaves the graph that was opened for another one": (
        "这个子句未被接受：它会转到另一个图库"
    ),
    "this clause is refused: it looks at or changes the server, not the graph": (
        "这个子句未被接受：它查看或改动的是服务器，而不是图库"
    ),
    "this clause is refused: each statement runs in a transaction of its own": (
        "这个子句未被接受：每条语句自成一个事务"
    ),
    "this clause is refused: plans of execution are not shown here": "这个子句未被接受：这里不显示执行计划",
    "this clause is refused: options of the engine are not taken": "这个子句未被接受：不接受查询引擎的选项",
    "this clause is refused: it gives no rows; end with RETURN": (
        "这个子句未被接受：它不返回结果，请以 RETURN 结束"
    ),
    "this clause is refused: hints to the planner, and commits within a statement, are not taken": (
        "这个子句未被接受：不接受对执行计划的提示，也不接受语句中途的提交"
    ),
    "this clause is refused: views of another time are not taken": "这个子句未被接受：不接受其他时点的视图",
    "this clause is refused: index searches are not taken": "这个子句未被接受：不接受索引检索",
    "{:text} was expected here": "此处应为{:text}",
    "this is nested more than {} deep": "嵌套超过 {} 层",
    "there is no statement in it": "其中没有查询语句",
    "a second statement; one is run at a time": "这是第二条语句；一次只运行一条",
    "this is not understood here": "此处无法理解",
    "no clause that is allowed here": "此处没有可用的子句",
    "a clause that is allowed, or RETURN, was expected here": "此处应为可用的子句或 RETURN",
    "commits within a statement are refused: they are for writing": "不接受语句中途的提交：那是写入用的",
    "{} cannot be a name here": "{} 在此处不能作名称",
    "a pattern such as (p:Plan) was expected here": "此处应为 (p:Plan) 这样的模式",
    "a function of this name cannot be called": "不能调用这个名称的函数",
    "a type such as STRING was expected here": "此处应为 STRING 这样的类型",
    "a value was expected here": "此处应为一个值",
    "the function {} is not on the list of those that only compute": "函数 {} 不在只作计算的函数之列",
    "docs/service.md has the list; the common ones of Cypher are on it.": (
        "可用的函数见 docs/service.md，Cypher 的常用函数都在其中。"
    ),
    "WHEN was expected here": "此处应为 WHEN",
    "the statement ends here, but {:text}": "语句到此结束，但{:text}",
    "the statement has more than {} words and signs": "语句超过 {} 个词和符号",
    "the statement has {} characters": "语句有 {} 个字符",
    "At most {} are taken; pass long lists as parameters.": "最多 {} 个；长列表请用参数传入。",
    "this bracket is not closed": "这个括号没有闭合",
    "this bracket closes nothing": "这个右括号没有对应的左括号",
    "this comment is not closed": "这段注释没有结束",
    "this string is not closed": "这个字符串没有结束",
    "this name is not closed": "这个名称没有结束",
    "an escape in a comment": "注释里有转义符",
    "an escape outside a string": "字符串之外有转义符",
    "an escape that is not known": "未知的转义符",
    "a backslash before u": "u 前有反斜杠",
    "{} is no sign of Cypher": "{} 不是 Cypher 的符号",
    "U+{} in a string": "字符串里有 U+{}",
    "a quoted name that is empty or holds unusual signs": "加引号的名称是空的，或含有不常用的符号",
    "this is no decimal number": "这不是十进制数",
    "this number is too long": "这个数太长",
    "this name is too long": "这个名称太长",
    "a word with letters that only look like Latin ones": "词里有看似拉丁字母的其他字母",
    "Allowed: MATCH, OPTIONAL MATCH, WHERE, UNWIND, WITH, RETURN, ORDER BY, SKIP, LIMIT, UNION, CALL {{ … }} without "
    "writes, and EXISTS, COUNT or COLLECT {{ … }}.": (
        "可用：MATCH、OPTIONAL MATCH、WHERE、UNWIND、WITH、RETURN、ORDER BY、SKIP、LIMIT、UNION、不作写入的 "
        "CALL {{ … }}，以及 EXISTS、COUNT 或 COLLECT {{ … }}。"
    ),
    "Send it on its own.": "请单独运行它。",
    "Write it as `{}`.": "请写成 `{}`。",
    "Leave it out.": "请去掉它。",
    "Write the character itself; everything is UTF-8.": "请直接写这个字符；一律为 UTF-8 编码。",
    "Pass such a text as a parameter.": "这样的文字请用参数传入。",
}
_PURPOSES: Final[dict[str, str]] = {
    "all proposals that nobody rejected, or accepted links only": "全部未被否定的提议，或仅人工确认的关联",
    "count all proposals that nobody rejected, or accepted links only": "计入全部未被否定的提议，或仅计人工确认的关联",
    "count all proposals that nobody rejected, or accepted links only: all or accepted": (
        "计入全部未被否定的提议（all），或仅计人工确认的关联（accepted）"
    ),
    "id of a local plan, to have only its runs; all by default": "地方计划的编号，只取它的关联批次；默认全部",
    "id of a plan, to have only this one; all by default": "计划的编号，只取这一份；默认全部",
    "id of one upper task; it names its plan, so upper is not asked for; the whole plan by default": (
        "一项上级任务的编号，它已指明所属计划，不必再写 upper；默认整份计划"
    ),
    "id of the last row already seen": "上一页最后一行的编号",
    "id of the local measure": "本地举措的编号",
    "id of the local plan": "地方计划的编号",
    "id of the local plan; all by default": "地方计划的编号；默认全部",
    "id of the local task": "本地任务的编号",
    "id of the local task or measure": "本地任务或举措的编号",
    "id of the measure": "举措的编号",
    "id of the national priority": "国家重点任务的编号",
    "id of the plan": "计划的编号",
    "id of the plan; empty: of all": "计划的编号；不填为全部",
    "id of the task": "任务的编号",
    "id of the upper measure": "上级举措的编号",
    "id of the upper plan": "上级计划的编号",
    "id of the upper plan; all by default": "上级计划的编号；默认全部",
    "id of the upper plan; the latest national one by default": "上级计划的编号；默认最近一份国家计划",
    "id of the upper plan; the nation's that the plan is linked to by default": (
        "上级计划的编号；默认为该计划所关联的国家计划"
    ),
    "id of the upper plan; whichever the plan is linked to by default": "上级计划的编号；默认为该计划所关联的那份",
    "id of the upper task": "上级任务的编号",
    "ids of the upper tasks": "上级任务的编号",
    "least confidence of a proposal": "提议的最低置信度",
    "least confidence of a proposal that counts": "计入的提议的最低置信度",
    "least score of evidence": "依据的最低分值",
    "least score that covers": "算作覆盖的最低分值",
    "least score, such as the threshold of what covers partly": "最低分值，如部分覆盖的阈值",
    "most rows": "最多行数",
    "only chains of this standing: carried, unlinked, stops, skips, absent or not_applicable; all by default": (
        "只取这种传导情况的链：carried、unlinked、stops、skips、absent 或 not_applicable；默认全部"
    ),
    "only chains that this region is part of, by id or name; all by default": (
        "只取经过该地区的链，写编号或名称；默认全部"
    ),
    "only in this plan; empty: in all": "只在这份计划中；不填为全部",
    "only in this upper plan; empty: in all": "只在这份上级计划中；不填为全部",
    "only links of at least this confidence": "只取置信度不低于此值的关联",
    "only measures of this kind; empty: of all": "只取这类举措；不填为全部",
    "only plans of this level: province, autonomous_region, municipality, city or county; all by default": (
        "只取这一层级的计划：province、autonomous_region、municipality、city 或 county；默认全部"
    ),
    "only proposals of at least this confidence": "只取置信度不低于此值的提议",
    "only tasks of this kind; empty: of all": "只取这类任务；不填为全部",
    "only this region, by id or name; all by default": "只取该地区，写编号或名称；默认全部",
    "only this status: covered, partial, gap or not_applicable; all by default": (
        "只取这种状态：covered、partial、gap 或 not_applicable；默认全部"
    ),
    "only what at least so many regions miss": "只取至少这么多地区缺失的",
    "position of the last row already seen": "上一页最后一行的位置",
    "start of the last row already seen": "上一页最后一行的起点",
    "the words to find": "要查找的文字",
    "what they are about; all by default": "所针对的内容；默认全部",
}
WORDS: Final = _ASKED | _GATE | _PURPOSES
