"""Paragraphs to sentences, sentences to clauses that each commit to one piece of work.

All functions return ``(start, end)`` spans in the string that they are given; no character is changed.
"""

import re
from collections import Counter
from itertools import accumulate
from typing import Final

Span = tuple[int, int]

_OPEN: Final = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》", "「": "」", "『": "』", "【": "】"}
_PAIRED: Final = re.compile("[" + re.escape("".join((*_OPEN, *_OPEN.values()))) + "]")
_STOPS: Final = "。！？；!?;"
_STOP: Final = re.compile(f"[{re.escape(_STOPS)}]")
_TRIM: Final = "。！？；，、：!?;,: 　"

# Words that open a clause of its own: adverbs of manner that policy prose puts before a verb, and verbs of work.
_ADVERBS: Final = (
    "积极|大力|深入|持续|全面|扎实|稳步|进一步|着力|严格|继续|加快|有序|切实|努力|统筹|逐步|因地制宜|稳妥|认真|"
    "坚决|不断|常态化|依法|分类|重点|科学|充分|有效|精准|妥善|牢牢|从严|尽快|抓紧|毫不动摇|率先|主动|同步|探索|适时|驰而不息"
)
_VERBS: Final = (
    "推进|推动|推广|推行|完善|建立|健全|开展|实施|加强|强化|提升|提高|落实|发展|建设|打造|培育|规范|整治|化解|改造|"
    "新建|新开工|新增|建成|完成|制定|制订|出台|修订|编制|研究|组织|优化|深化|扩大|促进|做好|做强|做大|做优|抓好|抓实|"
    "引导|创建|保障|保持|确保|启动|筹集|发放|申报|争取|指导|督促|压实|守牢|守住|消除|防范|治理|排查|开工|力争|构建|"
    "搭建|用好|用足|发挥|增加|增强|改善|树立|巩固|拓展|打好|办好|把|支持|鼓励|培养|建好|管好|营造|弘扬|严肃|严厉|"
    "严禁|严守|严把|盘活|稳定|稳住|恢复|修复|保护|传承|挖掘|整合|清理|清退|取缔|淘汰|推介|举办|承办|签订|设立|"
    "组建|成立|明确|细化|补齐|补足|打通|畅通|缩短|压缩|压减|简化|取消|下放|承接|评选|选树|评定|命名|授予|公布|发布|"
    "实行|实现|执行|贯彻|学习|坚持|维护|履行|接受|配合|协调|联合|会同|引进|引入|吸引|激发|激活|释放|带动|服务|"
    "解决|破解|回应|办理|受理|纠正|查处|打击|惩治|监测|评估|评价|考核|监督|检查|巡查|督导|督办|通报|整改|应用|使用|"
    "运用|采用|更新|升级|替换|加装|配建|配套|建造|修建|修缮|加固|迁移|拆除|腾退|回迁|交付|分配|供应|提供|满足|覆盖|"
    "纳入|衔接|对接|融合|凝聚|团结|壮大|扶持|奖励|激励|约束|落细|抓住|抓手|筑牢|织密|绘制|起草|协助|参与|创新|试行|试点"
)
_STARTS: Final = re.compile(
    rf"(?:各[^，]{{1,8}}要|要|并|还要|同时|再|今年(?:在[^，]{{1,8}}?)?|年内|全年|年底前)?(?:{_ADVERBS}|{_VERBS})"
)
_WORK: Final = re.compile(rf"(?:{_ADVERBS})?(?:{_VERBS})(?<!把)")
_LEADS: Final = re.compile(
    r"(?:以|围绕|按照|按|结合|针对|根据|通过|依托|聚焦|为|在|对(?!接|标)|立足|坚持|本着|遵循|紧扣|瞄准|着眼|面向|"
    r"贯彻(?!落实)|适应|顺应|锚定|抢抓|利用|借助|随着|经|从|自|到|力争到|至)"
)
# 在…城市全面开展体检 is work at a place; 在建设过程中, 在此基础上 only lead in.
_WORK_AT: Final = re.compile(
    rf"在[^，]{{1,12}}?(?:{_ADVERBS})?(?:{_VERBS})[^，]{{2,}}(?<![上中下内里时后前])$"
)
_MIN_CLAUSE: Final = 6
_RESULTS: Final = re.compile(
    r"(?:实现|确保|促进|带动|提升|增强|营造|形成|达到|保障|满足)[^，]{0,14}(?:$|。|；)"
)


def sentences(text: str) -> list[Span]:
    """Split at 。！？； outside quotation marks and brackets; spans include the closing stop."""
    depth = _depths(text)
    spans: list[Span] = []
    start = 0
    for found in _STOP.finditer(text):
        index = found.start()
        if depth[index] == 0:
            if trim(text, start, index + 1) is not None:
                spans.append((start, index + 1))
            start = index + 1
    if trim(text, start, len(text)) is not None:
        spans.append((start, len(text)))
    return spans


def clauses(text: str, start: int, end: int) -> list[Span]:
    """Split one sentence at those commas after which a new commitment starts.

    A clause that only leads in (以…为…, 按照…) stays with what follows, one that names no work of its own with
    what precedes it. Spans come without surrounding punctuation.
    """
    depth = _depths(text[start:end])
    cuts = [i for i in range(start, end) if text[i] in "，," and depth[i - start] == 0]
    pieces = list(zip([start, *(c + 1 for c in cuts)], [*cuts, end], strict=True))
    merged: list[Span] = []
    leading = False
    for left, right in pieces:
        piece = text[left:right].strip()
        joins = (
            leading or not _STARTS.match(piece) or len(piece) < _MIN_CLAUSE or bool(_RESULTS.fullmatch(piece))
        )
        if merged and (joins or merged[-1][1] - merged[-1][0] < _MIN_CLAUSE):
            merged[-1] = (merged[-1][0], right)
        else:
            merged.append((left, right))
        leading = _leads(text[merged[-1][0] : right])
    return [span for left, right in merged if (span := trim(text, left, right)) is not None]


def opens_with_work(text: str) -> bool:
    """Whether ``text`` starts with a verb of work, an adverb of manner before it or not: 持续推进…, 加强…."""
    return bool(_WORK.match(text))


def _leads(text: str) -> bool:
    """Whether ``text`` only leads in to the work that is named after it."""
    words = text.strip(_TRIM)
    return bool(_LEADS.match(words)) and "，" not in words and not _WORK_AT.match(words)


def trim(text: str, start: int, end: int) -> Span | None:
    """The span without surrounding punctuation and spaces; None where nothing else is left."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return (start, end) if start < end else None


def _depths(text: str) -> list[int]:
    """How many quotation marks and brackets are open at each character; an unclosed one counts as none."""
    change = [0] * (len(text) + 1)
    stack: list[tuple[int, str]] = []
    awaited: Counter[str] = Counter()
    for found in _PAIRED.finditer(text):
        index, character = found.start(), found[0]
        if character in _OPEN:
            stack.append((index, _OPEN[character]))
            awaited[_OPEN[character]] += 1
        elif awaited[character]:
            opened, closing = stack.pop()
            awaited[closing] -= 1
            while closing != character:
                opened, closing = stack.pop()
                awaited[closing] -= 1
            change[opened] += 1
            change[index + 1] -= 1
    return list(accumulate(change[:-1]))
