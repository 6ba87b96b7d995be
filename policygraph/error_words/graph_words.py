"""What :mod:`graph` says in errors."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    # Titles of the kinds of errors
    "Error": "出错",
    "Input cannot be read": "输入无法读取",
    "Setting is not valid": "设置无效",
    "Not found": "没有找到",
    "Changed meanwhile": "内容已有变动",
    "In use": "正在使用",
    "Store is not available": "图库无法使用",
    "Store is locked": "图库正被写入",
    "Store refused the credentials": "图库拒绝了用户名或密码",
    "Query failed": "查询失败",
    "Query took too long": "查询超时",
    "Statement is refused": "查询语句未被接受",
    "Query is too large": "查询过大",
    "Too many statements at a time": "同时运行的查询过多",
    "Switched off": "此功能没有启用",
    "Encoder is not available": "编码器无法使用",
    "Optional package is not installed": "没有安装所需的可选软件包",
    # Choices
    "{} is no confidence": "{} 不是置信度",
    "Give a number from 0 to 1.": "请填 0 到 1 之间的数。",
    "label": "节点类型",
    "relationship type": "关系类型",
    "state": "状态",
    "there is no {:text} {!r}": "没有{:text}{!r}",
    "There are: {}.": "可选：{}。",
    "there is no plan {!r}": "没有计划{!r}",
    "policygraph show lists the plans.": "请在“计划”页查看全部计划；命令行用 policygraph show。",
    "No room for more uploads": "待确认的上传已满",
    # Addresses
    "this is not a Neo4j address": "这不是 Neo4j 地址",
    "this is not a Neo4j address ({})": "这不是 Neo4j 地址（{}）",
    "Give one such as bolt://HOST:7687.": "请写成 bolt://主机:7687 的样子。",
    "this is no address ({})": "这不是有效的地址（{}）",
    "the address carries a password": "地址里带有密码",
    "Leave it out, and set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD.": (
        "请从地址中去掉密码，改为设置 POLICYGRAPH_STORE_USER 和 POLICYGRAPH_STORE_PASSWORD。"
    ),
    "no store serves the scheme {!r}": "不支持以{!r}开头的图库地址",
    "Use a path such as policygraph.kgl, or neo4j://HOST:7687.": (
        "请用文件路径，如 policygraph.kgl，或 neo4j://主机:7687。"
    ),
    # The embedded store
    "the folder does not exist": "文件夹不存在",
    "Create it, or name another.": "请新建这个文件夹，或另选一个。",
    "the store was not opened for reading only": "图库不是以只读方式打开的",
    "the store was opened for reading only": "图库是以只读方式打开的",
    "process {} is writing to this store": "进程 {} 正在写入这个图库",
    "Wait until it ends, or stop it; reading commands work meanwhile.": (
        "请等它写完后再试；其间可以照常查看。管理员也可以停止该进程。"
    ),
    "another process is making this graph right now": "另一个程序正在建立这个图库",
    "Try again when it has ended.": "请等它完成后再试。",
    "there is no graph here yet": "这里还没有图库",
    "Make one with: policygraph build DIR --store {}": (
        "请先录入计划：在“录入计划”页上传，或由管理员执行 policygraph build 目录 --store {}"
    ),
    "the graph could not be written ({})": "图库无法写入（{}）",
    "What was written before stands. Check free space and permissions, then run this again.": (
        "此前写入的内容仍然有效。请管理员检查磁盘空间和文件权限，然后重做一次。"
    ),
    "the file cannot be opened ({})": "文件无法打开（{}）",
    "Check its permissions.": "请检查文件权限。",
    "this is not a graph that can be opened ({})": "这不是可以打开的图库文件（{}）",
    "Name another file, or move this one away and build again.": "请另选一个文件，或移走这个文件后重新建库。",
    "the graph cannot be read ({})": "图库无法读取（{}）",
    "the engine failed ({})": "查询引擎出错（{}）",
    "the embedded engine cannot be loaded ({})": "内置图库引擎无法载入（{}）",
    "In a program that also loads torch, import graph before torch.": (
        "同时载入 torch 的程序，请先 import graph，再 import torch。"
    ),
    # Neo4j
    "the connection broke before the server answered: this may have been written, whole, or not at all": (
        "服务器答复之前连接中断：这次改动可能已全部写入，也可能没有写入"
    ),
    "Look at what is there, then do it again if it is not.": "请先查看是否已经写入，没有写入的再做一次。",
    "the server refused this user name or password": "服务器拒绝了用户名或密码",
    "Set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD.": (
        "请管理员设置 POLICYGRAPH_STORE_USER 和 POLICYGRAPH_STORE_PASSWORD。"
    ),
    "the server has too little memory for a transaction of this size; nothing was written": (
        "服务器内存不足，容不下这样大的一次写入；什么也没有写入"
    ),
    "Raise server.memory.heap.max_size (and dbms.memory.transaction.total.max, where it is set).": (
        "请管理员调大 server.memory.heap.max_size（设有 dbms.memory.transaction.total.max 的也要调大）。"
    ),
    "the server has no database {!r}": "服务器上没有数据库{!r}",
    "Set POLICYGRAPH_STORE_DATABASE.": "请管理员设置 POLICYGRAPH_STORE_DATABASE。",
    "the Neo4j server does not answer": "Neo4j 服务器没有应答",
    "Start it, or check host and port. ({})": "请管理员启动服务器，或检查主机和端口。（{}）",
    "the Neo4j server failed ({})": "Neo4j 服务器出错（{}）",
    # Queries
    "the statement ran past {} s": "查询超过了 {} 秒",
    "one row of the answer has {} bytes; an answer may have {}": "结果中的一行有 {} 字节，整个结果最多 {} 字节",
    "Return less in a row: single properties, or a part of the list.": (
        "请让每行返回得少一些：只取个别属性，或只取列表的一部分。"
    ),
    "Return less, or set a LIMIT.": "请少返回一些，或加上 LIMIT。",
    "the statement needs more than {} MB of memory": "查询需要的内存超过 {} MB",
    "Match less at a time, or collect less; the setting is cypher_memory_mb.": (
        "请一次少匹配、少汇集一些；上限由设置 cypher_memory_mb 规定。"
    ),
    "the statement needs more memory than the server allows": "查询需要的内存超过服务器的上限",
    "Match or collect less at a time.": "请一次少匹配或少汇集一些。",
    # Copying
    "source and target are the same store": "源图库和目标图库是同一个",
    "Name two stores.": "请写两个不同的图库。",
    "there is nothing to copy: the graph is empty": "没有可复制的内容：图库是空的",
    "the target holds a graph already": "目标图库里已有内容",
    "Name an empty store, or replace it with --replace.": "请另选一个空的图库，或用 --replace 替换原有内容。",
    "the graph changed while it was copied": "复制期间图库有改动",
    "Run this again.": "请重做一次。",
    "the copy differs from the graph ({:text})": "复制的结果与原图库不一致（{:text}）",
    "in values": "取值不同",
    # Notebooks
    "py2neo is not installed": "没有安装 py2neo",
    "Install it with: pip install 'policygraph[analysts]'": "安装：pip install 'policygraph[analysts]'",
}
