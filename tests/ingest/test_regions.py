"""Codes of GB/T 2260, slugs, and names."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import LEVELS, NATION, Level
from ingest.regions import NAMES, find, level_of, name_of, parent_of, table, valid_id

QUICK = settings(max_examples=100, deadline=None)


def test_the_nation_and_its_34_regions_have_names() -> None:
    assert len(NAMES) == 35
    assert len(set(NAMES.values())) == 35


@pytest.mark.parametrize("region", [*NAMES, "210200", "210211", "x-lan", "x-2", "x-lan-west"])
def test_codes_and_slugs_are_ids(region: str) -> None:
    assert valid_id(region)


@pytest.mark.parametrize(
    "region", ["", "990000", "100000", "21", "2100000", "21000a", "lan", "x-", "x-Lan", "x-岚", "x-lan-", "x_lan", " x-lan", "x-lan\n", "２１００００"]
)  # fmt: skip
def test_anything_else_is_no_id(region: str) -> None:
    assert not valid_id(region)


@pytest.mark.parametrize(
    ("region", "level"),
    [
        ("000000", "national"),
        ("110000", "municipality"),
        ("150000", "autonomous_region"),
        ("210000", "province"),
        ("210200", "city"),
        ("210211", "county"),
        ("x-lan", None),
    ],
)
def test_a_code_tells_its_level(region: str, level: Level | None) -> None:
    assert level_of(region) == level


@pytest.mark.parametrize(
    ("region", "parent"),
    [("000000", None), ("210000", "000000"), ("210200", "210000"), ("210211", "210200"), ("x-lan", None)],
)
def test_a_code_tells_its_parent(region: str, parent: str | None) -> None:
    assert parent_of(region) == parent


@pytest.mark.parametrize(("code", "name"), NAMES.items(), ids=NAMES)
def test_every_name_is_found(code: str, name: str) -> None:
    assert find(f"印发{name}水务工作要点") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("内蒙古水务", "150000"),
        ("广西水务", "450000"),
        ("宁夏水务", "640000"),
        ("新疆水务", "650000"),
        ("北京水务", "110000"),
        ("辽宁水务", "210000"),
        ("香港水务", "810000"),
    ],
)
def test_a_short_name_is_found(text: str, code: str) -> None:
    assert find(text) == code


def test_the_region_that_is_named_first_is_found() -> None:
    assert find("吉林学习辽宁的办法") == "220000"
    assert find("辽宁落实全国部署") == "210000"


@pytest.mark.parametrize("text", ["", "岚市水务", "水务工作要点"])
def test_a_text_without_a_region_has_none(text: str) -> None:
    assert find(text) is None


@QUICK
@given(st.sampled_from([code for code in NAMES if code != NATION]), st.integers(1, 9999))
def test_every_code_below_a_province_leads_up_to_the_nation(province: str, rest: int) -> None:
    region: str | None = f"{province[:2]}{rest:04}"
    way = []
    while region is not None:
        assert valid_id(region)
        way.append(level_of(region))
        region = parent_of(region)
    assert way[-1] == "national"
    assert len(way) <= 4


@QUICK
@given(st.text(max_size=12) | st.text("0123456789x-", max_size=8))
def test_any_id_has_a_known_level_or_is_a_slug(region: str) -> None:
    assert level_of(region) in {*LEVELS, None}
    if valid_id(region):
        assert (level_of(region) is None) == region.startswith("x-")


@QUICK
@given(st.text())
def test_any_text_names_a_known_region_or_none(text: str) -> None:
    assert find(text) in {*NAMES, None}


def test_only_the_nation_starts_with_two_zeros() -> None:
    assert valid_id("000000")
    assert not valid_id("000001")
    assert not valid_id("001100")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大连市2030年水务工作要点", "210200"),
        ("辽宁省大连市水务工作要点", "210200"),
        ("辽宁省大连市甘井子区水务工作要点", "210211"),
        ("上海市黄浦区水务工作要点", "310101"),
        ("仙桃市水务工作要点", "429004"),
        ("内蒙古自治区呼伦贝尔市水务工作要点", "150700"),
        ("鼓楼区水务工作要点", None),
        ("辽宁省岚县水务工作要点", None),
        ("北京市住房和城乡建设委员会工作要点", "110000"),
        ("重庆市城市管理局工作要点", "500000"),
    ],
)
def test_cities_and_counties_are_found(text: str, code: str | None) -> None:
    assert find(text) == code


def test_a_code_has_a_name_and_a_parent_of_the_table() -> None:
    assert (name_of("210211"), parent_of("210211")) == ("甘井子区", "210200")
    assert (name_of("429004"), parent_of("429004")) == ("仙桃市", "420000")
    assert (name_of("310115"), parent_of("310115")) == ("浦东新区", "310000")
    assert name_of("x-lan") is None


@pytest.mark.parametrize("level", ["city", "county"])
def test_every_region_of_the_table_leads_up_to_the_nation(level: str) -> None:
    codes = [code for code in table() if level_of(code) == level]
    assert len(codes) > 300
    for code in codes:
        parent = parent_of(code)
        assert parent is not None
        assert parent in table()
        assert parent != code
