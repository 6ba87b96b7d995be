"""Sheets of labels: what they ask, how they are filled, and what becomes of them."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from embeddings import open_encoder
from graph import Store, open_store
from graph.errors import InputError, NotFoundError
from policygraph import jobs, label_answers, label_sheet, label_tables
from policygraph.evaluate import PlanScores, evaluate
from policygraph.label_answers import check, said, write
from policygraph.labelling import Form, PlannedStatement, Priority, UpperMeasure, form
from policygraph.labels import national_measures, plain, statements, table
from tests.plans import CITY, MANIFEST, NATION, write_plans

PLAN, UPPER, LOCAL = "x-qinglan-2025", "000000-2025", "x-songling-2025"
SMALL, PROVINCE, TOP = "x-lan-2030", "x-jing-2030", "000000-2030"


@pytest.fixture(scope="module")
def sample_store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three small plans, built; the file is closed."""
    folder = tmp_path_factory.mktemp("small")
    with open_store(str(folder / "graph.kgl")) as opened:
        jobs.build(opened, jobs.read(write_plans(folder / "plans")), open_encoder("policy-zh"))
    return folder / "graph.kgl"


@pytest.fixture
def small(small_file: Path) -> Iterator[Store]:
    with open_store(str(small_file), read_only=True) as opened:
        yield opened


Edit = Callable[[Any], None]


@pytest.fixture
def sheet(small: Store, tmp_path: Path) -> Callable[..., Path]:
    """A sheet of the small city, labelled throughout (01 and 1, 2 …), then edited."""

    def made(*edits: Edit, name: str = "sheet.xlsx") -> Path:
        path = tmp_path / name
        label_sheet.make(form(small, SMALL), path, "A", "zh", force=True)
        book = load_workbook(path)
        for row in range(2, book["语句"].max_row + 1):
            book["语句"][f"D{row}"] = "01 保障农村饮水安全"
        for row in range(2, book["覆盖"].max_row + 1):
            book["覆盖"][f"D{row}"] = 0
        for edit in edits:
            edit(book)
        book.save(path)
        return path

    return made


def put(place: str, value: Any) -> Edit:
    name, _, cell = place.partition("!")

    def edit(book: Any) -> None:
        book[name][cell] = value

    return edit


def read(path: Path, store: Store, **options: Any) -> label_answers.Labels:
    filled, asked = label_sheet.read(path, store, "zh")
    return check(filled, asked, "zh", **options)


def problems(path: Path, store: Store, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(path, store, **options)
    assert caught.value.where == str(path)
    return (caught.value.remedy or "").split("\n")


# What is asked.


def test_every_planned_statement_is_asked_for_as_printed(small: Store) -> None:
    asked = form(small, SMALL)
    lines = CITY.split("\n")[1:]
    assert [s.text for s in asked.statements] == [line for line in lines if line]
    assert asked.statements[1].headings == ("一、供水保障",)
    assert asked.statements[0].headings == ()
    assert asked.stem == "city"


def test_statements_of_the_sample_stand_in_its_plans_in_order(sample_store: Store) -> None:
    for plan in (PLAN, LOCAL, "x-yunxi-2025", "x-langang-2025"):
        asked = form(sample_store, plan)
        at = 0
        for statement in asked.statements:
            at = asked.text.index(statement.text, at) + len(statement.text)
            assert statement.text[-1] in "。；：！？”）" or asked.text[at : at + 1] in ("\n", "")


def test_what_announces_a_list_is_one_statement_with_its_first_item(tmp_path: Path) -> None:
    city = "岚市2030年水务工作要点\n一、供水保障\n重点抓好两项工作：一是新建农村供水工程5处。二是改造老旧水厂2座；完善水质检测制度。\n"
    folder = write_plans(tmp_path / "plans", city=city)
    with open_store(str(tmp_path / "graph.kgl")) as opened:
        jobs.load(opened, jobs.read(folder))
        found = [s.text for s in form(opened, SMALL).statements]
    assert found == [
        "一、供水保障",
        "重点抓好两项工作：一是新建农村供水工程5处。",
        "二是改造老旧水厂2座；",
        "完善水质检测制度。",
    ]


def test_priorities_and_measures_are_numbered_in_reading_order(small: Store) -> None:
    asked = form(small, SMALL)
    assert [p.option for p in asked.priorities] == [
        "01 保障农村饮水安全", "02 治理河湖生态", "03 加强水务国际合作",
    ]  # fmt: skip
    assert [m.id for m in asked.priorities[0].measures[:2]] == ["01.1", "01.2"]
    words = [m.text for m in asked.measures]
    assert words == sorted(words, key=NATION.index)
    assert "保障农村饮水安全" not in words


def test_a_plan_that_is_not_linked_can_be_labelled(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "graph.kgl")) as opened:
        jobs.load(opened, jobs.read(write_plans(tmp_path / "plans")))
        asked = form(opened, SMALL)
        assert (asked.upper, asked.proposals) == (TOP, False)
        assert not any(s.proposal for s in asked.statements)
        assert form(opened, SMALL, PROVINCE).upper == PROVINCE
        with pytest.raises(InputError, match="nation's plan"):
            form(opened, TOP)
        with pytest.raises(InputError, match="against itself"):
            form(opened, SMALL, SMALL)
        with pytest.raises(NotFoundError, match="there is no plan 'x-nowhere-2030'"):
            form(opened, "x-nowhere-2030")
        with pytest.raises(NotFoundError, match="there is no plan 'x-nowhere-2030'"):
            form(opened, SMALL, "x-nowhere-2030")
        for above in (TOP, PROVINCE):
            jobs.remove(opened, above)
        with pytest.raises(NotFoundError, match="no plan above x-lan-2030"):
            form(opened, SMALL)


def test_an_upper_plan_without_priorities_is_refused(tmp_path: Path) -> None:
    folder = write_plans(
        tmp_path / "plans",
        province="靖省2030年水务工作要点\n2030年全省水务工作的总体要求是：新建农村供水工程60处。\n",
    )
    with open_store(str(tmp_path / "graph.kgl")) as opened:
        jobs.load(opened, jobs.read(folder))
        with pytest.raises(InputError, match="x-jing-2030 asks nothing of plans below"):
            form(opened, SMALL, PROVINCE)


def test_two_plans_from_files_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    folder = write_plans(tmp_path / "plans", manifest=MANIFEST.replace("province.txt", "city.md"))
    (folder / "city.md").write_text((folder / "province.txt").read_text("utf-8"), encoding="utf-8")
    (folder / "province.txt").unlink()
    with open_store(str(tmp_path / "graph.kgl")) as opened:
        jobs.load(opened, jobs.read(folder))
        with pytest.raises(InputError, match="read from one called city as well"):
            form(opened, SMALL)


def test_proposals_are_what_the_graph_says(sample_store: Store) -> None:
    from queries import answers, run

    asked = form(sample_store, PLAN)
    numbers = {
        r["id"]: f"{i:02d}" for i, r in enumerate(run(sample_store, "priorities", plan=UPPER), start=1)
    }
    linked = {
        numbers[r["target"]]
        for r in run(sample_store, "plan_measure_links", plan=PLAN, upper=UPPER)
        if "#" in r["source"]
    }
    assert {n for s in asked.statements for n in s.proposal} == linked
    covered = [
        m.text
        for t in answers.coverage(sample_store, PLAN, UPPER).tasks
        for m in t.measures
        if m.status == "covered"
    ]
    assert [m.text for m in asked.measures if m.label == "2"] == covered
    assert all(m.nearest for m in asked.measures if m.label != "0")
    blind = form(sample_store, PLAN, proposals=False)
    assert not blind.proposals
    assert not any(s.proposal for s in blind.statements)
    assert not any(m.label or m.nearest for m in blind.measures)


# There and back.


def scores(store: Store, gold: Path) -> PlanScores:
    return evaluate(store, gold)[0]


def perfect(found: PlanScores) -> None:
    assert found.parse.f1 == found.link.f1 == found.top1 == found.coverage.f1 == found.addressed.f1 == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_filled_with_the_proposals_scores_one(
    sample_store: Store, tmp_path: Path, language: Any
) -> None:
    asked = form(sample_store, PLAN)
    path = tmp_path / "sheet.xlsx"
    label_sheet.make(asked, path, "王", language)
    book = load_workbook(path)
    labels, coverage = book.worksheets[1:3]
    for row, statement in enumerate(asked.statements, start=2):
        assert labels.cell(row, 2).value == statement.text
        for column, number in enumerate(statement.proposal or ["无"], start=4):
            labels.cell(row, column).value = number
    for row, measure in enumerate(asked.measures, start=2):
        coverage.cell(row, 4).value = int(measure.label)
        coverage.cell(row, 5).value = measure.nearest or None
    book.save(path)
    filled, found = label_sheet.read(path, sample_store, language)
    written = write(check(filled, found, language), tmp_path / "gold")
    assert sorted(p.name for p in written) == [
        "coverage_qinglan-2025_王.tsv", "national_measures.tsv", "statements_qinglan-2025_王.tsv",
    ]  # fmt: skip
    assert not list((tmp_path / "gold").glob("*.partial"))
    perfect(scores(sample_store, tmp_path / "gold"))


def test_files_filled_with_the_proposals_score_one_before_and_after_reading(
    sample_store: Store, tmp_path: Path
) -> None:
    asked = form(sample_store, LOCAL)
    path = label_tables.make(asked, tmp_path / "gold", "A")
    other = path.with_name(path.name.replace("statements", "coverage"))
    with pytest.raises(InputError, match="line 1 is not labelled yet"):
        evaluate(sample_store, tmp_path / "gold")
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    for row, statement in zip(rows, asked.statements, strict=True):
        row[1] = ",".join(statement.proposal)
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(InputError, match=r"'\?' is no label of 01\.1"):
        evaluate(sample_store, tmp_path / "gold")
    rows = [line.split("\t") for line in other.read_text("utf-8").splitlines()]
    for row, measure in zip(rows, asked.measures, strict=True):
        row[1] = measure.label
    other.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    perfect(scores(sample_store, tmp_path / "gold"))
    filled, found = label_tables.read(path, sample_store, "zh")
    labelled = check(filled, found, "zh")
    write(labelled, tmp_path / "elsewhere")
    perfect(scores(sample_store, tmp_path / "elsewhere"))
    write(labelled, tmp_path / "gold", sources=filled.sources)
    assert {len(row) for row in table(path, 3)} == {3}
    for file in (path, other):
        assert file.read_bytes() == (tmp_path / "elsewhere" / file.name).read_bytes()


def test_files_against_another_upper_plan_are_told_by_their_measures(small: Store, tmp_path: Path) -> None:
    path = label_tables.make(form(small, SMALL, PROVINCE), tmp_path, "A")
    assert label_tables.read(path, small, "zh")[1].upper == PROVINCE
    with pytest.raises(InputError, match="are not those of 000000-2030"):
        label_tables.make(form(small, SMALL), tmp_path, "B")
    (tmp_path / "national_measures.tsv").write_text(
        "id\tpriority\tmeasure\n01.1\t01\t修桥\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="are not those of 000000-2030"):
        label_tables.read(path, small, "zh")
    (tmp_path / "national_measures.tsv").unlink()
    with pytest.raises(InputError, match="does not exist"):
        label_tables.read(path, small, "zh")


def test_wrong_lines_of_files_are_named(small: Store, tmp_path: Path) -> None:
    path = label_tables.make(form(small, SMALL), tmp_path, "A")
    lines = path.read_text("utf-8").splitlines()
    lines[0] = lines[0].replace("\t?\t", "\t9\t")
    lines[1] = "2\t01\t谁也没有写过的话"
    path.write_text("\n".join(lines), encoding="utf-8")
    filled, asked = label_tables.read(path, small, "en")
    with pytest.raises(InputError) as caught:
        check(filled, asked, "en")
    said_ = caught.value.remedy or ""
    assert "statements_city_A.tsv, line 1: there is no priority 09" in said_
    assert "statements_city_A.tsv, line 2: this row is none of the sheet's" in said_
    assert "coverage_city_A.tsv: 9 of 9 rows are not labelled" in said_
    for name in ("sheet.csv", "statements_.tsv"):
        with pytest.raises(InputError, match="no file of labels"):
            label_tables.read(tmp_path / name, small, "en")
    with pytest.raises(NotFoundError, match="no plan from a file called village"):
        label_tables.read(tmp_path / "statements_village_A.tsv", small, "en")


# How people and programs fill cells.


@pytest.mark.parametrize(
    ("value", "priorities"),
    [
        ("01", "01"), ("1", "01"), (1, "01"), (1.0, "01"), ("1.0", "01"), (" ０２　", "02"), ("②", "02"), ("2.", "02"),
        ("02 治理河湖生态", "02"), ("02治理河湖…", "02"), ("2、治理河湖", "02"), ("2\u200b", "02"), ("02 河湖等", "02"),
        ("02,01", "02,01"), ("2、1", "02,01"), ("2；1", "02,01"), ("3 1", "03,01"), ("0", ""), (0, ""), ("无", ""),
        ("无（不落实任何一项）", ""), ("None", ""), ("—", ""),
    ],
)  # fmt: skip
def test_a_priority_is_read_however_it_is_written(
    sheet: Callable[..., Path], small: Store, value: Any, priorities: str
) -> None:
    found = read(sheet(put("语句!D3", value)), small)
    assert found.statements[1][1] == priorities
    assert {p for i, (_, p, _) in enumerate(found.statements) if i != 1} == {"01"}


@pytest.mark.parametrize(
    ("value", "label"), [(2, "2"), (2.0, "2"), ("２", "2"), (" 1 ", "1"), ("1.0", "1"), ("0 没有", "0")]
)
def test_a_label_is_read_however_it_is_written(
    sheet: Callable[..., Path], small: Store, value: Any, label: str
) -> None:
    assert read(sheet(put("覆盖!D4", value)), small).coverage[2][:2] == ("01.3", label)


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("语句!D3", "13", "没有第 13 项重点任务。请填 01 至 03"),
        ("语句!E3", "4", "没有第 04 项"),
        ("语句!D3", "房子", "看不懂「房子」"),
        ("语句!D3", 1.5, "看不懂「1.5」"),
        ("语句!D3", "01.1", "看不懂「01.1」"),
        ("语句!D3", True, "看不懂「True」"),
        ("语句!D3", "#REF!", "看不懂「#REF!」"),
        ("语句!D3", date(2030, 1, 6), "是日期（2030-01-06"),
        ("语句!D3", "=1+1", "没有算出结果的公式"),
        ("语句!D3", "01 治理河湖生态", "标题是第 02 项的"),
        ("语句!E3", "1", "第 01 项填了两次"),
        ("语句!E3", "无", "同时填了「无」和别的选项"),
        ("语句!E3", "非计划", "同时填了「非计划」和别的选项"),
        ("覆盖!D3", 3, "看不懂「3」。请填 2、1 或 0"),
        ("覆盖!D3", "1.5", "看不懂「1.5」"),
        ("覆盖!D3", True, "看不懂「True」"),
        ("覆盖!D3", date(2030, 1, 6), "是日期"),
        ("覆盖!D3", "=B2", "没有算出结果的公式"),
        ("覆盖!E3", "修建一座大坝", "「修建一座大坝」不是本计划的原文"),
        ("覆盖!E3", "改造老旧水厂2座……新建农村供水工程5处", "不是本计划的原文"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_named(
    sheet: Callable[..., Path], small: Store, place: str, value: Any, problem: str
) -> None:
    found = problems(sheet(put(place, value)), small)
    assert len(found) == 1
    assert found[0].startswith(f"{place}：")
    assert problem in found[0]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(
    sheet: Callable[..., Path], small: Store
) -> None:
    path = sheet(
        put("语句!D2", "9"), put("语句!D4", None), put("语句!F5", "什么"), put("覆盖!D2", 7), put("覆盖!E3", "新建"),
        put("覆盖!D3", None), put("覆盖!D5", None),
    )  # fmt: skip
    found = problems(path, small)
    assert [p.partition("：")[0] for p in found] == [
        "语句!D2",
        "语句!F5",
        "语句",
        "覆盖!D2",
        "覆盖!D3",
        "覆盖",
    ]
    assert "6 行中有 1 行没有标注：语句!D4。" in found[2]
    assert "有依据，但没有填落实程度" in found[4]
    with pytest.raises(InputError, match="6 to mend"):
        check(*label_sheet.read(path, small, "en"), "en")


def test_more_than_three_priorities_are_too_many(tmp_path: Path) -> None:
    asked = invented(["修渠"], ["甲", "乙", "丙", "丁"])
    label_sheet.make(asked, tmp_path / "a.xlsx", "A", "zh")
    book = load_workbook(tmp_path / "a.xlsx")
    book["语句"]["D2"] = "1,2,3,4"
    book.save(tmp_path / "a.xlsx")
    filled, _ = label_sheet.rows_of(tmp_path / "a.xlsx", "zh")
    with pytest.raises(InputError) as caught:
        check(filled, asked, "zh", partial=True)
    assert "语句!D2：填了 4 项" in (caught.value.remedy or "")


def test_quotes_are_the_plans_own_words(sheet: Callable[..., Path], small: Store) -> None:
    path = sheet(
        put("覆盖!D2", 2), put("覆盖!E2", " 「新建农村供水工程5处」\n"), put("覆盖!D3", 1),
        put("覆盖!E3", "新建农村供水工程5处……铺设管网40公里"), put("覆盖!D4", 1),
    )  # fmt: skip
    found = read(path, small)
    assert found.coverage[0] == ("01.1", "2", "「新建农村供水工程5处」")
    assert found.coverage[1] == ("01.2", "1", "新建农村供水工程5处……铺设管网40公里")
    assert found.warnings == ("覆盖：1 行填了 2 或 1，但没有依据",)


def test_what_is_no_planned_work_is_left_out(sheet: Callable[..., Path], small: Store) -> None:
    found = read(sheet(put("语句!D3", "非计划（回顾、形势、号召）"), put("语句!D4", "Not planned")), small)
    assert [idx for idx, _, _ in found.statements] == ["1", "4", "5", "6"]
    assert found.warnings == ()


def test_what_is_not_labelled_is_left_out_only_when_asked(sheet: Callable[..., Path], small: Store) -> None:
    path = sheet(put("语句!D3", None), put("语句!D5", " "), put("覆盖!D2", "?"))
    found = problems(path, small)
    assert "6 行中有 2 行没有标注：语句!D3、语句!D5。" in found[0]
    assert "9 行中有 1 行没有标注：覆盖!D2。" in found[1]
    part = read(path, small, partial=True)
    assert [idx for idx, _, _ in part.statements] == ["1", "3", "5", "6"]
    assert [id_ for id_, _, _ in part.coverage] == [m.id for m in part.form.measures[1:]]
    assert part.warnings == ("语句：2 行没有标注，未写入", "覆盖：1 行没有标注，未写入")
    only = sheet(put("语句!D3", None))
    assert [p for _, p, _ in read(only, small, empty_is_none=True).statements].count("") == 1


def test_an_empty_sheet_is_no_label(small: Store, tmp_path: Path) -> None:
    label_sheet.make(form(small, SMALL), tmp_path / "a.xlsx", "A", "zh")
    assert problems(tmp_path / "a.xlsx", small, partial=True) == ["语句：没有任何标注。请填写后再读回"]


def test_a_long_list_of_rows_is_cut(sample_store: Store, tmp_path: Path) -> None:
    label_sheet.make(form(sample_store, PLAN), tmp_path / "a.xlsx", "A", "zh")
    found = problems(tmp_path / "a.xlsx", sample_store)
    assert "109 行中有 109 行没有标注：语句!D2、" in found[0]
    assert "语句!D11等。" in found[0]
    assert "语句!D12" not in found[0]


def test_notes_are_kept_beside_the_labels(sheet: Callable[..., Path], small: Store, tmp_path: Path) -> None:
    found = read(sheet(put("语句!H3", "拿不准\n再议")), small)
    write(found, tmp_path / "gold")
    assert table(tmp_path / "gold" / "notes_city_A.tsv", 3) == [["2", "拿不准 再议", found.statements[1][2]]]
    assert len(evaluate(small, tmp_path / "gold")) == 2


# What happens to sheets on the way.


def test_columns_and_rows_may_be_moved(sheet: Callable[..., Path], small: Store) -> None:
    def shuffle(book: Any) -> None:
        page = book["语句"]
        page["D4"], page["E4"] = 2, 1
        rows = [[cell.value for cell in row] for row in page.iter_rows()]
        page.delete_rows(1, page.max_row)
        page.append(["某办公室"])
        page.append([])
        for row in [rows[0], *reversed(rows[1:])]:
            page.append([None, *reversed(row)])
        page.append([*[None] * 8, "合计", 6])

    path = sheet()
    moved = sheet(shuffle, name="moved.xlsx")
    expected = read(path, small).statements
    assert read(moved, small).statements == (
        *expected[:2],
        (*expected[2][:1], "02,01", expected[2][2]),
        *expected[3:],
    )
    wrong = sheet(shuffle, put("语句!G9", "9"), name="wrong.xlsx")
    assert problems(wrong, small)[0].startswith("语句!G9：没有第 09 项")


@pytest.mark.parametrize("column", [1, 2, 3, 5, 6, 7, 8, 9])
def test_columns_that_are_not_needed_may_be_deleted(
    sheet: Callable[..., Path], small: Store, column: int
) -> None:
    expected = read(sheet(), small)
    found = read(sheet(lambda book: book["语句"].delete_cols(column)), small)
    assert found.statements == expected.statements


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda book: book["语句"].delete_cols(4), "语句：没有「重点任务1」列"),
        (lambda book: book["覆盖"].delete_cols(4), "覆盖：没有「落实程度（2/1/0）」列"),
        (lambda book: (book["语句"].delete_cols(9), book["语句"].delete_cols(2)), "语句：没有「校验码」列"),
        (put("语句!C1", "重点任务 1"), "语句：有两列叫「重点任务1」"),
        (lambda book: book.remove(book["覆盖"]), "覆盖：没有这张工作表"),
        (lambda book: book["语句"].delete_rows(4), "语句：缺 1 行：3。"),
        (put("语句!B3", "改写过的话"), "语句!A3：这一行的文字与校验码不符"),
        (put("语句!I3", "0123456789abcdef"), "语句!A3：这一行的文字在图库中已经改变"),
        (put("语句!D9", "1"), "语句!A9：这一行不是标注表里的"),
        (
            lambda book: book["语句"].append([c.value for c in book["语句"][3]]),
            "语句!A8：与 语句!A3 是同一行",
        ),
    ],
)
def test_what_spoils_a_sheet_is_named(
    sheet: Callable[..., Path], small: Store, edit: Edit, problem: str
) -> None:
    found = problems(sheet(edit), small)
    assert any(p.startswith(problem) for p in found), found


def test_rows_that_are_missing_are_left_out_when_asked(sheet: Callable[..., Path], small: Store) -> None:
    found = read(sheet(lambda book: book["语句"].delete_rows(4)), small, partial=True)
    assert [idx for idx, _, _ in found.statements] == ["1", "2", "4", "5", "6"]


def test_rows_are_known_by_their_words_where_the_stamps_are_gone(
    sheet: Callable[..., Path], small: Store
) -> None:
    def unstamped(book: Any) -> None:
        book["语句"].delete_cols(9)
        book["语句"]["B3"] = "「" + book["语句"]["B3"].value + "」"

    assert read(sheet(unstamped), small).statements == read(sheet(), small).statements


def test_a_renamed_page_is_known_by_its_columns(sheet: Callable[..., Path], small: Store) -> None:
    def rename(book: Any) -> None:
        book["覆盖"].title = "Sheet7"

    assert "Sheet7!D3" in problems(sheet(rename, put("Sheet7!D3", 9)), small)[0]


def test_formulas_count_by_their_results(sheet: Callable[..., Path], small: Store, tmp_path: Path) -> None:
    path = sheet(put("覆盖!D3", "=1+1"))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changed = {
        n: p.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
        )
        for n, p in parts.items()
    }
    assert changed != parts
    with zipfile.ZipFile(tmp_path / "computed.xlsx", "w") as archive:
        for name, part in changed.items():
            archive.writestr(name, part)
    assert read(tmp_path / "computed.xlsx", small).coverage[1][1] == "2"


def test_a_sheet_of_a_plan_that_was_read_anew(sheet: Callable[..., Path], tmp_path: Path) -> None:
    path = sheet()
    encoder = open_encoder("char")
    folder = write_plans(
        tmp_path / "anew",
        city=CITY.replace("（1）新建农村供水工程5处", "（1）修建水闸3座。\n（2）新建农村供水工程6处"),
    )
    with open_store(str(tmp_path / "anew.kgl")) as opened:
        jobs.build(opened, jobs.read(folder), encoder)
        found = problems(path, opened)
        assert len(found) == 1
        assert found[0].startswith("语句!A3：这一行的文字在图库中已经改变或不再有")
        only = sheet(lambda book: book["语句"].delete_rows(3))
        assert "缺 2 行：2、3。" in problems(only, opened)[0]
        part = read(only, opened, partial=True)
        assert [idx for idx, _, _ in part.statements] == ["1", "4", "5", "6", "7"]
    folder = write_plans(
        tmp_path / "other", nation=NATION.replace("二、治理河湖生态", "二、治理河湖湿地生态")
    )
    with open_store(str(tmp_path / "other.kgl")) as opened:
        jobs.build(opened, jobs.read(folder), encoder)
        with pytest.raises(InputError, match="priorities of 000000-2030 have changed"):
            read(path, opened)


def test_equal_statements_keep_their_own_labels(tmp_path: Path) -> None:
    asked = invented(["抓好落实。", "修渠。", "抓好落实。"], ["甲", "乙"])
    path = tmp_path / "a.xlsx"
    label_sheet.make(asked, path, "A", "zh")
    book = load_workbook(path)
    page = book["语句"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    for row, number in zip(rows[1:], ("1", "2", "2"), strict=True):
        row[3] = number
    page.delete_rows(2, 3)
    for row in reversed(rows[1:]):
        page.append(row)
    book.save(path)
    filled, _ = label_sheet.rows_of(path, "zh")
    found = check(filled, asked, "zh", partial=True)
    assert [(idx, p) for idx, p, _ in found.statements] == [("1", "01"), ("2", "02"), ("3", "02")]


# What the sheet is like.


def test_only_what_is_to_be_filled_can_be(small: Store, tmp_path: Path) -> None:
    label_sheet.make(form(small, SMALL), tmp_path / "a.xlsx", "A", "zh")
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames[:4] == ["说明", "语句", "覆盖", "重点任务"]
    assert book["policygraph"].sheet_state == "hidden"
    for page in book.worksheets:
        assert page.protection.sheet
    for name, inputs, stamps in (("语句", "DEFH", "I"), ("覆盖", "DE", "H")):
        page = book[name]
        assert page.freeze_panes == "B2"
        assert page.column_dimensions[stamps].hidden
        unlocked = {
            c.column_letter for row in page.iter_rows(min_row=2) for c in row if not c.protection.locked
        }
        assert unlocked == set(inputs)
    assert all(cell.data_type != "f" for page in book.worksheets for row in page.iter_rows() for cell in row)
    lists = {str(v.sqref): v.formula1 for v in book["语句"].data_validations.dataValidation}
    assert lists == {"D2:F7": "'重点任务'!$A$2:$A$6"}
    assert [book["重点任务"][f"A{n}"].value for n in (2, 5, 6)] == [
        "01 保障农村饮水安全", "无（不落实任何一项）", "非计划（回顾、形势、号召）",
    ]  # fmt: skip
    guide = [str(row[0].value) for row in book["说明"].iter_rows()]
    assert any("2：本计划安排了" in line for line in guide)


def test_a_blind_sheet_shows_no_proposal(small: Store, tmp_path: Path) -> None:
    label_sheet.make(form(small, SMALL, proposals=False), tmp_path / "a.xlsx", "A", "en")
    book = load_workbook(tmp_path / "a.xlsx")
    titles = [cell.value for name in ("Statements", "Coverage") for cell in book[name][1]]
    assert "Machine's proposal" not in titles
    assert not any("proposals" in str(row[0].value) for row in book["Guide"].iter_rows())


def test_a_sheet_is_not_written_over(small: Store, tmp_path: Path) -> None:
    asked = form(small, SMALL)
    label_sheet.make(asked, tmp_path / "a.xlsx", "A", "zh")
    with pytest.raises(InputError, match="there already"):
        label_sheet.make(asked, tmp_path / "a.xlsx", "A", "zh")
    label_sheet.make(asked, tmp_path / "a.xlsx", "A", "zh", force=True)
    label_tables.make(asked, tmp_path, "A")
    label_tables.make(asked, tmp_path, "A")
    (tmp_path / "statements_city_A.tsv").write_text("1\t01\t修渠\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds other labels"):
        label_tables.make(asked, tmp_path, "A")
    label_tables.make(asked, tmp_path, "A", force=True)


def test_labels_are_not_written_over(sheet: Callable[..., Path], small: Store, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    write(read(sheet(), small), gold)
    before = {p.name: p.read_bytes() for p in gold.iterdir()}
    write(read(sheet(), small), gold)
    other = read(sheet(put("语句!D3", "2")), small)
    with pytest.raises(InputError, match="holds other labels"):
        write(other, gold)
    assert {p.name: p.read_bytes() for p in gold.iterdir()} == before
    write(other, gold, force=True)
    assert statements(gold / "statements_city_A.tsv")[1].priorities == ("02",)
    filled, asked = label_sheet.read(sheet(), small, "zh", "B")
    write(check(filled, asked, "zh"), gold)
    assert [row.annotator for row in evaluate(small, gold)] == ["A", "B", "mean"]


def test_a_folder_of_another_upper_plan_is_refused(
    sheet: Callable[..., Path], small: Store, tmp_path: Path
) -> None:
    gold = tmp_path / "gold"
    write(read(sheet(), small), gold)
    before = {p.name: p.read_bytes() for p in gold.iterdir()}
    label_sheet.make(form(small, SMALL, PROVINCE), tmp_path / "b.xlsx", "B", "zh")
    book = load_workbook(tmp_path / "b.xlsx")
    book["语句"]["D2"] = 1
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(InputError, match=r"are not those of x-jing-2030 .*: 01\.1 differs"):
        write(read(tmp_path / "b.xlsx", small, partial=True), gold)
    assert {p.name: p.read_bytes() for p in gold.iterdir()} == before
    assert len(national_measures(gold)) == 9


def test_a_write_that_fails_leaves_what_was_there(
    sheet: Callable[..., Path], small: Store, tmp_path: Path
) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "national_measures.tsv.partial").mkdir()
    with pytest.raises(InputError, match="cannot write here"):
        write(read(sheet(), small), gold)
    assert [p.name for p in gold.iterdir()] == ["national_measures.tsv.partial"]
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write here"):
        write(read(sheet(), small), tmp_path / "file")


@pytest.mark.parametrize("name", ["", "a_b", "../x", "a b", "a/b", "-", "甲\n"])
def test_an_annotators_name_must_fit_a_files_name(name: str) -> None:
    with pytest.raises(InputError, match="no name of an annotator"):
        label_answers.annotator_name(name)


def test_files_that_are_no_sheet_are_named(small: Store, tmp_path: Path, sheet: Callable[..., Path]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0 an old workbook")
    with pytest.raises(InputError, match="no XLSX file"):
        label_sheet.read(path, small, "zh")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a>")
    with pytest.raises(InputError, match="no XLSX file"):
        label_sheet.read(path, small, "zh")
    shutil.copy(sheet(), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="no XLSX file"):
        label_sheet.read(path, small, "zh")
    Workbook().save(path)
    with pytest.raises(InputError, match="no sheet of labels"):
        label_sheet.read(path, small, "zh")
    with pytest.raises(InputError, match="does not exist"):
        label_sheet.read(tmp_path / "b.xlsx", small, "zh")


# Texts of every kind.


def invented(texts: list[str], titles: list[str]) -> Form:
    """A form of invented words, a measure a priority."""
    priorities = tuple(
        Priority(f"{i:02d}", title, (UpperMeasure(f"{i:02d}.1", title, "2", title),))
        for i, title in enumerate(titles, start=1)
    )
    planned = tuple(PlannedStatement(i, text, (text,), ("01",)) for i, text in enumerate(texts, start=1))
    return Form("x-a-2030", "要点", "a", "000000-2030", "全国", "\n".join(texts), priorities, planned, True)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
SHARP = st.sampled_from(
    [
        "=1+1",
        "+甲",
        "-修渠",
        "@修渠",
        "'修渠",
        "=HYPERLINK(1)",
        "\x07修\x00渠",
        "_x0041_修渠",
        "修\ufffe渠",
        "\ufffd",
        "\u2028",
        "𠮷",
        "修 渠",
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS | SHARP, min_size=1, max_size=4), st.lists(WORDS | SHARP, min_size=1, max_size=3))
def test_any_words_go_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], titles: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("words")
    asked = invented(texts, titles)
    label_sheet.make(asked, folder / "a.xlsx", "A", "zh")
    book = load_workbook(folder / "a.xlsx")
    assert all(c.data_type != "f" for page in book.worksheets for row in page.iter_rows() for c in row)
    for row in range(2, len(texts) + 2):
        book["语句"][f"D{row}"] = book["重点任务"]["A2"].value
        book["语句"][f"D{row}"].data_type = "s"
    for row in range(2, len(titles) + 2):
        book["覆盖"][f"D{row}"] = 2
    book.save(folder / "a.xlsx")
    filled, facts = label_sheet.rows_of(folder / "a.xlsx", "zh")
    assert facts["priorities"] == asked.priorities_stamp
    labelled = check(filled, asked, "zh")
    assert [(idx, p) for idx, p, _ in labelled.statements] == [
        (str(i), "01") for i in range(1, len(texts) + 1)
    ]
    write(labelled, folder / "gold")
    rows = table(folder / "gold" / "statements_a_A.tsv", 3)
    assert [plain(row[2]) for row in rows] == [plain(text) for text in texts]
    assert len(table(folder / "gold" / "coverage_a_A.tsv", 2)) == len(titles)
    assert len(national_measures(folder / "gold")) == len(titles)


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS | SHARP, min_size=1, max_size=4))
def test_any_words_make_a_file_of_as_many_lines(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = label_tables.make(invented(texts, ["甲"]), tmp_path_factory.mktemp("words"), "A")
    rows = table(path, 3)
    assert [row[0] for row in rows] == [str(i) for i in range(1, len(texts) + 1)]
    assert [plain(row[2]) for row in rows] == [plain(text) for text in texts]


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes())
def test_any_value_of_a_cell_is_said_or_refused(value: Any) -> None:
    asked = invented(["修渠"], ["甲"])
    filled = label_answers.Filled(
        Path("a.xlsx"), (), "A", ("语句", "覆盖"),
        (label_answers.Row("语句!A2", "", "1", "修渠", (label_answers.Cell("语句!D2", value),)),),
        (label_answers.Row("覆盖!A2", "", "01.1", "甲", (label_answers.Cell("覆盖!D2", 2),)),),
    )  # fmt: skip
    assert said(value) == said(value).strip()
    outcome = outcome_of(filled, asked)
    assert outcome in ([], [""], ["01"]) or "语句!D2：" in outcome[0]


def outcome_of(filled: label_answers.Filled, asked: Form) -> list[str]:
    """The priorities that were read, or what is wrong."""
    try:
        return [p for _, p, _ in check(filled, asked, "zh", partial=True).statements]
    except InputError as error:
        return (error.remedy or "").split("\n")
