"""What :mod:`ingest` says in errors and warnings."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    # Files
    "this is no file name ({})": "这不是文件名（{}）",
    "the file does not exist": "文件不存在",
    "Check its name and folder.": "请检查文件名和所在文件夹。",
    "this is a folder, not a plan": "这是文件夹，不是计划文件",
    "Name a text file.": "请选一个文本文件。",
    "the file cannot be read ({:text})": "文件无法读取（{:text}）",
    "the file is empty": "文件是空的",
    "Put the plan's text into it, or drop it.": "请把计划原文放进文件，或去掉这个文件。",
    "this is a binary file, not text (line {} holds the control character {})": (
        "这是二进制文件，不是文本（第 {} 行有控制字符 {}）"
    ),
    "Save the plan as plain text (UTF-8 or GB18030).": "请把计划另存为纯文本（UTF-8 或 GB18030 编码）。",
    "the bytes of line {} are neither UTF-8 nor GB18030": "第 {} 行既不是 UTF-8 也不是 GB18030 编码",
    "Save the file again as UTF-8.": "请用 UTF-8 编码另存。",
    "no planned work was found in this text": "没有读到计划开展的工作",
    "Check that it is a work plan and that its headings name the planned part (重点工作, 主要任务 …).": (
        "请确认这是工作计划，且标题里有计划部分（如“重点工作”“主要任务”）。"
    ),
    "the file has {} MiB, more than {}": "文件有 {} MiB，超过上限 {} MiB",
    "Save the plan without pictures, or as text.": "请去掉图片另存，或另存为纯文本。",
    "this is no {} file that can be read ({:text})": "这不是可以读取的 {} 文件（{:text}）",
    "it unpacks to {} parts and {} MiB": "解压后有 {} 个部分、{} MiB",
    "{} unpacks to {} MiB": "{} 解压后有 {} MiB",
    "it has no {}": "其中没有 {}",
    "{} is larger than it says": "{} 的实际大小超过其标注",
    "its pages unpack to more than {} MiB": "各页解压后合计超过 {} MiB",
    "word/document.xml has no body": "word/document.xml 没有正文",
    "it has more than {} pages": "超过 {} 页",
    "Open it in the program it was made with and save it again, or save it as text.": (
        "请用原来的软件打开后重新保存，或另存为纯文本。"
    ),
    "this page cannot be read: {:text}": "这个网页无法读取：{:text}",
    "it cannot be parsed ({})": "无法解析（{}）",
    "no article was found in it": "其中没有找到正文",
    "Copy the plan's text into a .txt file.": "请把计划原文复制到 .txt 文件中。",
    "this OFD file holds no text": "这个 OFD 文件里没有文字",
    "It may be a scan; get the plan as Word or text.": "可能是扫描件，请换用 Word 或纯文本。",
    "reading this kind of file needs LibreOffice, which is not installed": (
        "读取这种文件需要 LibreOffice，但没有安装"
    ),
    "Install LibreOffice, or save the file as .docx.": "请另存为 .docx，或请管理员安装 LibreOffice。",
    "LibreOffice cannot read this file ({:text})": "LibreOffice 无法读取这个文件（{:text}）",
    "it took longer than {} s": "超过了 {} 秒",
    "Open it where it was made and save it as .docx.": "请用原来的软件打开，另存为 .docx。",
    "this PDF holds no text: it is a scan": "这个 PDF 没有文字，是扫描件",
    "Run it through character recognition (OCR) first, or get the plan as Word or text.": (
        "请先做文字识别（OCR），或换用 Word 或纯文本。"
    ),
    "this PDF is locked by a password": "这个 PDF 有密码保护",
    "Save a copy without a password.": "请另存一份不加密的文件。",
    "this is no PDF that can be read ({})": "这不是可以读取的 PDF（{}）",
    "Save it again, or save it as text.": "请重新保存，或另存为纯文本。",
    "this PDF has {} pages, more than {}": "这个 PDF 有 {} 页，超过上限 {} 页",
    "Save the part that is the plan.": "请只保存计划部分。",
    "a page of this PDF cannot be read ({})": "这个 PDF 有一页无法读取（{}）",
    # The folder and its plans.toml
    "Name a folder of plans.": "请写存放计划的文件夹。",
    "the folder cannot be read ({:text})": "文件夹无法读取（{:text}）",
    "this is not valid TOML: {}": "这不是有效的 TOML：{}",
    "Mend that line.": "请改正那一行。",
    "unknown key {!r} outside of a plan": "计划之外有未知的项{!r}",
    "Put it under a [[plan]], or remove it.": "请把它放到某个 [[plan]] 之下，或删去。",
    "there is no [[plan]] entry": "没有 [[plan]] 条目",
    "Add one for each file.": "请为每个文件写一条。",
    "{}, plan {}": "{}，第 {:number} 份计划",
    "unknown key {!r}": "未知的项{!r}",
    "Known keys: {}.": "可用的项：{}。",
    "{!r} is missing": "缺少“{:text}”",
    "Add {} = …": "请补填“{0:text}”（plans.toml 中写 {0} = …）。",
    "{!r} must be text": "{!r}必须是文字",
    'Write {} = "…"': '请写成 {} = "…"',
    "{!r} is no year": "{!r}不是年份",
    "Write year = 2023": "请写四位数字的年份，如 2023（plans.toml 中写 year = 2023）。",
    "unknown region {!r}": "未知的地区{!r}",
    "Use a six-digit GB/T 2260 code of an existing province, or a slug that starts with x-.": (
        "请用省份代码有效的六位行政区划代码（GB/T 2260），或以 x- 开头的自定编号。"
    ),
    "level {!r} is none of {}": "层级{!r}不在其中：{}",
    "Set level for this region.": "请选择该地区的层级（plans.toml 中写 level = …）。",
    "{!r} is no date": "{!r}不是日期",
    "Write published = 2023-01-18": "请写成 published = 2023-01-18 的样子。",
    "there is neither plans.toml nor a text file": "既没有 plans.toml，也没有计划文件",
    "Put plans here as {}.": "请把计划放到这里，格式可为：{:choice}。",
    "there is no plans.toml, and the files do not say: {}": "没有 plans.toml，文件里也没有写明：{}",
    "Complete this and save it as {}:": "请补全以下内容，保存为 {}：",
    "two plans have the id {}: {} and {}": "两份计划的编号都是 {}：{} 和 {}",
    "One region has one plan a year: correct region or year of one of them.": (
        "一个地区一年只有一份计划：请改正其中一份的地区或年度。"
    ),
    "region {!r} has the level {!r}": "地区{!r}的层级是“{:text}”",
    "The nation is {}, and only it is national.": "国家的编号是 {}，只有它的层级是国家。",
    "two entries of region {} disagree on its {}: {!r} and {!r}": "地区 {} 有两处{:text}不一致：“{:text}”和“{:text}”",
    "Write the same in both.": "请写成一致。",
    "region {} stands under itself": "地区 {} 的上级最终是它自己",
    "Correct its parent.": "请改正它的上级地区。",
    "parent {!r} is no region of this manifest and no code of GB/T 2260": (
        "上级地区{!r}既不在已有的计划中，也不是行政区划代码（GB/T 2260）"
    ),
    "Add that region's plan, or correct the code.": "请先录入该地区的计划，或改正代码。",
    # Warnings
    "{}: no plans.toml; read off the text: {} ({}), {}": "{}：没有 plans.toml，从文中读出：{}（{}），{} 年",
}
