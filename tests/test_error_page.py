"""The page of scores and errors: one file that holds all, and says what the comparison says."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import html

from graph import Store, open_store
from graph.errors import InputError
from policygraph.comparison import Comparison, compare
from policygraph.error_page import error_page, write_page
from policygraph.evaluate import PlanScores, score
from policygraph.words import Language
from tests.gold import CUT, DISPUTED, MISSED, QUOTE, RIGHT, TURNED, UNREAD, sample_gold

Page = Callable[..., html.HtmlElement]


@pytest.fixture(scope="module")
def store(sample_file: Path) -> Iterator[Store]:
    with open_store(str(sample_file), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def scored(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Comparison], list[PlanScores]]:
    comparisons = compare(store, sample_gold(tmp_path_factory.mktemp("labels") / "gold"))
    return comparisons, score(comparisons)


@pytest.fixture(scope="module")
def page(scored: tuple[list[Comparison], list[PlanScores]]) -> Page:
    def make(language: Language = "zh", shown: int = 30) -> html.HtmlElement:
        return html.document_fromstring(error_page(*scored, language, shown=shown))

    return make


def texts(page: html.HtmlElement, section: str, column: int) -> list[str]:
    """The words of one column (from 1) of a section's rows, without the names of plans."""
    return [words(cell) for cell in page.xpath(f"//section[@id='{section}']//tbody/tr/td[{column}]")]


def words(element: html.HtmlElement) -> str:
    """As read: blocks and labels are parted by a blank, marks and quotations are not."""

    def pieces(one: html.HtmlElement) -> Iterator[str]:
        gap = "" if one.tag in ("mark", "q") else " "
        if one.get("class") != "plan":
            yield gap + (one.text or "")
            for child in one:
                yield from pieces(child)
                yield child.tail or ""
            yield gap

    return " ".join("".join(pieces(element)).split())


def test_the_page_is_one_file_without_script_or_address(
    scored: tuple[list[Comparison], list[PlanScores]], page: Page
) -> None:
    text = error_page(*scored, "zh")
    assert text.startswith("<!doctype html>")
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", text)
    assert not page().xpath(
        "//script | //link[not(starts-with(@href, 'data:'))] | //img | //iframe | //@onclick"
    )
    assert "@import" not in text
    assert "url(" not in text
    assert page().xpath("//meta/@charset") == ["utf-8"]


def test_every_element_is_closed_and_every_id_is_there_once(
    scored: tuple[list[Comparison], list[PlanScores]], page: Page
) -> None:
    parser = html.HTMLParser(recover=False)
    found = html.document_fromstring(error_page(*scored, "en"), parser=parser)
    # Tags of SVG, and sections, are younger than libxml2's list.
    strange = [e for e in parser.error_log if "Tag" not in e.message or "invalid" not in e.message]
    assert [f"{e.line}: {e.message}" for e in strange] == []
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in found.xpath("//nav/a/@href")} == set(ids)
    assert {section.get("id") for section in page().xpath("//section")} == set(ids)


def test_a_wrong_link_stands_beside_its_evidence_and_the_labels(page: Page) -> None:
    found = page()
    assert texts(found, "wrong", 1) == [TURNED, DISPUTED]
    linked, carried, labelled = (texts(found, "wrong", column)[0] for column in (2, 3, 4))
    assert linked.startswith("10 拓展城乡建设领域国际合作")
    assert "支持建筑、设计、咨询企业联合承揽境外项目，对外承包工程营业额增长4%左右" in carried
    assert "本地分句：力争对外承包工程营业额增长6%左右" in carried
    assert labelled == "A B 06 提升建筑业发展质量"


def test_annotators_who_agree_speak_once_and_others_each_for_themselves(page: Page) -> None:
    found = page()
    labelled = found.xpath("//section[@id='wrong']//tbody/tr/td[4]")
    voices = [[words(v).split()[:3] for v in cell.xpath(".//div[@class='voice']")] for cell in labelled]
    assert voices == [
        [["A", "B", "06"]],
        [["A", "05", "建设宜居宜业和美乡村"], ["B", "06", "提升建筑业发展质量"]],
    ]


def test_missed_links_say_what_was_found_instead(page: Page) -> None:
    found = page()
    rows = {text: i for i, text in enumerate(texts(found, "missed", 1))}
    assert set(rows) == {TURNED, DISPUTED, MISSED, UNREAD}
    assert texts(found, "missed", 3)[rows[TURNED]].startswith("10 ")
    assert texts(found, "missed", 3)[rows[MISSED]] == "（无）"
    assert "没有任何依据" in texts(found, "missed", 2)[rows[UNREAD]]
    assert re.search(r"第 \d 位", texts(found, "missed", 2)[rows[DISPUTED]])
    assert RIGHT not in rows
    assert CUT not in rows


def test_coverage_errors_show_status_evidence_labels_and_quotes(page: Page) -> None:
    found = page()
    assert [text.split()[0] for text in texts(found, "coverage", 1)] == ["9.5", "8.2", "5.7"]
    assert "● 已覆盖" in texts(found, "coverage", 2)[0]
    assert "○ 缺口" in texts(found, "coverage", 2)[1]
    assert texts(found, "coverage", 3)[1] == f"A B 2 已覆盖 {QUOTE}"
    assert texts(found, "coverage", 3)[2] == "A 2 已覆盖 B 0 未涉及"


def test_unread_statements_show_what_was_read_of_them(page: Page) -> None:
    found = page()
    assert texts(found, "unread", 1) == [UNREAD, CUT]
    assert found.xpath("string(//section[@id='unread']//small[@class='who'])") == "A B"
    assert texts(found, "unread", 2) == ["（无）", "建设口袋公园180个、城市绿道200公里"]
    assert texts(found, "unread", 3)[0] == "0 %"


def test_words_of_a_plan_are_never_markup(
    scored: tuple[list[Comparison], list[PlanScores]], page: Page
) -> None:
    text = error_page(*scored, "zh")
    assert "<b>冰湖" not in text
    assert "&lt;b&gt;冰湖" in text
    assert "&维护" not in text
    assert "&amp;维护" in text
    assert not page().xpath("//b[not(@class='n')]")


def test_words_that_both_sides_share_are_marked(page: Page) -> None:
    found = page()
    row = found.xpath("//section[@id='wrong']//tbody/tr")[0]
    statement, carried = ({m.text for m in row.xpath(f"./td[{i}]//mark")} for i in (1, 3))
    assert "对外承包工程营业额增长" in statement & carried
    assert not statement & {"力争", "抱团出海"}
    read = {m.text for m in found.xpath("//section[@id='unread']//tbody/tr[2]/td[1]//mark")}
    assert read == {"建设口袋公园180个", "城市绿道200公里"}


@pytest.mark.parametrize(
    ("language", "title", "unread", "covered"),
    [("zh", "对照标注：得分与差错", "未完整读出的语句", "已覆盖"), ("en", "Against the labels", "not read whole", "covered")],
)  # fmt: skip
def test_both_languages_have_all_their_words(
    language: Language, title: str, unread: str, covered: str, page: Page
) -> None:
    found = page(language)
    assert found.get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert title in found.xpath("string(//h1)")
    assert unread in found.xpath("string(//section[@id='unread']/h2)")
    assert covered in texts(found, "coverage", 2)[0]
    words = " ".join(found.xpath("//body//text()[not(ancestor::td)]"))
    assert not re.search(r"\b[a-z]+_[a-z]+\b", words), "a key without translation"


def test_scores_have_their_intervals_and_the_confusion_adds_up(
    scored: tuple[list[Comparison], list[PlanScores]], page: Page
) -> None:
    found = page()
    rows = found.xpath("//table[@class='scores']/tbody/tr")
    assert [row.xpath("string(./th[2])") for row in rows] == ["A", "B", "平均"]
    for row, plan in zip(rows, scored[1], strict=True):
        cells = row.xpath("./td")
        heads = found.xpath("//table[@class='scores']/thead/tr[1]/th")
        assert len(cells) + 2 == sum(int(head.get("colspan", 1)) for head in heads)
        link = plan.intervals["link.f1"]
        assert link is not None
        assert cells[5].text_content() == f"{plan.link.f1:.3f}{link.low:.2f}–{link.high:.2f}"
    sums = [
        int(row.xpath("string(./td[last()])") or 0) for row in found.xpath("//table[@class='heat']/tbody/tr")
    ]
    assert sum(sums) == 2 * 6
    assert found.xpath("string(//figure//*[@class='sum'])").endswith("n = 8")


def test_one_error_of_each_kind_is_shown_where_one_is_asked_for(page: Page) -> None:
    one, none = page(shown=1), page(shown=0)
    for section, total in (("wrong", 2), ("missed", 4), ("coverage", 3), ("unread", 2)):
        assert len(texts(one, section, 1)) == 1
        assert f"显示 1 条，共 {total} 条" in one.xpath(f"string(//section[@id='{section}']/h2)")
        assert len(texts(page(), section, 1)) == total
        assert texts(none, section, 1) == []
        assert one.xpath(f"string(//nav/a[@href='#{section}'])").endswith(f"({total})")


def test_labels_that_agree_make_a_page_without_errors(store: Store, tmp_path: Path) -> None:
    gold = sample_gold(tmp_path / "gold")
    for path in gold.glob("*_B.tsv"):
        path.unlink()
    (gold / "statements_qinglan-2025_A.tsv").write_text(f"1\t03\t{RIGHT}\n", encoding="utf-8")
    (gold / "coverage_qinglan-2025_A.tsv").write_text("3.2\t2\t\n", encoding="utf-8")
    comparisons = compare(store, gold)
    found = html.document_fromstring(error_page(comparisons, score(comparisons), "zh"))
    assert not found.xpath("//table[@class='errors']")
    assert found.xpath("string(//section[@id='unread']/h2)").split() == [
        "未完整读出的语句",
        "显示",
        "0",
        "条，共",
        "0",
        "条",
    ]


def test_a_page_replaces_a_file_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "e.html"
    path.write_text("old" * 1000, encoding="utf-8")
    write_page(path, "新的一页\n")
    assert path.read_bytes() == "新的一页\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_that_cannot_be_written_names_the_path_and_leaves_nothing(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "e.html"
    with pytest.raises(InputError, match="cannot write here") as failed:
        write_page(nowhere, "x")
    assert failed.value.where == str(nowhere)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="no file to write to") as failed:
        write_page(tmp_path / "folder", "x")
    assert failed.value.where == str(tmp_path / "folder")
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(InputError) as failed:
        write_page(tmp_path / "file" / "e.html", "x")
    assert failed.value.where == str(tmp_path / "file" / "e.html")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text("utf-8") == "kept"


def test_a_page_that_breaks_off_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.html"
    path.write_text("old", encoding="utf-8")

    def full(self: Path, text: str, **_: object) -> int:
        self.write_bytes(text.encode()[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_page(path, "new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
