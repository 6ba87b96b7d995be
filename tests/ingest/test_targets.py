"""Figures: indicator, comparator, value, unit, due date; masked figures are never numbers."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import read_directory, read_plan
from ingest.targets import Figure, figures
from tests.conftest import SAMPLE

QUICK = settings(max_examples=100, deadline=None)
COMPARATORS = {"=", ">=", "<=", "~", "range", "increase", "decrease", "all", "zero"}
CLAUSES = st.lists(
    st.sampled_from(
        ["修渠", "普及率", "达到", "不低于", "增长", "下降", "控制在", "约", "年底前", "第", "年", "12", "1,200", "3.5", "xx", "**", "××",
         "×.×", "-", "至", "个", "%", "％", "万元", "万", "公里", "以上", "以内", "左右", "，", " ", "“", "0", "６"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


def one(clause: str) -> Figure:
    found = figures(clause)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("clause", "comparator"),
    [
        ("改造老旧水厂12座", "="),
        ("改造老旧水厂完成12座", "="),
        ("改造老旧水厂12座以上", ">="),
        ("改造老旧水厂不少于12座", ">="),
        ("改造老旧水厂超过12座", ">="),
        ("改造老旧水厂≥12座", ">="),
        ("停产水厂不超过12座", "<="),
        ("停产水厂控制在12座以内", "<="),
        ("停产水厂低于12座", "<="),
        ("停产水厂<12座", "<="),
        ("改造老旧水厂12座左右", "~"),
        ("改造老旧水厂约12座", "~"),
        ("改造老旧水厂12-15座", "range"),
        ("改造老旧水厂12至15座", "range"),
        ("供水收入增长12%", "increase"),
        ("供水收入提高12%以上", "increase"),
        ("管网漏损下降12%", "decrease"),
        ("管网漏损降低12%", "decrease"),
    ],
)
def test_a_figure_is_compared_as_its_words_say(clause: str, comparator: str) -> None:
    assert one(clause).comparator == comparator
    assert one(clause).value == 12


@pytest.mark.parametrize(
    ("clause", "value", "unit"),
    [
        ("铺设管网40公里", 40, "公里"),
        ("铺设管网40.5公里", 40.5, "公里"),
        ("铺设管网1,200公里", 1200, "公里"),
        ("投入资金3亿元", 3, "亿元"),
        ("投入资金3万亿元", 3, "万亿元"),
        ("普及率达到92%", 92, "%"),
        ("普及率达到92％", 92, "%"),
        ("普及率提高3个百分点", 3, "个百分点"),
        ("审批压缩到5个工作日", 5, "个工作日"),
        ("清淤6万立方米", 6, "万立方米"),
        ("修缮房屋7万套（间）", 7, "万套（间）"),
        ("恢复湿地2 万亩", 2, "万亩"),
        ("供水人口9万以上", 9, "万"),
    ],
)
def test_a_figure_has_its_value_and_the_longest_unit(clause: str, value: float, unit: str) -> None:
    assert (one(clause).value, one(clause).unit) == (value, unit)


@pytest.mark.parametrize("mask", ["x", "xx", "XX", "**", "＊＊", "××", "xx.x"])
def test_a_masked_figure_is_no_number(mask: str) -> None:
    figure = one(f"改造老旧水厂{mask}座")
    assert figure.masked
    assert figure.value is None
    assert figure.unit == "座"


def test_a_range_that_starts_masked_is_no_number() -> None:
    figure = one("改造老旧水厂xx-15座")
    assert (figure.comparator, figure.value, figure.masked) == ("range", None, True)


@pytest.mark.parametrize(
    ("clause", "indicator"),
    [
        ("农村自来水普及率达到92%", "农村自来水普及率"),
        ("全市改造农村供水工程60处", "改造农村供水工程"),
        ("改造12座老旧水厂", "改造老旧水厂"),
        ("铺设管网，再添置蓄水池3座", "添置蓄水池"),
        ("（全市）漏损率控制在9%", "漏损率"),
        ("达到92%", ""),
    ],
)
def test_the_indicator_is_what_is_counted(clause: str, indicator: str) -> None:
    assert one(clause).indicator == indicator


def test_a_long_indicator_keeps_its_last_words() -> None:
    figure = one("沿江沿湖各个乡镇和街道的" * 3 + "所有农村集中式饮用水水源地保护区达到12处")
    assert len(figure.indicator) == 40
    assert figure.indicator.endswith("水源地保护区")


@pytest.mark.parametrize(
    ("clause", "indicator"),
    [
        ("年底乡镇以上集中式饮用水水源地水质达标率达到95%", "乡镇以上集中式饮用水水源地水质达标率"),
        ("自来水普及率比上年底提高3个百分点", "自来水普及率"),
        ("自来水普及率较2029年提高3个百分点", "自来水普及率"),
        ("2030年我省完成水利投资90亿元", "完成水利投资"),
        ("全省80%以上的乡镇通自来水", "乡镇通自来水"),
    ],
)
def test_the_indicator_is_free_of_dates_and_comparisons(clause: str, indicator: str) -> None:
    assert one(clause).indicator == indicator


def test_aspects_are_no_figure() -> None:
    assert figures("重点抓好5个方面工作，把住3个环节") == []


@pytest.mark.parametrize(
    ("clause", "due"),
    [
        ("年底前改造水厂12座", "年底前"),
        ("到2031年底前改造水厂12座", "到2031年底前"),
        ("6月底前改造水厂12座", "6月底前"),
        ("xx月底前改造水厂12座", "xx月底前"),
        ("9月30日前改造水厂12座", "9月30日前"),
        ("汛期前改造水厂12座", "汛期前"),
        ("全年改造水厂12座", "全年"),
        ("改造水厂12座", ""),
    ],
)
def test_the_due_date_is_kept_as_printed(clause: str, due: str) -> None:
    assert [figure.due for figure in figures(clause)] == [due]


@pytest.mark.parametrize(
    "clause",
    [
        "",
        "修好水渠",
        "落实水务2030年安排",
        "召开第3次会议",
        "惠及农户5万",
        "推广“1个模式”",
        "12",
        "水厂改造若干座",
    ],
)
def test_a_number_that_promises_nothing_is_no_figure(clause: str) -> None:
    assert figures(clause) == []


def test_all_figures_of_a_clause_are_read_in_order() -> None:
    found = figures("新建供水工程60处、改造水厂12座，普及率达到90%以上")
    assert [(f.value, f.unit, f.comparator) for f in found] == [
        (60, "处", "="),
        (12, "座", "="),
        (90, "%", ">="),
    ]


def test_a_figure_is_a_span_of_its_clause() -> None:
    clause = "普及率达到90%以上，漏损率下降3个百分点"
    assert [clause[f.start : f.end] for f in figures(clause)] == ["90%以上", "3个百分点"]


@QUICK
@given(CLAUSES | st.text())
def test_a_figure_of_any_clause_is_masked_or_has_a_value(clause: str) -> None:
    for figure in figures(clause):
        assert (figure.value is None) == figure.masked
        assert figure.comparator in COMPARATORS
        assert figure.unit


@QUICK
@given(CLAUSES | st.text())
def test_figures_of_any_clause_are_in_order_and_do_not_overlap(clause: str) -> None:
    found = figures(clause)
    assert all(0 <= f.start < f.end <= len(clause) for f in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


@QUICK
@given(st.integers(0, 10**9), st.sampled_from(["座", "处", "公里", "%", "万元", "亿元", "个百分点"]))
def test_any_number_with_a_unit_is_read_back(number: int, unit: str) -> None:
    for printed in (str(number), f"{number:,}", f"{number}.5"):
        figure = one(f"水务指标达到{printed}{unit}")
        assert (figure.value, figure.unit) == (float(printed.replace(",", "")), unit)


@pytest.mark.parametrize("character", ["1", "*", "x", "1,", "（"])
def test_a_long_row_of_one_character_is_no_figure(character: str) -> None:
    assert figures(character * 20_000) == []


def test_a_figure_may_follow_the_year() -> None:
    figure = one("2030年1200套保障房开工")
    assert (figure.value, figure.unit) == (1200, "套")


def test_a_range_may_repeat_its_unit() -> None:
    figure = one("普及率达到10%-15%")
    assert (figure.comparator, figure.value, figure.indicator) == ("range", 10, "普及率")


def test_months_are_a_time_and_no_count() -> None:
    assert figures("3个月内完成验收") == []


def test_new_belongs_to_the_indicator() -> None:
    assert one("新建农村供水工程60处").indicator == "新建农村供水工程"


def test_a_range_that_ends_masked_is_no_number() -> None:
    figure = one("修渠10-xx公里")
    assert (figure.comparator, figure.value, figure.masked) == ("range", None, True)


def test_a_number_too_long_to_be_one_is_none() -> None:
    assert figures("9" * 400 + "个") == []


@pytest.mark.parametrize(
    ("clause", "comparator", "value"),
    [
        ("新建水厂不得少于50个", ">=", 50),
        ("完成投资超100亿元", ">=", 100),
        ("水厂至少50个", ">=", 50),
        ("水厂不得超过50个", "<=", 50),
        ("新增水表1，200个", "=", 1200),
        ("改造1200余户", ">=", 1200),
        ("改造1200多个水厂", ">=", 1200),
        ("近300个水厂完成改造", "~", 300),
    ],
)
def test_words_of_degree_and_full_width_commas_are_read(clause: str, comparator: str, value: float) -> None:
    assert (one(clause).comparator, one(clause).value) == (comparator, value)


def test_from_one_figure_to_another_is_the_second() -> None:
    figure = one("普及率由80%提高到95%")
    assert (figure.indicator, figure.comparator, figure.value) == ("普及率", "=", 95)


@pytest.mark.parametrize(
    ("clause", "indicator", "comparator", "value", "unit"),
    [
        ("候船时间缩短到18个月以内", "候船时间", "<=", 18, "个月"),
        ("重大隐患1小时内处置到位", "重大隐患处置到位", "<=", 1, "小时"),
        ("完成居民签约12户", "完成居民签约", "=", 12, "户"),
        ("水质合格率保持在98%以上", "水质合格率", ">=", 98, "%"),
        ("5月底前更换水表2.8万户", "更换水表", "=", 2.8, "万户"),
        ("组织防汛演练各1次", "组织防汛演练", "=", 1, "次"),
        ("配备破冰船1艘", "配备破冰船", "=", 1, "艘"),
    ],
)
def test_a_figure_is_read_with_the_words_around_it(
    clause: str, indicator: str, comparator: str, value: float, unit: str
) -> None:
    figure = one(clause)
    assert (figure.indicator, figure.comparator, figure.value, figure.unit) == (
        indicator,
        comparator,
        value,
        unit,
    )


def test_a_distance_that_bounds_an_area_is_no_figure() -> None:
    assert [f.value for f in figures("码头800米范围内新建泵站占比不低于60%")] == [60]


def test_the_figures_of_two_sample_plans_agree_with_those_read_by_a_person() -> None:
    lines = (Path(__file__).parent / "targets.tsv").read_text("utf-8").splitlines()
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    sources = {source.plan_id: source for source in read_directory(SAMPLE)}
    found = []
    for plan in ("x-hewan-2025", "x-langang-2025"):
        document = read_plan(sources[plan])
        planned = {m.id for m in document.measures if m.kind == "planned"}
        for t in document.targets:
            if t.measure in planned:
                value = "masked" if t.masked else "" if t.value is None else f"{t.value:g}"
                found.append([t.measure, value, t.unit, t.comparator, t.indicator])
    figures_of_both = Counter(tuple(t[:4]) for t in found) & Counter(tuple(t[:4]) for t in table)
    right = figures_of_both.total()
    assert right >= 0.95 * len(found), "precision"
    assert right >= 0.95 * len(table), "recall"
    assert sum(t[1] == "masked" for t in found) == sum(t[1] == "masked" for t in table)
    indicators = Counter(tuple(t) for t in found) & Counter(tuple(t) for t in table)
    assert indicators.total() >= 0.9 * len(table), "indicators"


@pytest.mark.parametrize(
    ("clause", "comparator", "value", "unit", "indicator"),
    [
        ("农村水厂年底前全部完成改造", "all", None, "", "农村水厂年底前"),
        ("全部消除城区内涝点", "all", None, "", "消除城区内涝点"),
        ("城区易涝点动态清零", "zero", 0, "", "城区易涝点"),
        ("全年至少建成水厂12座", ">=", 12, "座", "至少建成水厂"),
        ("防水工程保修期不少于5年", ">=", 5, "年", "防水工程保修期"),
        ("新建三座水厂", "=", 3, "座", "新建水厂"),
        ("供水审批再提速30%左右", "increase", 30, "%", "供水审批再提速"),
        ("办理时间压缩20%", "decrease", 20, "%", "办理时间"),
    ],
)
def test_promises_in_words_and_of_time(
    clause: str, comparator: str, value: float | None, unit: str, indicator: str
) -> None:
    found = one(clause)
    assert (found.comparator, found.value, found.unit, found.masked) == (comparator, value, unit, False)
    assert found.indicator in indicator or indicator in found.indicator


@pytest.mark.parametrize(
    "clause",
    [
        "实施供水三年行动", "落实五项制度", "检查建筑面积大于3万平方米的小区", "加固长于12米的渡槽", "对单跨<12米的桥梁免检",
        "扶持3-5万人的中心镇", "打造15分钟生活圈", "明确3个时间节点", "水厂全部的图纸", "改造2000年建成的水厂", "千家万户受益",
    ],
)  # fmt: skip
def test_what_only_names_or_describes_is_no_figure(clause: str) -> None:
    assert figures(clause) == []


def test_a_figure_knows_its_range_base_and_commitment() -> None:
    found = one("力争自来水普及率比上年提高3至5个百分点")
    assert (found.comparator, found.value, found.value_to) == ("increase", 3, 5)
    assert (found.base, found.commitment) == ("上年", "力争")
    masked = one("确保改造水厂xx—xx座")
    assert (masked.comparator, masked.value, masked.value_to, masked.masked) == ("range", None, None, True)
    assert masked.commitment == "确保"


def test_a_place_or_a_bare_verb_counts_what_the_figure_before_it_counts() -> None:
    found = figures("筹集泵站30座，其中甲市12座，竣工20座")
    assert [f.indicator for f in found] == ["筹集泵站", "筹集泵站（甲市）", "竣工泵站"]
