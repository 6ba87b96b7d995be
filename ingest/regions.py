"""Regions: the codes of GB/T 2260 (administrative division codes), and what names tell.

The province-level codes stand here, Taiwan, Hong Kong and Macao included; those below in ``data/gbt2260.tsv``, with
their source.
"""

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Final

from graph.model import LEVELS, NATION, Level

_AUTONOMOUS: Final = {
    "150000": "内蒙古自治区",
    "450000": "广西壮族自治区",
    "540000": "西藏自治区",
    "640000": "宁夏回族自治区",
    "650000": "新疆维吾尔自治区",
}
_MUNICIPALITIES: Final = {"110000": "北京市", "120000": "天津市", "310000": "上海市", "500000": "重庆市"}
_PROVINCES: Final = {
    "130000": "河北省",
    "140000": "山西省",
    "210000": "辽宁省",
    "220000": "吉林省",
    "230000": "黑龙江省",
    "320000": "江苏省",
    "330000": "浙江省",
    "340000": "安徽省",
    "350000": "福建省",
    "360000": "江西省",
    "370000": "山东省",
    "410000": "河南省",
    "420000": "湖北省",
    "430000": "湖南省",
    "440000": "广东省",
    "460000": "海南省",
    "510000": "四川省",
    "520000": "贵州省",
    "530000": "云南省",
    "610000": "陕西省",
    "620000": "甘肃省",
    "630000": "青海省",
    "710000": "台湾省",
    "810000": "香港特别行政区",
    "820000": "澳门特别行政区",
}
NAMES: Final[dict[str, str]] = {NATION: "全国"} | _AUTONOMOUS | _MUNICIPALITIES | _PROVINCES
_SLUG: Final = re.compile(r"x-[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACE_END: Final = re.compile(
    r"(?!城市|城区|县域|县城|区域|全|各)[\u4e00-\u9fff]{0,4}?(?:市|州|盟|县|地区|新区|区|旗)"
)
_PLACE: Final = re.compile(r"[\u4e00-\u9fff]{2,7}?(?:市|州|盟|县|地区|新区|旗)")
_CODE: Final = re.compile(r"\d{6}")


@cache
def table() -> dict[str, str]:
    """Names by code, of all regions at and above county level, the nation's first."""
    lines = files("ingest").joinpath("data", "gbt2260.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return NAMES | {code: name for code, name in rows if code not in NAMES}


def name_of(code: str) -> str | None:
    """The name of a code; None for a slug, or where the table does not have it."""
    return table().get(code)


def valid_id(region: str) -> bool:
    """Whether ``region`` is a GB/T 2260 code of a province that exists, or a slug such as ``x-city``.

    Codes below a province change every year, so one that the table lacks is valid too.
    """
    if _CODE.fullmatch(region):
        return region == NATION or f"{region[:2]}0000" in NAMES.keys() - {NATION}
    return _SLUG.fullmatch(region) is not None


def level_of(region: str) -> Level | None:
    """The level that a code implies; None for a slug."""
    if not _CODE.fullmatch(region):
        return None
    if region == NATION:
        return "national"
    if region in _AUTONOMOUS:
        return "autonomous_region"
    if region in _MUNICIPALITIES:
        return "municipality"
    if region in NAMES:
        return "province"
    return "city" if region.endswith("00") else "county"


def parent_of(region: str) -> str | None:
    """The region above a code; None for the nation and for slugs.

    A county that no prefecture governs (those of the municipalities, and 仙桃市, 石河子市 …) stands under its province.
    """
    if not _CODE.fullmatch(region) or region == NATION:
        return None
    if region in NAMES:
        return NATION
    prefecture = f"{region[:4]}00"
    return prefecture if prefecture != region and prefecture in table() else f"{region[:2]}0000"


def find(text: str) -> str | None:
    """The code of the region that ``text`` opens with, or of the one province that it names in full; else None.

    A county is found after its province or city (上海市浦东新区), or alone where its name is the only one of its kind.
    A text that opens with a place that is not known is that place's, whatever else it names.
    """
    if (opening := _opening(text)) is not None:
        code, rest = opening
        return None if place_follows(rest) else code
    if names_a_place(text):
        return None
    named = [(text.find(name), code) for code, name in NAMES.items() if name in text]
    return min(named)[1] if named else None


def above(text: str) -> tuple[str, str] | None:
    """The code of the region that ``text`` opens with before it names a place that is not known, and the text from there.

    None where it names no such place, or nothing but the nation stands before it.
    """
    opening = _opening(text)
    return opening if opening is not None and opening[0] != NATION and place_follows(opening[1]) else None


def place_follows(rest: str) -> bool:
    """Whether ``rest``, what stands behind the name of a region, opens with a city, prefecture or county of its own."""
    return _PLACE_END.match(rest) is not None


def _opening(text: str) -> tuple[str, str] | None:
    """The code of the lowest region that ``text`` opens with, and what stands behind its name."""
    for name, code in _openings():
        if text.startswith(name):
            return _within(code, text[len(name) :])
    return None


def _within(code: str, rest: str) -> tuple[str, str]:
    """``code``, or the lowest region under it that ``rest`` opens with; and what stands behind that."""
    prefix = code.rstrip("0") if code != NATION else "-"
    prefix = prefix + "0" * (len(prefix) % 2)
    for below, name in table().items():
        if below != code and below.startswith(prefix) and rest.startswith(name):
            return _within(below, rest[len(name) :])
    return code, rest


@cache
def _openings() -> tuple[tuple[str, str], ...]:
    """Names that a text may open with, longest first: of provinces also the short ones, of counties the unique ones."""
    times = Counter(table().values())
    names = {name: code for code, name in table().items() if code in NAMES or code.endswith("00")}
    names |= {name: code for code, name in table().items() if times[name] == 1 and len(name) > 2}
    names |= {_short(name): code for code, name in NAMES.items() if code != NATION}
    return tuple(sorted(names.items(), key=lambda item: -len(item[0])))


def names_a_place(text: str) -> bool:
    """Whether ``text`` opens with a city, prefecture or county that is none of the regions known here."""
    place = _PLACE.match(text)
    if place is None:
        return False
    return not any(0 <= text.find(name) < len(place[0]) for name in NAMES.values())


def _short(name: str) -> str:
    return re.sub(r"(?:壮族|回族|维吾尔)?(?:自治区|特别行政区|省|市)$", "", name)


__all__ = [
    "LEVELS",
    "NAMES",
    "above",
    "find",
    "level_of",
    "name_of",
    "parent_of",
    "place_follows",
    "valid_id",
]
