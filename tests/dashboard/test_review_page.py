"""The page of review: the queue, decisions by form, two people at once, changed words, excuses, many at once."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from lxml import html

from api.keeper import Keeper
from api.pages.kept import Kept
from graph import Store, open_store
from graph.model import Decision
from policygraph import jobs
from policygraph.reviews import accept, reject, undo, withdraw
from queries import state
from queries.review import Filter, Item, Order, queue
from tests.dashboard.acting import build, form_of, key, keyed, serving, sign_in, words
from tests.dashboard.figures import Api, differing, figures
from tests.plans import CITY, NATION

DECIDE, EXCUSE, BULK = "/review/decide", "/review/excuse", "/review/bulk"
CLEAR = "/review/excuse/clear"
PLAN = "x-lan-2030"
HERE = "http://127.0.0.1"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    build(tmp_path)
    with serving(tmp_path) as client:
        yield client


def first(client: TestClient, number: int = 0, **params: str) -> dict[str, Any]:
    """A match of the queue, as the API has it."""
    asked = {"plan": PLAN, "upper": "000000-2030", "kinds": "matches"} | params
    found: dict[str, Any] = client.get("/api/v1/reviews", params=asked).json()["items"][number]
    return found


def page_of(client: TestClient, item: dict[str, Any], **params: str) -> str:
    """The page that shows a link."""
    asked = {"plan": PLAN, "finding": "all", "item": f"{item['source']}~{item['target']}"} | params
    answer = client.get("/review", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def decide(client: TestClient, page: str, act: str, **fields: str) -> Response:
    """Send the form of the chosen link; the page that comes then."""
    return client.post(
        f"{DECIDE}?plan={PLAN}&finding=all", data=form_of(page, DECIDE) | {"act": act} | fields
    )


def link(client: TestClient, item: dict[str, Any]) -> dict[str, Any]:
    """How a link stands."""
    asked = {"source": item["source"], "target": item["target"]}
    found: dict[str, Any] = client.get("/api/v1/reviews/link", params=asked).json()
    return found


@pytest.mark.parametrize(
    "query",
    ["", "?lang=en", "?finding=all&order=plan", "?kind=tasks", "?kind=measures&order=consequential", "?least=0.3&most=0.6",
     "?plan=x-lan-2030&upper=x-jing-2030&text=河湖", "?finding=accepted", "?deciding=true"],
)  # fmt: skip
def test_the_queue_and_its_figures(client: TestClient, query: str) -> None:
    page = client.get(f"/review{query}").text
    assert differing(page, Api(client)) == []
    shown = html.fromstring(page).xpath("//nav[@class='queue']//li")
    total = int(html.fromstring(page).xpath("//p[contains(@class,'review-sum')]/b/span")[0].text)
    assert len(shown) == min(total, 20)
    assert (total > 0) == (query != "?finding=accepted")
    if total:
        assert len(figures(page)) > 3
        assert html.fromstring(page).xpath("//article[@id='item']")


def test_both_ends_have_their_words_marked_and_their_headings(client: TestClient) -> None:
    page = html.fromstring(page_of(client, first(client)))
    sides = page.xpath("//section[@class='side']")
    assert [bool(s.xpath(".//mark")) for s in sides] == [True, True]
    assert all(s.xpath("p[@class='above']") for s in sides)


def test_a_decision_is_taken_shown_and_undone(client: TestClient) -> None:
    item = first(client)
    answer = decide(
        client, page_of(client, item), "accept", covers="partly", note="只涉及部分", reviewer="郑 宁"
    )
    assert answer.status_code == 200
    assert "已记录：确认 · 部分承接 · 只涉及部分 （郑 宁" in words(answer.text)
    now = link(client, item)["link"]
    assert (now["state"], now["covers"], now["note"], now["reviewer"]) == (
        "accepted",
        "partly",
        "只涉及部分",
        "郑 宁",
    )
    assert f"{item['source']}~{item['target']}" not in str(answer.url.params["item"]), "the next one is shown"
    assert form_of(answer.text, DECIDE).keys() >= {"source", "token"}
    undone = client.post(DECIDE, data=form_of(answer.text, DECIDE) | {"act": "undo"})
    assert "已记录：收回决定" in words(undone.text)
    assert link(client, item)["link"]["state"] == "proposed"
    assert link(client, item)["history"][-1]["reviewer"] == "郑 宁", "the name is remembered"


def test_a_note_a_rejection_and_taking_it_back(client: TestClient) -> None:
    item = first(client)
    early = decide(client, page_of(client, item), "note", note="先记一笔")
    assert early.status_code == 422
    assert "还没有人作过决定" in words(early.text)
    assert form_of(early.text, DECIDE)["note"] == "先记一笔"
    decide(client, page_of(client, item), "reject")
    decide(client, page_of(client, item), "note", note="口径不同")
    now = link(client, item)
    assert [(e["verdict"], e["note"], e["reviewer"]) for e in now["history"]] == [
        ("rejected", "", "周敏"), ("rejected", "口径不同", "周敏"),
    ]  # fmt: skip
    decide(client, page_of(client, item), "withdraw")
    assert link(client, item)["link"]["state"] == "proposed"


def test_somebody_else_was_faster(client: TestClient) -> None:
    item = first(client)
    mine, theirs = page_of(client, item), page_of(client, item)
    decide(client, theirs, "reject", note="口径不同", reviewer="吴")
    answer = decide(client, mine, "accept", note="同一项目", reviewer="郑")
    assert answer.status_code == 412
    said = words(answer.text)
    assert "别人在您之前作了决定" in said
    assert "否决 · 口径不同吴" in said
    assert "确认 · 同一项目" in said
    assert link(client, item)["link"]["state"] == "rejected"
    assert form_of(answer.text, DECIDE)["note"] == "同一项目", "nothing is lost"
    again = decide(client, answer.text, "accept", note="同一项目", reviewer="郑")
    assert again.status_code == 200
    assert link(client, item)["link"]["reviewer"] == "郑"


def test_a_link_is_corrected_to_another_end(client: TestClient) -> None:
    item = first(client)
    page = page_of(client, item, q="湿地")
    found = [e.get("value") for e in html.fromstring(page).xpath("//input[@name='to']")]
    assert found
    none = decide(client, page, "correct")
    assert none.status_code == 422
    assert "请先查找并选择" in words(none.text)
    to = next(e for e in found if e != item["target"])
    answer = decide(client, page, "correct", to=to)
    assert words(answer.text).count("已记录：") == 2
    assert link(client, item)["link"]["state"] == "rejected"
    assert link(client, item | {"target": to})["link"]["state"] == "accepted"


def test_words_that_changed_are_shown_then_and_now_and_cleared(tmp_path: Path) -> None:
    build(tmp_path)
    with serving(tmp_path) as client:
        item = next(
            i
            for i in client.get("/api/v1/reviews", params={"plan": PLAN, "kinds": "matches"}).json()["items"]
            if "农村供水工程5处" in i["source_text"]
        )
        decide(client, page_of(client, item), "accept")
    build(tmp_path, city=CITY.replace("农村供水工程5处", "农村供水工程8处"))
    with serving(tmp_path) as client:
        listed = client.get("/review", params={"finding": "suspect", "plan": PLAN})
        assert words(listed.text).count("原文已变，待复核") > 1
        page = page_of(client, item)
        tree = html.fromstring(page)
        assert [e.text_content() for e in tree.iter("del")] == ["删5"]
        assert [e.text_content() for e in tree.iter("ins")] == ["增8"]
        answer = decide(client, page, "clear", note="只改了数量")
        assert answer.status_code == 200
        now = link(client, item)
        assert (now["link"]["suspect"], now["link"]["state"], now["link"]["note"]) == (
            False,
            "accepted",
            "只改了数量",
        )


def test_an_excuse_whose_words_changed_is_shown_then_and_now_and_cleared(tmp_path: Path) -> None:
    build(tmp_path)
    with serving(tmp_path) as client:
        items = client.get("/api/v1/reviews", params={"plan": PLAN, "kinds": "matches"}).json()["items"]
        item = next(i for i in items if "新建农村供水工程1200处" in i["target_text"])
        fields = {"verdict": "not_applicable", "note": "由省里承担"}
        client.post(f"{EXCUSE}?plan={PLAN}", data=form_of(page_of(client, item), EXCUSE) | fields)
    build(tmp_path, nation=NATION.replace("1200处", "1500处"))
    with serving(tmp_path) as client:
        asked = {"measure": item["target"], "plan": PLAN}
        assert client.get("/api/v1/excuses/measure", params=asked).json()["excuse"]["stands"] == "suspect"
        page = page_of(client, item)
        changed = html.fromstring(page).xpath("//details[contains(@class,'excusing')][@open]")[0]
        assert [e.text_content() for tag in ("del", "ins") for e in changed.iter(tag)] == ["删1200", "增1500"]
        form = form_of(page, CLEAR)
        answer = client.post(f"{CLEAR}?plan={PLAN}", data=form | {"note": "只改了数量"})
        assert "免予承担仍然成立。" in words(answer.text)
        stands = client.get("/api/v1/excuses/measure", params=asked).json()["excuse"]
        assert (stands["stands"], stands["verdict"], stands["note"]) == (
            "valid",
            "not_applicable",
            "只改了数量",
        )
        assert CLEAR not in answer.text
        again = client.post(f"{CLEAR}?plan={PLAN}", data=form)
        assert again.status_code == 422, "somebody has confirmed it already"


def test_an_excuse_that_has_ended_is_there_to_be_renewed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = first(client)
    fields = {"verdict": "deferred", "to_year": "2032", "expires": "2031-12-31", "note": "资金未到位"}
    client.post(f"{EXCUSE}?plan={PLAN}", data=form_of(page_of(client, item), EXCUSE) | fields)
    monkeypatch.setattr("queries.excuses.today", lambda: date(2032, 1, 1))
    page = page_of(client, item)
    assert "要续期" in words(page)
    shown = form_of(page, EXCUSE)
    assert (shown["to_year"], shown["note"]) == ("2032", "资金未到位")
    assert html.fromstring(page).xpath("//select[@name='verdict']/option[@selected]/@value") == ["deferred"]


def test_after_a_decision_only_its_plan_is_read_anew_and_the_queue_is_as_if_all_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = build(tmp_path)
    asked: list[str] = []

    def counting(store: Store, wanted: Filter, order: Order) -> list[Item]:
        asked.append(wanted.plan)
        return queue(store, wanted, order)

    monkeypatch.setattr("api.pages.kept.queue", counting)
    monkeypatch.setattr("api.pages.kept.FEW", 1)
    keeper = Keeper()

    def same() -> list[str]:
        """The plans that were read for the queues, which are those that are read from nothing."""
        asked.clear()
        with open_store(str(path), read_only=True) as fresh:
            for wanted, order in queues:
                kept = Kept(reading, keeper, lambda: state.read(reading))
                assert kept.queue(wanted, order) == queue(fresh, wanted, order)
        return asked[:]

    queues: list[tuple[Filter, Order]] = [
        (Filter(finding="proposed"), "uncertain"),
        (Filter(), "consequential"),
    ]
    with open_store(str(path), read_only=True) as reading:
        assert same() == ["", ""]
        assert same() == []
        item = queue(reading, Filter(plan=PLAN), "plan")[0]
        ends = (item.source, item.target)
        acts: tuple[Callable[[Store], Decision], ...] = (
            lambda store: accept(store, *ends, reviewer="周"),
            lambda store: reject(store, *ends, reviewer="李"),
            lambda store: undo(store, item.subject, reviewer="李"),
            lambda store: withdraw(store, *ends, reviewer="周"),
        )
        for decide_on in acts:
            with open_store(str(path)) as writing:
                decide_on(writing)
            assert same() == [PLAN, PLAN]
        build(tmp_path, city=CITY.replace("农村供水工程5处", "农村供水工程8处"))
        assert same() == [PLAN, PLAN]
        with open_store(str(path)) as writing:
            jobs.remove(writing, PLAN)
        assert same() == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"verdict": "not_applicable", "note": ""}, "免予承担须写明理由"),
        ({"verdict": "deferred", "to_year": "明年", "note": "资金未到位"}, "四位数字"),
        ({"verdict": "delegated", "note": "由省里承担"}, "请选择由哪份计划承担"),
        ({"verdict": "not_applicable", "note": "无此事项", "expires": "年底"}, "2026-12-31"),
    ],
)
def test_an_excuse_that_lacks_something_comes_back(
    client: TestClient, fields: dict[str, str], said: str
) -> None:
    page = page_of(client, first(client))
    answer = client.post(f"{EXCUSE}?plan={PLAN}", data=form_of(page, EXCUSE) | fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert form_of(answer.text, EXCUSE)["note"] == fields["note"]


def test_a_plan_is_excused_and_no_more(client: TestClient) -> None:
    item = first(client)
    asked = {"measure": item["target"], "plan": PLAN}
    fields = {"verdict": "deferred", "to_year": "2032", "expires": "2031-12-31", "note": "资金未到位"}
    mine = page_of(client, item)
    answer = client.post(f"{EXCUSE}?plan={PLAN}&finding=all", data=form_of(mine, EXCUSE) | fields)
    assert "已记录免予承担" in words(answer.text)
    stands = client.get("/api/v1/excuses/measure", params=asked).json()["excuse"]
    assert (stands["verdict"], stands["to"], stands["expires"]) == ("deferred", "2032", "2031-12-31")
    stale = client.post(f"{EXCUSE}?plan={PLAN}", data=form_of(mine, EXCUSE) | fields)
    assert stale.status_code == 412
    back = client.post(f"{EXCUSE}?plan={PLAN}", data=form_of(answer.text, EXCUSE) | {"verdict": "none"})
    assert "已取消免予承担" in words(back.text)
    assert client.get("/api/v1/excuses/measure", params=asked).json()["excuse"] is None
    every = client.post(
        f"{EXCUSE}?plan={PLAN}",
        data=form_of(back.text, EXCUSE) | {"verdict": "not_applicable", "note": "国家事权", "whole": "true"},
    )
    assert every.status_code == 200
    assert client.get("/api/v1/excuses/measure", params={"measure": item["target"]}).json()["excuse"]


def test_many_at_once_are_previewed_and_then_decided(client: TestClient) -> None:
    query = f"?plan={PLAN}&upper=000000-2030&kind=matches&least=0.2"
    page = client.get(f"{BULK}{query}").text
    assert differing(page, Api(client)) == []
    fields = form_of(page, BULK)
    count = int(html.fromstring(page).xpath("//p[@class='key']/b")[0].text)
    assert count > 1
    decide(client, page_of(client, first(client, least="0.2")), "accept")
    stale = client.post(f"{BULK}{query}", data=fields)
    assert stale.status_code == 412
    assert "没有写入" in words(stale.text)
    done = client.post(f"{BULK}{query}", data=form_of(stale.text, BULK))
    assert f"已成批记录 {count - 1} 条决定" in words(done.text)
    assert (
        client.get(f"/api/v1/reviews{query.replace('kind=', 'kinds=')}&finding=proposed").json()["items"]
        == []
    )


def test_who_reads_sees_all_and_changes_nothing(tmp_path: Path) -> None:
    build(tmp_path)
    reader, reviewer = key(tmp_path, "李读", "read"), key(tmp_path, "周审", "review")
    with serving(tmp_path, **keyed(tmp_path)) as client:
        assert sign_in(client, reader).status_code == 303
        page = client.get("/review").text
        tree = html.fromstring(page)
        assert all(
            b.get("disabled") is not None for b in tree.xpath("//form[@id='deciding']//button[@name='act']")
        )
        assert "李读的角色是“读者" in words(page)
        assert "/bring-in" not in "".join(tree.xpath("//nav[@class='nav']//@href"))
        refused = client.post(
            DECIDE, data=form_of(page, DECIDE) | {"act": "accept"}, headers={"origin": HERE}
        )
        assert refused.status_code == 403
        assert 'policygraph keys add "李读" --scope review' in words(refused.text)
        for path in ("/bring-in", "/audit"):
            assert client.get(path).status_code == 403
        assert client.get("/audit?lang=en").text.count("Not allowed")
    with serving(tmp_path, **keyed(tmp_path)) as client:
        sign_in(client, reviewer)
        page = client.get("/review").text
        assert "周审" in page
        fields = form_of(page, DECIDE) | {"act": "accept"}
        without = client.post(DECIDE, data=fields | {"csrf": ""}, headers={"origin": HERE})
        assert without.status_code == 403
        assert "没有带上本次登录的校验码" in words(without.text)
        other = client.post(DECIDE, data=fields, headers={"origin": "http://elsewhere"})
        assert other.status_code == 403
        ok = client.post(DECIDE, data=fields, headers={"origin": HERE})
        assert "已记录：确认" in words(ok.text)
        assert client.get("/api/v1/decisions").json()["items"][0]["reviewer"] == "周审"


def test_a_link_that_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/review?item=nonsense").status_code == 404
    assert client.get("/review?item=x-lan-2030.9~000000-2030.1").status_code == 404
    assert client.get("/review?plan=x-nowhere-2030").status_code == 404
    missing = client.post(DECIDE, data={"source": "a", "target": "b", "token": "c", "act": "accept"})
    assert missing.status_code == 404
