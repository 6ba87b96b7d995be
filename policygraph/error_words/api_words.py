"""What :mod:`api` says in errors."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    # Signing in and scopes
    "Key is missing or not valid": "没有密钥，或密钥无效",
    "the key is {:text}": "密钥{:text}",
    "unknown": "无效：没有这样的密钥",
    "Ask whoever runs this service for a key: policygraph keys add.": (
        "请向本系统管理员领取密钥，再登录；管理员用 policygraph keys add 生成。"
    ),
    "this service asks who you are": "本系统需要登录",
    "Send it as Authorization: Bearer KEY; pages: /sign-in. Whoever runs this service makes keys.": (
        "请在登录页（/sign-in）输入密钥；密钥由管理员生成。程序请发送 Authorization: Bearer 密钥。"
    ),
    "Come through the proxy that signs people in.": "请从单位的统一登录入口进入。",
    "there is nothing to sign in to: this service has no keys": "不需要登录：本系统没有设置密钥",
    "setting keys_file": "设置 keys_file",
    "On the machine itself everything is open; else come through the proxy.": (
        "在运行本系统的计算机上可直接使用；从其他计算机请走单位的统一登录入口。"
    ),
    "Not allowed": "没有权限",
    "scope {}": "权限 {}",
    "{:text} may not do this": "{:text} 没有这项权限",
    "this key": "这个密钥",
    "Ask whoever runs this service for a key with the scope {}: policygraph keys add.": (
        "请向本系统管理员领取带 {} 权限的密钥；管理员用 policygraph keys add 生成。"
    ),
    "without keys, this is for whoever works on this machine and asks by its own address": (
        "没有设置密钥时，这项操作只能在运行本系统的计算机上、用本机地址打开后进行"
    ),
    "Ask by 127.0.0.1 or localhost; from elsewhere or through a proxy, set keys_file or proxy_user_header.": (
        "请用 127.0.0.1 或 localhost 打开；从其他计算机或经代理使用，请管理员设置 keys_file 或 proxy_user_header。"
    ),
    "nobody is named as the one who decides": "没有写明由谁决定",
    "reviewer": "复核人",
    "Name who decides.": "请填写决定人姓名。",
    "the request is {!r}'s and names {!r} as the one who decides": ("请求来自{!r}，却写明由{!r}决定"),
    "Leave reviewer out, or decide with a key of that person.": (
        "请不要填写复核人，或换用那位同志的密钥登录后再决定。"
    ),
    "Writing is off": "系统为只读",
    "this service only answers": "本系统已设为只读",
    "setting writes": "设置 writes",
    "Decide where writes is on, or by the command line policygraph review.": (
        "请在可以改动的系统上决定，或请管理员用命令行 policygraph review。"
    ),
    "Request from another site": "请求来自其他网站",
    "a page of another site asked for this": "请求来自其他网站的页面",
    "Write from this service's own pages, or from a program.": "请在本系统的页面上操作，或由程序发出。",
    "the request does not carry the token of its session": "请求没有带上本次登录的校验码",
    "header {} or field {}": "请求头 {} 或字段 {}",
    "Load the page again, then repeat this; programs use a key in Authorization.": (
        "请重新载入页面，再操作一次；程序请在 Authorization 中用密钥。"
    ),
    "Too many requests": "请求过多",
    "more than {} requests a minute": "每分钟超过 {} 次请求",
    "setting rate_limit": "设置 rate_limit",
    "Ask again after the seconds in Retry-After; If-None-Match spares answers, not requests.": (
        "请稍候再试；程序请等待 Retry-After 所示的秒数。"
    ),
    # Bodies and headers
    "Body is too large": "提交的内容太大",
    "the body is larger than {}": "提交的内容超过 {}",
    "Split the file at line ends.": "请把文件按行拆分后分几次提交。",
    "setting upload_mb": "设置 upload_mb",
    "Upload fewer files at a time, or save them without pictures.": "请分几次上传，或去掉图片另存后上传。",
    "Ask for less at a time.": "请一次少提交一些。",
    "Body has another media type": "提交内容的类型不对",
    "the body is {:text}": "提交内容的类型是：{:text}",
    "of no media type": "没有写明",
    "Send it as Content-Type: {}.": "请用 Content-Type: {} 提交。",
    "the body is no form with files": "提交的不是带文件的表单",
    "the form cannot be read ({})": "表单无法读取（{:text}）",
    "the form has {} files": "表单里有 {} 个文件",
    "body": "提交的内容",
    "body, line {}": "提交的内容，第 {} 行",
    "Send at most {} files, each as a part called {}.": (
        "一次最多上传 {} 个文件，请分几次上传；程序请把每个文件作为名为 {} 的部分发送。"
    ),
    "this is not UTF-8 ({})": "这不是 UTF-8 编码（{}）",
    "Send the exported file unchanged.": "请原样提交导出的文件，不要改动。",
    "If-Match is missing": "缺少 If-Match",
    "header If-Match": "请求头 If-Match",
    "a decision says what it is about": "决定须写明针对哪一版内容",
    "Send the ETag of what you looked at, or * for whatever is there now.": (
        "请发送所看内容的 ETag；不论现状的用 *。"
    ),
    "{!r} is no entity tag": "{!r}不是实体标签",
    'Write it in quotes: "4f1b…".': '请加引号：“"4f1b…"”。',
    "other requests are writing to this store": "其他请求正在写入图库",
    # Lists and pages
    "the list {} is of one plan": "列表 {} 针对一份计划",
    "query.plan": "参数 plan",
    "Name it: ?plan=ID.": "请写明：?plan=编号。",
    "{!r} is no cursor of this list": "{!r}不是这个列表的页标",
    "parameter cursor": "参数 cursor",
    "Pass `next` of the page before, unchanged; leave it out for the first page.": (
        "请原样传入上一页的 next；第一页不写。"
    ),
    "neither {} nor {} is linked to {!r}": "{} 和 {} 都没有关联到{!r}",
    "Both are linked to: {:text}.": "两份计划都已关联到：{:text}。",
    "this page has no table {!r}": "本页没有表{!r}",
    "It has: {}.": "本页有：{}。",
    "no plan is linked to {!r} yet": "还没有计划关联到{!r}",
    "Link with: policygraph link": "请在“录入计划”页录入地方计划，或由管理员执行 policygraph link",
    "/priorities?upper={} lists the tasks that do.": "请在“优先事项”页选择；网址为 /priorities?upper={}",
    "{!r} names no link": "{!r}不是一条关联",
    "Choose one from the list.": "请从列表中选一条。",
    "no plan is linked to {!r}": "没有计划关联到{!r}",
    "There are links to: {}.": "请在页面的“上级计划”中选择；已有关联的：{}。",
    # Free Cypher
    "{} statements run already": "已有 {} 条查询在运行",
    "Try again after the seconds in Retry-After.": "请稍候再试；程序请等待 Retry-After 所示的秒数。",
    "free Cypher is switched off here": "这里没有启用自由 Cypher 查询",
    "The setting is cypher; /api/v1/queries has the named ones.": (
        "由设置 cypher 规定；现成的查询见 /api/v1/queries。"
    ),
    # The service itself
    "/docs lists the parameters.": "请回到上一页，按页面上的选项重新选择；程序见 /docs 中的参数说明。",
    "/docs lists what there is.": "请从上方导航重新进入；程序见 /docs 中的接口说明。",
    "the service failed": "程序出错",
    "The service's log has the cause, under the id of the request.": (
        "原因记在服务日志里，请把请求编号告诉管理员。"
    ),
}
