"""Why a file cannot be read, and what a person should look at, in both languages."""

import re
from typing import Final

from graph.errors import InputError
from ingest.readers import SUFFIXES
from policygraph.intake.models import Trouble, TroubleKind, Words

_TEXTS: Final[dict[TroubleKind, tuple[Words, Words]]] = {
    "name": (
        Words(zh="文件名不能使用", en="The file's name cannot be used"),
        Words(
            zh="请改用普通文件名（不含 / \\ 和控制字符，80 个汉字以内）后重新上传",
            en="Rename it (no / or \\, no control characters, at most 240 bytes) and upload it again",
        ),
    ),
    "twice": (
        Words(zh="这次上传里有两个同名文件", en="Two files of this upload have the same name"),
        Words(zh="请给其中一个改名后重新上传", en="Rename one of them and upload it again"),
    ),
    "format": (
        Words(zh="不支持这种文件格式", en="Files of this kind are not read"),
        Words(zh=f"请另存为：{' '.join(SUFFIXES)}", en=f"Save it as one of: {' '.join(SUFFIXES)}"),
    ),
    "empty": (
        Words(zh="文件是空的", en="The file is empty"),
        Words(zh="请检查文件内容后重新上传", en="Check what is in it and upload it again"),
    ),
    "too_large": (
        Words(zh="文件太大", en="The file is too large"),
        Words(zh="请去掉图片另存，或另存为纯文本", en="Save it without pictures, or as plain text"),
    ),
    "locked": (
        Words(zh="文件有密码保护", en="The file is locked by a password"),
        Words(zh="请另存一份不加密的文件", en="Save a copy without the password"),
    ),
    "scan": (
        Words(zh="文件里没有文字，可能是扫描件", en="The file holds no text: it may be a scan"),
        Words(zh="请上传带文字的原件，或先做文字识别", en="Upload the original with its text, or recognise the text first"),
    ),
    "no_plan": (
        Words(zh="没有读到计划开展的工作", en="No planned work was found in it"),
        Words(
            zh="请确认这是工作计划，且标题里有计划部分（如“重点工作”“主要任务”）",
            en="Check that it is a work plan and that its headings name the planned part (重点工作, 主要任务 …)",
        ),
    ),
    "no_office": (
        Words(zh="服务器没有安装 LibreOffice，读不了 .doc 和 .wps", en="LibreOffice is not installed, so .doc and .wps cannot be read"),
        Words(zh="请另存为 .docx 后重新上传", en="Save it as .docx and upload it again"),
    ),
    "encoding": (
        Words(zh="文本编码无法识别，或不是文本文件", en="The text's encoding is not known, or it is no text"),
        Words(zh="请用 UTF-8 或 GB18030 编码另存后重新上传", en="Save it in UTF-8 or GB18030 and upload it again"),
    ),
    "damaged": (
        Words(zh="文件损坏，或与扩展名不符", en="The file is damaged, or is not what its ending says"),
        Words(zh="请重新保存或转换格式后再上传", en="Save or convert it anew and upload it again"),
    ),
}  # fmt: skip
# What readers say, by the words that tell the kinds apart; what none of these is, is damaged.
_KINDS: Final[tuple[tuple[TroubleKind, str], ...]] = (
    ("empty", r"is empty"),
    ("too_large", r"more than \d+|larger than|unpacks to"),
    ("locked", r"password|encrypted"),
    ("scan", r"it is a scan|holds no text"),
    ("no_plan", r"no planned work"),
    ("no_office", r"needs LibreOffice"),
    ("encoding", r"neither UTF-8 nor|binary file|not text"),
)

GUESSED: Final = Words(
    zh="地区和年度是从文中读出的，请核对", en="Region and year were read off the text; check them"
)
REPLACES: Final = Words(
    zh="图库里已有这份计划，内容将被替换；旧内容留作历史版本",
    en="The graph has this plan already; its content is replaced, the old one is kept as a version",
)
SAME: Final = Words(
    zh="图库里已有同一文件，不会改变", en="The graph has this very file already; nothing changes"
)


def nation_only(name: str) -> Words:
    """A city or county of which nobody said what stands above it; ``name`` is the region's."""
    return Words(
        zh=f"{name}没有写明上级地区，只与国家计划关联；要与上级地区的计划关联，请重新上传并填写上级地区",
        en=f"It is not told what stands above {name}: it is linked to the nation's plan only. Upload it again and name the region above",
    )


TWINS: Final = Words(
    zh="这次上传里有两个文件属于同一计划，请更正或去掉一个",
    en="Two files of this upload are the same plan; correct one or leave it out",
)


def trouble(kind: TroubleKind, where: str, detail: str) -> Trouble:
    """A trouble of ``kind`` with a file."""
    message, remedy = _TEXTS[kind]
    return Trouble(kind=kind, message=message, remedy=remedy, where=where, detail=detail)


def trouble_of(error: InputError, where: str) -> Trouble:
    """What an official is told of ``error``."""
    kinds = [kind for kind, pattern in _KINDS if re.search(pattern, error.message)]
    return trouble(kinds[0] if kinds else "damaged", where, error.message)
