"""What a plan says of itself: title, date, issuer, year, region."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.header import Header, read_header, split_run_on

QUICK = settings(max_examples=100, deadline=None)
BODY = "修好山区水渠，筑好库区堤坝。"
LINES = st.lists(
    st.text() | st.lists(st.sampled_from(
        ["岚市", "辽宁省", "水务局", "2030年", "重点工作", "发布日期：", "2030-02-31", "2030年2月1日", "来源：", "水务网", "。", "，", "一、", "同志们"]
    )).map("".join),
    max_size=8,
)  # fmt: skip


def test_a_text_that_says_nothing_has_an_empty_header() -> None:
    assert read_header([]) == Header()
    assert read_header([BODY]) == Header()


def test_the_first_line_is_the_title() -> None:
    header = read_header(["岚市水务工作要点", BODY])
    assert (header.title, header.lines) == ("岚市水务工作要点", 1)


def test_a_title_of_two_lines_is_joined() -> None:
    header = read_header(["岚市水务局", "水务工作要点", BODY])
    assert (header.title, header.lines) == ("岚市水务局水务工作要点", 2)


def test_of_more_lines_the_first_is_the_title() -> None:
    assert read_header(["岚市水务工作要点", "征求意见稿", "供讨论", BODY]).title == "岚市水务工作要点"


@pytest.mark.parametrize(
    "first",
    [
        "一、修好水渠",
        "（一）修好水渠",
        "同志们",
        "各位代表",
        "修好水渠。",
        "修好水渠，",
        "现通知如下：",
        "渠" * 61,
    ],
)
def test_a_line_of_the_body_is_no_title(first: str) -> None:
    header = read_header([first, BODY])
    assert (header.title, header.lines) == ("", 0)


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2030-02-01",
        "发布时间: 2030年2月1日",
        "时间：2030/2/1 来源：岚市水务网",
        "2030.02.01",
        "（2030年2月1日）",
    ],
)
def test_a_line_with_the_date_gives_the_date_of_publication(line: str) -> None:
    header = read_header(["岚市水务工作要点", line, BODY])
    assert (header.published, header.title, header.lines) == ("2030-02-01", "岚市水务工作要点", 2)


def test_a_date_in_the_last_line_gives_the_date_of_publication() -> None:
    assert read_header(["岚市水务工作要点", BODY, "岚市水务局 2030年2月1日"]).published == "2030-02-01"


def test_a_date_inside_the_body_is_not_the_date_of_publication() -> None:
    assert read_header(["岚市水务工作要点", "自2030年2月1日起修渠。", BODY]).published == ""


def test_a_date_that_does_not_exist_is_left_out() -> None:
    assert read_header(["岚市水务工作要点", "发布日期：2030-02-30", BODY]).published == ""


def test_the_year_is_that_of_the_title() -> None:
    assert read_header(["岚市2030年水务工作要点", "发布日期：2029-12-31", BODY]).year == 2030


def test_without_a_year_in_the_title_the_year_is_the_one_that_is_planned_for() -> None:
    assert read_header(["岚市水务工作要点", "2029年修好水渠，部署2030年重点任务。"]).year == 2030


def test_of_several_planned_years_the_last_is_the_year() -> None:
    assert read_header(["2029年水务工作思路已定；2030年水务工作思路如下。"]).year == 2030


def test_without_any_other_year_the_year_is_that_of_publication() -> None:
    assert read_header(["岚市水务工作要点", "发布日期：2030-02-01", BODY]).year == 2030


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("岚市水务局2030年工作要点", "岚市水务局"),
        ("靖省住房和城乡建设厅2030年工作要点", "靖省住房和城乡建设厅"),
        ("岚市人民政府2030年工作要点", "岚市人民政府"),
        ("岚市2030年工作要点", ""),
    ],
)
def test_the_issuer_is_the_office_that_the_title_names(title: str, issuer: str) -> None:
    assert read_header([title, BODY]).issuer == issuer


@pytest.mark.parametrize(
    ("lines", "region"),
    [
        (["辽宁省2030年水务工作要点", BODY], "210000"),
        (["2030年水务工作要点", BODY, "来源：辽宁水务网"], "210000"),
        (["2030年水务工作要点", "辽宁要修好山区水渠。", BODY], None),
        (["2030年水务工作要点", "辽宁省水利厅", BODY], "210000"),
        (["西安市2030年水务工作要点", "学习北京市经验。", BODY], "610100"),
        (["沈阳市2030年水务工作要点", "辽宁省水利厅", BODY], "210100"),
        (["吉林市2030年水务工作要点", BODY], "220200"),
        (["海南藏族自治州2030年水务工作要点", BODY], "632500"),
        (["上海市浦东新区2030年水务工作要点", BODY], "310115"),
        (["在全国水务工作会议上的讲话", BODY], "000000"),
        (["辽宁2030年水务工作要点", "学习吉林的办法。", BODY], "210000"),
        (["岚市2030年水务工作要点", BODY], None),
    ],
    ids=[
        "title",
        "source",
        "first lines",
        "issuer",
        "city",
        "city and issuer",
        "city like a province",
        "prefecture",
        "district",
        "nation",
        "title before first lines",
        "nowhere",
    ],
)
def test_the_region_is_looked_for_in_the_title_the_issuer_and_the_source(
    lines: list[str], region: str | None
) -> None:
    assert read_header(lines).region == region


def test_a_first_line_that_runs_into_the_body_is_broken_up() -> None:
    line = f"岚市2030年水务工作要点 发布日期：2030-02-01 来源：岚市水务局 {BODY}"
    assert split_run_on([line, "再评一次。"]) == [
        "岚市2030年水务工作要点", "发布日期：2030-02-01 来源：岚市水务局", BODY, "再评一次。",
    ]  # fmt: skip


def test_a_run_on_line_without_a_source_is_broken_up() -> None:
    parts = split_run_on([f"岚市水务工作要点时间：2030年2月1日{BODY}"])
    assert parts == ["岚市水务工作要点", "时间：2030年2月1日", BODY]


@pytest.mark.parametrize(
    "lines", [[], [BODY], ["岚市水务工作要点", BODY], [BODY, "岚市水务工作要点发布日期：2030-02-01"]]
)
def test_other_first_lines_are_left_as_they_are(lines: list[str]) -> None:
    assert split_run_on(lines) == lines


@QUICK
@given(LINES)
def test_the_header_of_any_text_lies_within_it(lines: list[str]) -> None:
    header = read_header(lines)
    assert 0 <= header.lines <= len(lines)
    assert set(header.issuer) <= set("".join(lines[: header.lines]))
    assert set(header.title) <= set("".join(lines[: header.lines]))


@QUICK
@given(LINES)
def test_breaking_up_any_text_keeps_its_words(lines: list[str]) -> None:
    assert "".join("".join(split_run_on(lines)).split()) == "".join("".join(lines).split())


def test_a_heading_after_a_whole_title_is_no_part_of_it() -> None:
    header = read_header(["岚市2030年水务工作要点", "总体要求", "修渠引水，保障供水安全。"])
    assert (header.title, header.lines) == ("岚市2030年水务工作要点", 1)


def test_an_issuer_under_the_title_is_the_issuer() -> None:
    header = read_header(["岚市2030年水务工作要点", "岚市水务局", "2030-02-03", "修渠引水，保障供水安全。"])
    assert (header.title, header.issuer, header.published, header.lines) == (
        "岚市2030年水务工作要点", "岚市水务局", "2030-02-03", 3,
    )  # fmt: skip


def test_a_line_with_a_date_that_cannot_be_ends_the_title() -> None:
    header = read_header(["靖省水务工作", "发布日期：2030-02-31", "修渠"])
    assert (header.title, header.published) == ("靖省水务工作", "")


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (["岚市2030年水务工作要点"], "工作要点"),
        (["岚市政府工作报告", "各位代表："], "政府工作报告"),
        (["在全市水务工作会议上的讲话"], "讲话"),
        (["岚市水务", "同志们："], "讲话"),
        (["奋力谱写水务新篇章", "各位代表，现在报告工作。"], "工作报告"),
        (["奋力谱写水务新篇章", "新建水厂。"], ""),
    ],
)
def test_the_kind_of_document_is_told(first: list[str], kind: str) -> None:
    assert read_header([*first, "新建水厂12座。"]).document == kind
