"""Which measures only the level that wrote them can carry out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reserved import reserved


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("建立中国—中亚水务部长会晤机制", "international"),
        ("深化中俄界河治理合作", "international"),
        ("开展工程师资格国际互认磋商", "international"),
        ("参与联合国水资源议程", "international"),
        ("办好世界河流日活动", "own_event"),
        ("举办第三届中国国际水务博览会", "own_event"),
        ("召开全国河湖管理现场会议", "own_event"),
        ("部机关要带头压减审批时限", "own_office"),
        ("规范部属单位招标采购", "own_office"),
        ("加快修订《河道管理法》", "national_rules"),
        ("制定节水强制性国家标准", "national_rules"),
    ],
)  # fmt: skip
def test_what_is_out_of_reach_below(text: str, reason: str) -> None:
    assert reserved(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "集中美化城镇环境",
        "加强中医药合作",
        "新建农村供水工程1200处",
        "推进地方标准制修订",
        "修订《青岚省河道管理条例》",
        "全部机关食堂实行节水改造",
        "落实国家标准，开展水质检测",
        "组织参加全国技能大赛",
        "各部门协同推进",
        "加强省委机关节水",
        "扩大对外开放",
    ],
)
def test_in_doubt_a_measure_is_everybodys(text: str) -> None:
    assert reserved(text) == ""


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    assert reserved(text) in ("", "international", "own_event", "own_office", "national_rules")
