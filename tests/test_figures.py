"""A local figure beside an upper one: met, missed, a part of it, or not comparable and why."""

from typing import Any

import pytest

from queries.figures import Compared, compared


def figure(
    indicator: str, value: float | None, unit: str = "%", comparator: str = "=", **more: Any
) -> dict[str, Any]:
    text = f"{value}{unit}"
    return {
        "measure": "m", "indicator": indicator, "comparator": comparator, "value": value, "value_to": None, "unit": unit,
        "base": "", "masked": value is None and comparator != "all", "text": text, "measure_text": f"{indicator}{text}",
    } | more  # fmt: skip


def one(upper: dict[str, Any], local: dict[str, Any]) -> Compared:
    (found,) = compared([upper], [local])
    return found


RATE, LEAK, TIME = "农村自来水普及率", "供水管网漏损率", "水利项目审批"


@pytest.mark.parametrize(
    ("upper", "local", "verdict"),
    [
        (figure(RATE, 92, comparator=">="), figure(RATE, 92), "meets"),
        (figure(RATE, 92, comparator=">="), figure(RATE, 90), "below"),
        (figure(RATE, 92), figure(RATE, 95), "meets"),
        (figure(RATE, 92, comparator="~"), figure(RATE, 91, comparator=">="), "below"),
        (figure(RATE, None, "", "all"), figure(RATE, 100), "meets"),
        (figure(RATE, None, "", "all"), figure(RATE, 96), "below"),
        (figure(RATE, 96), figure(RATE, None, "", "all"), "meets"),
        (figure(RATE, None, "", "all"), figure(RATE, None, "", "all"), "meets"),
        (figure(LEAK, 9, comparator="<="), figure(LEAK, 8.5, comparator="<="), "meets"),
        (figure(LEAK, 9, comparator="<="), figure(LEAK, 9.2), "below"),
        (figure(LEAK, 9), figure(LEAK, 8.5), "meets"),
        (figure("漏损治理达标率", 9), figure("漏损治理达标率", 8.5), "below"),
        (figure(TIME, 20, "个工作日"), figure(TIME, 18, "个工作日", "<="), "meets"),
        (figure(TIME, 20, "个工作日"), figure(TIME, 25, "个工作日"), "below"),
        (figure("设施保修期", 5, "年"), figure("设施保修期", 5, "年"), "meets"),
        (figure("总产值", 5, comparator="increase"), figure("总产值", 6, comparator="increase"), "meets"),
        (figure("用水量", 5, comparator="decrease"), figure("用水量", 4, comparator="decrease"), "below"),
        (figure(RATE, 80, value_to=90, comparator="range"), figure(RATE, 85), "meets"),
        (figure(RATE, 80, value_to=90, comparator="range"), figure(RATE, 79), "below"),
        (figure(LEAK, 9, comparator="<="), figure(LEAK, 8, value_to=10, comparator="range"), "below"),
        (figure("积水点", 0, "", "zero"), figure("积水点", 0, "", "zero"), "meets"),
        (figure("积水点", 0, "", "zero"), figure("积水点", 3, "处"), "below"),
        (figure("水质示范点", 1, "处", measure_text="每个县至少建成1处"),
         figure("水质示范点", 2, "处", measure_text="每个乡镇建成2处"), "meets"),
    ],
)  # fmt: skip
def test_shares_durations_and_changes_are_compared(
    upper: dict[str, Any], local: dict[str, Any], verdict: str
) -> None:
    found = one(upper, local)
    assert (found.verdict, found.share, found.reason) == (verdict, None, "")


@pytest.mark.parametrize(
    ("upper", "local", "reason"),
    [
        (figure("改造老旧水厂", 5, "座"), figure("改造老旧水闸设施", 5, "座"), "indicator"),
        (figure("新开工老旧水厂", 5, "座"), figure("竣工老旧水厂", 5, "座"), "stage"),
        (figure(RATE, 5), figure(RATE, 5, "个百分点"), "unit"),
        (figure(RATE, 5, comparator=">="), figure(RATE, 5, comparator="<="), "comparator"),
        (figure(RATE, 5), figure(RATE, 5, comparator="increase"), "comparator"),
        (figure(RATE, None), figure(RATE, 5), "masked"),
        (figure(RATE, 5), figure(RATE, None), "masked"),
        (figure(RATE, 5, comparator="increase", base="2020年"),
         figure(RATE, 5, comparator="increase", base="上年"), "base"),
        (figure("设施保修期", 5, "年"), figure("设施保修期", 6, "年"), "direction"),
        (figure(RATE, 80, value_to=90, comparator="range"), figure(RATE, 95), "direction"),
        (figure("水质示范点", 1, "处", measure_text="每个县至少建成1处"), figure("水质示范点", 40, "处"), "each"),
    ],
)  # fmt: skip
def test_what_is_not_comparable_says_why(upper: dict[str, Any], local: dict[str, Any], reason: str) -> None:
    found = one(upper, local)
    assert (found.verdict, found.share, found.reason) == ("not_comparable", None, reason)


def test_an_amount_is_a_part_of_the_upper_total() -> None:
    found = one(figure("建设农村水厂", 2, "万座"), figure("新建的农村水厂", 3000, "座"))
    assert (found.verdict, found.share) == ("part", 0.15)


def test_an_indicator_may_be_named_shorter_where_the_unit_is_the_same() -> None:
    upper = figure("城市公共供水管网漏损率", 8.8, comparator="<=")
    assert one(upper, figure("供水漏损率", 9, comparator="<=")).verdict == "below"
    assert compared([upper], [figure("供水漏损率", 9, "公里")]) == []


def test_only_the_most_alike_of_several_figures_is_compared() -> None:
    local = [figure("新建各类农村水厂泵房", 3, "座"), figure("新建农村水厂", 5, "座")]
    found = compared([figure("新建农村水厂", 10, "座")], local)
    assert [(c.local.value, c.verdict, c.reason) for c in found] == [
        (5, "part", ""),
        (3, "not_comparable", "repeated"),
    ]


def test_what_nothing_resembles_is_left_out() -> None:
    assert compared([figure("新建水厂", 5, "座")], [figure("举办论坛", 5, "场")]) == []
    assert compared([], [figure("新建水厂", 5, "座")]) == []
