"""What :mod:`policygraph` says in errors and warnings: settings, jobs, bringing in, keys, labels, commands."""

from typing import Final

_SERVICE: Final[dict[str, str]] = {
    "{} has a key already: {}": "{} 已有密钥：{}",
    "Put a new one in its place with --replace, or name the person or tool more closely.": (
        "如要换新，请加 --replace；如是另一人或另一工具，请把名称写得更具体。"
    ),
    "uploads of {} MiB wait already; at most {} MiB may": "已有 {0} MiB 的上传待确认，最多 {1} MiB",
    "setting upload_total_mb": "设置项 upload_total_mb",
    "Confirm uploads that wait, or throw them away; then upload these files again.": (
        "请先确认或删除待确认的上传，再重新上传这些文件。"
    ),
    "{}: no region above is named, so it is linked to the nation only; set parent in plans.toml": (
        "{}：没有写明上级地区，只与国家计划关联；请在 plans.toml 中填写 parent"
    ),
    # Settings and who may reach the service
    "there is no setting {!r}": "没有设置{!r}",
    "policygraph.toml": "policygraph.toml",
    "policygraph config lists all settings.": "全部设置可用 policygraph config 查看。",
    "the settings cannot be read ({})": "设置无法读取（{}）",
    "{}, .env or {}… variables": "{}、.env 或 {}… 环境变量",
    "Files must be UTF-8, structured values JSON.": "文件须为 UTF-8 编码，结构化的值须为 JSON。",
    "a proxy's word counts only where both are set: the header, and who the proxy is": (
        "须同时设置请求头和代理地址，才会采信代理的说法"
    ),
    "proxy_user_header, trusted_proxies": "设置 proxy_user_header、trusted_proxies",
    "Set both, or neither.": "请两项都设置，或都不设置。",
    "no key is valid, so nobody could use the service": "没有一个密钥有效，谁也无法使用本系统",
    "Make one: policygraph keys add NAME --scope admin": (
        "请管理员生成一个：policygraph keys add 姓名 --scope admin"
    ),
    "others can reach this address, and without keys the service could not tell who they are": (
        "其他计算机可以访问这个地址，而没有密钥就无法分辨来者是谁"
    ),
    "host {}": "主机 {}",
    "Set keys_file and make a key: policygraph keys add NAME --scope admin; or listen on 127.0.0.1.": (
        "请设置 keys_file 并生成密钥：policygraph keys add 姓名 --scope admin；或只在 127.0.0.1 上监听。"
    ),
    "the audit log cannot be read ({:text})": "操作记录无法读取（{:text}）",
    "Let the user that runs the service read it.": "请管理员让运行本系统的用户可以读取它。",
    "the audit log cannot be written ({:text})": "操作记录无法写入（{:text}）",
    "Name another file in the setting audit_log, or mend this one; nothing runs unrecorded.": (
        "请管理员在设置 audit_log 中另写一个文件，或修复这一个；没有记录就不执行任何操作。"
    ),
    "the service cannot listen here ({:text})": "服务无法在这里监听（{:text}）",
    "Name another port with --port, or stop what listens there.": (
        "请用 --port 换一个端口，或停止占用该端口的程序。"
    ),
    # Keys
    "Keys cannot be read": "密钥无法读取",
    "a name has 1 to {} printable characters": "名称须有 1 到 {} 个可显示的字符",
    "Name the person or the tool that will use the key.": "请写使用密钥的人或程序的名称。",
    "a key needs a scope": "密钥须有权限",
    "Name one or more with --scope: {}.": "请用 --scope 写一项或几项：{}。",
    "there is no scope {!r}": "没有权限{!r}",
    "Take one of {}.": "请选其中之一：{}。",
    "Write it as 2027-01-01.": "请写成 2027-01-01 的样子。",
    "{} has passed": "{} 已经过去",
    "Name a day to come, or leave it out.": "请写今后的日期，或不填。",
    "there is no key {!r}": "没有密钥{!r}",
    "policygraph keys list shows all.": "全部密钥可用 policygraph keys list 查看。",
    "other users of this machine may read or write this file": "本机其他用户可以读写这个文件",
    "chmod 600 {}": "请管理员执行：chmod 600 {}",
    "there are no keys yet": "还没有密钥",
    "this file cannot be read ({:text})": "这个文件无法读取（{:text}）",
    "this is no keys file, or it is damaged": "这不是密钥文件，或文件已损坏",
    "Take back a copy, or name another file in the setting keys_file and make new keys.": (
        "请管理员恢复备份，或在设置 keys_file 中另写一个文件并重新生成密钥。"
    ),
    "another process is changing this file": "另一个程序正在改动这个文件",
    "Try again in a moment.": "请稍候再试。",
    "this file cannot be written ({:text})": "这个文件无法写入（{:text}）",
    "Name a file in a folder that you may write to, in the setting keys_file or with --keys-file.": (
        "请在设置 keys_file 或用 --keys-file 写一个可写文件夹中的文件。"
    ),
    "no keys file is named": "没有指定密钥文件",
    "keys_file": "设置 keys_file",
    "Set POLICYGRAPH_KEYS_FILE, or keys_file in policygraph.toml, so that serve finds the keys as well.": (
        "请设置 POLICYGRAPH_KEYS_FILE，或在 policygraph.toml 中设置 keys_file，使 serve 也能找到密钥。"
    ),
    # Bringing plans in
    "the upload holds no file": "上传中没有文件",
    "files": "字段 files",
    "Send each file as a part called files.": "请先选择文件再上传；程序请把每个文件作为名为 files 的部分发送。",
    "a correction names a file twice, or one that was not uploaded": (
        "更正中有文件重复出现，或有文件不在这次上传里"
    ),
    "Files of this upload: {}.": "这次上传的文件：{}。",
    "no file is left to load": "没有可录入的文件",
    "Upload files that can be read.": "请上传可以读取的文件，或保留至少一个文件。",
    "there is no upload {!r}": "没有这次上传：{!r}",
    "Uploads wait for a time only: upload the files again.": (
        "上传的文件只保留一段时间，请在“录入计划”页重新上传。"
    ),
    "a job is loading these files": "正在录入这些文件",
    "Cancel the job, or wait for its end.": "请等它完成，或在录入进度页停止它。",
    "the files cannot be kept ({:text})": "文件无法保存（{:text}）",
    "setting upload_folder": "设置 upload_folder",
    "Check free space and rights of that folder, or set another.": (
        "请管理员检查该文件夹的剩余空间和权限，或另设一个。"
    ),
    "{!r} is no name of a file": "{!r}不能作文件名",
    "two files of this upload have this name": "这次上传里有两个文件同名",
    "{!r} is none of {}": "{!r}不在其中：{}",
    "reading this file takes longer than {} s": "读取这个文件超过了 {} 秒",
    "reading this file breaks off": "读取这个文件时中断",
    "reading this file takes more than {} MB of memory": "读取这个文件需要的内存超过 {} MB",
    "Save the file anew in the program that made it, or as text, and upload that.": (
        "请用原来的软件重新保存，或另存为纯文本，再上传。"
    ),
    "there is no job {!r}": "没有这次录入：{!r}",
    "/api/v1/jobs lists them.": "请在“录入计划”页的录入记录中查看；程序用 /api/v1/jobs。",
    "Internal error": "程序出错",
    "the job failed": "录入失败",
    "The service's log has the cause.": "原因记在服务日志里，请联系管理员。",
    "Service stopped": "服务已停止",
    "none of its plans": "没有其中任何计划",
    "the service stopped before this job had ended; in the graph: {:text}": (
        "服务在录入完成之前停止；已在图库：{:text}"
    ),
    "the service stopped before this job had ended; in the graph: {:text}; not loaded: {}": (
        "服务在录入完成之前停止；已在图库：{:text}；未录入：{}"
    ),
    "the service stopped before this job had ended; in the graph: {:text}; not linked yet: {}": (
        "服务在录入完成之前停止；已在图库：{:text}；尚未关联：{}"
    ),
    "the service stopped before this job had ended; in the graph: {:text}; not loaded: {}; not linked yet: {}": (
        "服务在录入完成之前停止；已在图库：{:text}；未录入：{}；尚未关联：{}"
    ),
    "Confirm the upload again while it waits, or upload the files again: what is loaded already is left alone.": (
        "上传仍保留的，请重新确认；已不在的，请重新上传。已录入的计划不会重复录入。"
    ),
    "what was read could not be put aside ({})": "读出的内容无法暂存（{}）",
    "Nothing was changed. Check free space there, or set TMPDIR to another folder.": (
        "什么也没有改动。请管理员检查那里的剩余空间，或把 TMPDIR 设为其他文件夹。"
    ),
    # The client in Python
    "The service did not answer as asked": "服务没有按要求应答",
    "The service cannot be reached": "无法连接服务",
    "The service refuses": "服务拒绝了请求",
    "Not there": "没有找到",
    "Request is not valid": "请求不符合要求",
    "Changed or in use meanwhile": "内容已有变动或正在使用",
    "The service is not available": "服务暂时无法使用",
    "The service failed": "服务出错",
    "The job did not end well": "录入没有顺利完成",
    "no answer ({})": "没有应答（{}）",
    "Check the address, and whether the service runs.": "请检查网址，以及服务是否在运行。",
    "the answer is no JSON": "答复不是 JSON",
    "the answer is {}, and no problem document": "答复是 {}，且没有说明问题",
    "Is this the address of policygraph?": "请确认这是 policygraph 的网址。",
    "the job was cancelled; in the graph: {:text}": "录入已取消；已在图库：{:text}",
    "job {}": "录入 {}",
    "Confirm the upload again.": "请重新确认上传。",
}
_ACTS: Final[dict[str, str]] = {
    # Reviewing
    "nothing is corrected": "没有改正任何内容",
    "Name another target, relation or extent.": "请选择另一个上级条目、关系或覆盖程度。",
    "{} is no target for a link to {}": "{} 不能替换关联到 {} 的一端",
    "A measure stands for a measure, a task for a task.": "举措只能换成举措，任务只能换成任务。",
    "{} is not suspect: its words are those that {} saw": "{} 不需要复核：原文与 {} 所见一致",
    "Accept or reject it instead.": "请直接确认或否决它。",
    "the machine links {} to {} already": "系统已把 {} 关联到 {}",
    "Accept it: policygraph review accept {} {}": (
        "请在“复核”页确认这条关联；命令行用 policygraph review accept {} {}"
    ),
    "nobody decided on {}": "还没有人对 {} 作过决定",
    "policygraph review history lists decisions.": (
        "请在“复核”页查看已有的决定；命令行用 policygraph review history。"
    ),
    "Make the link by hand: policygraph review add {} {}; in the API say create.": (
        "请手工建立关联：命令行用 policygraph review add {} {}；接口中写 create。"
    ),
    "the filter finds {} links that are not those of the preview": "按条件找到 {} 条关联，与预览的不同",
    "Look at the preview again.": "请重新预览。",
    # Folders, files, exports
    "{} of {} plans cannot be read": "{1} 份计划中有 {0} 份无法读取",
    "left out: {}": "已跳过：{:text}",
    "not read, because {} does not list them: {}": "未读取（{} 没有列出）：{}",
    "in the graph, but not in this folder: {}; take out with: policygraph remove PLAN": (
        "图库里有而这个文件夹里没有：{}；移除请用 policygraph remove 计划"
    ),
    "cannot write here ({:text})": "无法写到这里（{:text}）",
    "Name another folder.": "请另选一个文件夹。",
    "this is no file to write to": "这不是可以写入的文件",
    "Name a file: --html FILE.": "请写一个文件：--html 文件。",
    "Make the folder, or name a file in one that you may write to: --html FILE.": (
        "请新建文件夹，或写一个可写文件夹中的文件：--html 文件。"
    ),
    "Name a file in a folder that you may write to: --out FILE.": "请写一个可写文件夹中的文件：--out 文件。",
    "cannot be read ({:text})": "无法读取（{:text}）",
    "this is no UTF-8": "这不是 UTF-8 编码",
    "there is no format {!r}": "没有格式{!r}",
    "{} is the whole graph": "{} 导出的是整个图库",
    "Leave out --plan, --upper, --accepted and --least.": "请去掉 --plan、--upper、--accepted 和 --least。",
    "{} compares nothing": "{} 不作对照",
    "Name each plan with --plan, the upper one too.": "请用 --plan 写出每份计划，包括上级计划。",
    "the graph changed while it was exported ({})": "导出期间图库有改动（{}）",
    "Export again when nothing writes to it.": "请在没有人写入时重新导出。",
    "no plan is linked to {} yet": "还没有计划关联到 {}",
    "Link plans with: policygraph link": ("请在“录入计划”页录入地方计划，或由管理员执行 policygraph link"),
    "{} has no earlier version": "{} 没有更早的版本",
    "Name two plans or versions: policygraph diff A B. policygraph show PLAN lists versions.": (
        "请选两份计划或两个版本：在“对比”页选择，命令行用 policygraph diff 甲 乙；版本可用 policygraph show 计划 查看。"
    ),
    "there is no plan or version {!r}": "没有计划或版本{!r}",
    "Versions of {}: {}.": "{} 的版本：{}。",
    # Free Cypher
    "{} is {}; it must be above 0 and at most {}": "{} 为 {}，须大于 0、不超过 {}",
    "The settings cypher_rows and cypher_timeout say how much is allowed.": (
        "上限由设置 cypher_rows 和 cypher_timeout 规定。"
    ),
    "the statement needs the parameter {!r}": "语句缺少参数{!r}",
    "Give a value for each $name.": "请给每个 $名称 一个值。",
    "the statement has no parameter ${}": "语句里没有参数 ${}",
    "Write it as $name, or leave it out.": "请在语句里写成 $名称，或去掉它。",
    "more than {} parameters": "参数超过 {} 个",
    "Put them into one list or map.": "请合并为一个列表或映射。",
    "parameter {!r} holds a value that a statement cannot take": "参数{!r}的值不能用于语句",
    "Take null, true, false, numbers of 64 bits, texts, lists, and maps with plain names.": (
        "可用 null、true、false、64 位以内的数、文字、列表，以及名称简单的映射。"
    ),
}
_COMMANDS: Final[dict[str, str]] = {
    "--upper is not for one task": "查看单项任务时不用 --upper",
    "Leave it out: a task names its plan.": "请去掉它：任务已指明所属计划。",
    "explain needs both ends of a link": "explain 需要关联的两端",
    "Write: policygraph explain SOURCE TARGET": "请写：policygraph explain 本地 上级",
    "--csv and --json exclude each other": "--csv 和 --json 不能同用",
    "Choose one of them.": "请只选一个。",
    "one statement is needed": "需要一条查询语句",
    'Write policygraph cypher "MATCH …", --file FILE, or - to read it.': (
        '请写 policygraph cypher "MATCH …"、--file 文件，或用 - 从标准输入读取。'
    ),
    "standard input": "标准输入",
    "this is not UTF-8": "这不是 UTF-8 编码",
    "Save the statement as UTF-8.": "请把语句存为 UTF-8 编码。",
    "--html is not for evaluate {}": "evaluate {} 不用 --html",
    "Leave it out, or run evaluate --html FILE.": "请去掉它，或执行 evaluate --html 文件。",
    "--plans is missing": "缺少 --plans",
    "Name the folder of the labelled plans: --plans DIR": "请写已标注计划所在的文件夹：--plans 目录",
    "there is no folder to keep it in": "没有可存放的文件夹",
    "Set scoring_folder, or use --dry-run.": "请设置 scoring_folder，或用 --dry-run。",
    "{!r} is no parameter": "{!r}不是参数",
    "Write -p NAME=VALUE.": "请写成 -p 名称=值。",
    "an excuse is decided or confirmed": "免予承担要么作出决定，要么确认",
    "Write --as VERDICT with --note, or --clear alone.": "请写 --as 决定 和 --note，或只写 --clear。",
    "a link has two ends": "关联有两端",
    "Write: SOURCE TARGET, or SOURCE~TARGET": "请写：本地 上级，或 本地~上级",
}
_LABELS: Final[dict[str, str]] = {
    "the labels name no priority that a statement implements, or no upper measure": (
        "标注里没有语句落实的重点任务，或没有上级举措"
    ),
    "Label statements and coverage: policygraph label make PLAN --out FILE.xlsx": (
        "请标注语句和覆盖情况：policygraph label make 计划 --out 文件.xlsx"
    ),
    "there is no plan above {} in this graph": "图库里没有 {} 的上级计划",
    "Build it together with the plan that it is labelled against.": "请连同标注所对照的计划一起建库。",
    "the national plan holds no planned measure": "国家计划里没有计划开展的举措",
    "{!r} is no name of an annotator": "{!r}不能作标注人的名称",
    "Use letters, digits or Chinese characters: --annotator A": "请用字母、数字或汉字：--annotator A",
    "the measures here are not those of {} as it stands in the graph: {} differs": (
        "这里的举措与图库里的 {} 不一致：{} 不同"
    ),
    "Name a folder of its own for the labels against this plan.": "对照这份计划的标注请另用一个文件夹。",
    "this file is there already, and holds other labels": "文件已存在，其中是另外的标注",
    "Name another annotator with --annotator, or replace it with --force.": (
        "请用 --annotator 写另一位标注人，或用 --force 替换。"
    ),
    "this file is there already; it may hold labels": "文件已存在，其中可能有标注",
    "Name another file, or replace it with --force.": "请另写一个文件，或用 --force 替换。",
    "the priorities of {} have changed since this sheet was made, so its numbers mean others": (
        "标注表生成之后 {} 的重点任务有变动，表中的编号已对不上"
    ),
    "Make a new sheet with policygraph label make, and copy the labels.": (
        "请用 policygraph label make 重新生成标注表，再抄入标注。"
    ),
    "this is no sheet of labels (the hidden sheet that names its plan is missing)": (
        "这不是标注表（缺少写明所属计划的隐藏工作表）"
    ),
    "Make one with: policygraph label make PLAN --out FILE.xlsx": (
        "请生成一份：policygraph label make 计划 --out 文件.xlsx"
    ),
    "no {} file can be made": "不能生成 {} 文件",
    "Name a .xlsx file for a workbook, or a folder for tab-separated files.": (
        "工作簿请写 .xlsx 文件，制表符分隔的文件请写文件夹。"
    ),
    "this is no file of labels that can be read back": "这不是可以读回的标注文件",
    "Name the .xlsx file, or statements_<plan>_<annotator>.tsv.": (
        "请写 .xlsx 文件，或 statements_<计划>_<标注人>.tsv。"
    ),
    "the store holds no plan from a file called {}": "图库里没有从名为 {} 的文件读入的计划",
    "It holds: {:text}.": "图库里有：{:text}。",
    "{} asks nothing of plans below it": "{} 对下级计划没有要求",
    "Name another upper plan: --upper ID": "请另写一份上级计划：--upper 编号",
    "Load the plan above it as well, or name one: --upper ID": "请一并录入上级计划，或写明：--upper 编号",
    "{} cannot be labelled against itself": "{} 不能对照它自己标注",
    "Name a plan above it.": "请写它的上级计划。",
    "labels go by the name of a plan's file, and {} was read from one called {} as well": (
        "标注按计划的文件名对应，而 {} 也是从名为 {} 的文件读入的"
    ),
    "Rename one of the files and build again.": "请给其中一个文件改名后重新建库。",
    "Name a folder of labels.": "请写存放标注的文件夹。",
    "there is no statements_<plan>_<annotator>.tsv": "没有 statements_<计划>_<标注人>.tsv",
    "the store holds none of the labelled plans ({})": "图库里没有已标注的计划（{}）",
    "Build it from the files of these names first.": "请先用这些文件建库。",
    "line {} is not labelled yet": "第 {} 行还没有标注",
    "Put the priorities that it implements in place of ?, or nothing where there are none.": (
        "请把 ? 换成它落实的重点任务；没有的留空。"
    ),
    "{!r} is no label of {}": "{!r}不是 {} 的标注",
    "Write 0, 1 or 2.": "请写 0、1 或 2。",
    "measure {!r} is not in national_measures.tsv": "举措{!r}不在 national_measures.tsv 中",
    "Correct the id, or add the measure there.": "请改正编号，或把举措加进去。",
    "line {} has fewer than {} columns": "第 {} 行不足 {} 列",
}
WORDS: Final = _SERVICE | _ACTS | _COMMANDS | _LABELS
