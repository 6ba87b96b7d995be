"""Figures of the plans below against the one above: what adds up, what does not, and why."""

from typing import Any

import pytest

from queries.rollup import Rollup, rollups


def figure(indicator: str, value: float | None = 12, unit: str = "座", **more: Any) -> dict[str, Any]:
    row = {
        "id": "t", "measure": "m", "indicator": indicator, "comparator": "=", "value": value, "unit": unit,
        "masked": False, "text": f"{value}{unit}", "start": 0, "plan": "x-lan-2030", "region": "岚市",
    }  # fmt: skip
    return row | more


def one(upper: dict[str, Any], *below: dict[str, Any]) -> Rollup:
    (found,) = rollups([upper], below)
    return found


def test_comparable_figures_are_added_in_the_unit_above() -> None:
    found = one(
        figure("建设农村水厂", 2, "万座"),
        figure("新建的农村水厂", 3000, "座", plan="a"),
        figure("农村水厂新建", 0.5, "万座", plan="b"),
    )
    assert [p.value for p in found.parts] == [0.3, 0.5]
    assert (found.total, found.share) == (0.8, 0.4)


@pytest.mark.parametrize(
    ("upper", "lower", "reason"),
    [
        (figure("改造老旧水厂"), figure("改造老旧水闸设施"), "indicator"),
        (figure("新开工老旧水厂"), figure("竣工老旧水厂"), "stage"),
        (figure("改造老旧水厂"), figure("改造老旧水厂", unit="万元"), "unit"),
        (figure("改造老旧水厂"), figure("改造老旧水厂", comparator="increase"), "comparator"),
        (figure("改造老旧水厂"), figure("改造老旧水厂", None, masked=True), "masked"),
    ],
)
def test_what_is_not_comparable_says_why(upper: dict[str, Any], lower: dict[str, Any], reason: str) -> None:
    found = one(upper, lower)
    assert [(p.comparable, p.reason) for p in found.parts] == [(False, reason)]
    assert found.total is None
    assert found.parts[0].unit == lower["unit"]


def test_a_second_figure_of_one_plan_is_not_added() -> None:
    found = one(figure("新建水厂"), figure("新建水厂", 5), figure("新建水厂", 3, start=9))
    assert [p.reason for p in found.parts] == ["", "repeated"]
    assert found.total == 5


@pytest.mark.parametrize("unit", ["%", "个工作日", "年"])
def test_shares_and_durations_are_set_side_by_side_but_not_added(unit: str) -> None:
    found = one(figure("自来水普及率", 92, unit), figure("自来水普及率", 90, unit))
    assert found.parts[0].comparable
    assert found.total is None


def test_a_masked_figure_above_has_a_sum_but_no_share() -> None:
    found = one(figure("新建水厂", None, masked=True), figure("新建水厂", 5))
    assert (found.total, found.share) == (5, None)


def test_what_nothing_resembles_is_left_out() -> None:
    assert rollups([figure("新建水厂")], [figure("举办论坛")]) == []
    assert rollups([figure("改造老旧水厂")], [figure("改造老旧水闸设施", unit="公里")]) == []
