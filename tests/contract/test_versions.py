"""Versions on both stores: ids that stay, what is kept, what differs, and what that does to coverage."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings import open_encoder
from graph import Store
from graph.errors import InputError, NotFoundError
from graph.model import Measure, stamp
from ingest import load, read_directory, read_plan
from policygraph import jobs
from policygraph.diff import diff, versions
from policygraph.reviews import excuse
from queries import answers, run
from queries.excuses import Excuses
from tests.plans import CITY, MANIFEST, NATION, PROVINCE, write_plans

PLAN, UPPER = "x-jing-2030", "000000-2030"
SECTION = "一、推进智慧水务\n1.建设数字孪生流域平台，提升预警能力。\n"
FRONT = (
    PROVINCE.replace("一、夯实", SECTION + "二、夯实")
    .replace("二、建设", "三、建设")
    .replace("三、发展", "四、发展")
)


def build(store: Store, folder: Path) -> jobs.BuildResult:
    return jobs.build(store, jobs.read(folder), open_encoder("char"))


def ids(store: Store, plan: str = PLAN) -> dict[str, str]:
    return {m["text"]: m["id"] for m in run(store, "plan_measures", plan=plan) if not m["heading"]}


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    folder = write_plans(tmp_path / "plans")
    build(store, folder)
    return folder


def test_a_section_in_front_leaves_all_ids_and_decisions_where_they_are(store: Store, folder: Path) -> None:
    before = ids(store)
    links = {
        (r["source"], r["target"]) for r in run(store, "export_measure_links") if r["source"].startswith(PLAN)
    }
    measure = before["恢复湿地2万亩"]
    excuse(store, measure, "not_applicable", reviewer="周", note="省里组织")
    build(store, write_plans(folder, province=FRONT))
    after = ids(store)
    assert {text: after[text] for text in before} == before
    assert set(after) - set(before) == {"建设数字孪生流域平台，提升预警能力"}
    assert not {after[t] for t in set(after) - set(before)} & set(before.values())
    assert {(r["source"], r["target"]) for r in run(store, "export_measure_links")} >= links
    assert [e.stands for e in Excuses(store, PLAN).all()] == ["valid"]
    tasks = run(store, "plan_tasks", plan=PLAN)
    assert [t["position"] for t in tasks] == list(range(len(tasks)))
    assert tasks[0]["title"] == "推进智慧水务"
    for m in run(store, "plan_measures", plan=PLAN):
        assert answers.task(store, m["task"])["plan"] == PLAN


def test_links_of_a_measure_that_moved_are_explained_under_its_task(store: Store, folder: Path) -> None:
    moved = PROVINCE.replace("，恢复湿地2万亩", "").replace(
        "完善水质检测制度", "完善水质检测制度。恢复湿地2万亩"
    )
    build(store, write_plans(folder, province=moved))
    (row,) = (m for m in run(store, "plan_measures", plan=PLAN) if m["text"] == "恢复湿地2万亩")
    assert row["id"] == f"{PLAN}.2.1#2"
    assert row["task"] == f"{PLAN}.1.2"
    assert answers.task_of(store, row["id"]) == row["task"]
    coverage = answers.coverage(store, PLAN)
    assert {e.task for t in coverage.tasks for m in t.measures for e in m.evidence} <= {
        t["id"] for t in run(store, "plan_tasks", plan=PLAN)
    }


def test_a_changed_file_is_kept_as_a_version_and_an_unchanged_one_is_not(store: Store, folder: Path) -> None:
    build(store, folder)
    assert [v.id for v in versions(store, PLAN)] == [f"{PLAN}@1"]
    held, covered = ids(store), answers.coverage(store, PLAN)
    result = build(store, write_plans(folder, province=PROVINCE.replace("60处", "85处")))
    (loaded,) = (r for r in result.loaded if r.plan == PLAN)
    assert (loaded.version, loaded.changes) == (2, {"unchanged": 17, "changed": 2})
    first, second = versions(store, PLAN)
    assert (first.number, first.archived is None) == (1, False)
    assert (second.number, second.archived) == (2, None)
    (kept,) = store.read("MATCH (v:Version) RETURN v.content AS content, v.links AS links")
    content, links = json.loads(kept["content"]), json.loads(kept["links"])
    assert {m["text"]: m["id"] for m in content["measures"] if not m["heading"]} == held
    assert content["plan"]["text"].startswith("靖省2030年水务工作要点")
    assert [(link["upper"], link["upper_version"]) for link in links] == [(UPPER, 1)]
    assert links[0]["thresholds"] == covered.thresholds
    assert links[0]["matches"]
    assert {link["state"] for link in links[0]["implements"]} == {"proposed"}


def test_the_diff_of_two_versions(store: Store, folder: Path) -> None:
    text = (
        PROVINCE.replace("60处", "85处")
        .replace("举办开渔节，培育休闲渔庄30家", "举办开渔节")
        .replace("，恢复湿地2万亩", "")
    )
    build(store, write_plans(folder, province=text + "6.推广节水器具5000套。\n"))
    found = diff(store, None, PLAN)
    assert (found.before.id, found.after.id) == (f"{PLAN}@1", f"{PLAN}@2")
    told = {(c.what, c.before_text, c.after_text) for c in found.changes if c.kind == "measure"}
    assert told == {
        ("changed", "新建农村供水工程60处", "新建农村供水工程85处"),
        ("added", "", "推广节水器具5000套"),
        ("added", "", "举办开渔节"),
        ("removed", "举办开渔节，培育休闲渔庄30家", ""),
        ("removed", "恢复湿地2万亩", ""),
    }
    (change,) = (c for c in found.changes if c.kind == "measure" and c.what == "changed")
    assert change.before == change.after
    assert [change.before_text[slice(*mark)] for mark in change.before_marks] == ["60"]
    assert [change.after_text[slice(*mark)] for mark in change.after_marks] == ["85"]
    figures = {(f.what, f.before and f.before.value, f.after and f.after.value) for f in found.figure_changes}
    assert figures == {
        ("changed", 60.0, 85.0),
        ("added", None, 5000.0),
        ("removed", 30.0, None),
        ("removed", 2.0, None),
    }
    assert diff(store, f"{PLAN}@1", f"{PLAN}@2") == found
    nothing = diff(store, PLAN, PLAN)
    assert (nothing.changes, nothing.figure_changes) == ((), ())
    assert nothing.coverage[0].before_counts == nothing.coverage[0].after_counts


def test_what_a_version_does_to_coverage(store: Store, folder: Path) -> None:
    before = {m.target: m.status for t in answers.coverage(store, PLAN).tasks for m in t.measures}
    build(
        store,
        write_plans(folder, province="靖省2030年水务工作要点\n一、渔业\n1.举办开渔节，培育休闲渔庄30家。\n"),
    )
    after = {m.target: m.status for t in answers.coverage(store, PLAN).tasks for m in t.measures}
    (coverage,) = diff(store, None, PLAN).coverage
    assert (coverage.before, coverage.after, coverage.comparable) == (UPPER, UPPER, True)
    differs = {t: (before[t], after[t]) for t in before if before[t] != after[t]}
    assert {c.target: (c.before, c.after) for c in coverage.changes} == differs
    assert "covered" in {was for was, _ in differs.values()}
    assert sum(coverage.before_counts.values()) == len(before)


def test_the_upper_plan_as_it_was(store: Store, folder: Path) -> None:
    build(store, write_plans(folder, province=PROVINCE.replace("60处", "85处")))
    nation = NATION.replace("改造老旧水厂300座", "改造老旧水厂350座") + "四、发展水文\n新建水文站80座。\n"
    build(store, write_plans(folder, nation=nation, province=PROVINCE.replace("60处", "85处")))
    (coverage,) = diff(store, f"{PLAN}@1", PLAN).coverage
    assert (coverage.before, coverage.after, coverage.comparable) == (f"{UPPER}@1", UPPER, True)
    assert sum(coverage.after_counts.values()) == sum(coverage.before_counts.values()) + 1
    new = next(c for c in coverage.changes if c.text == "新建水文站80座")
    assert (new.before, new.after) == ("", "gap")


def test_two_years_and_two_regions(store: Store, tmp_path: Path) -> None:
    manifest = MANIFEST + "".join(
        f'\n[[plan]]\nfile = "{file}.txt"\nregion = "{region}"\nlevel = "{level}"\nyear = 2031\n'
        for file, region, level in (("next", "000000", "national"), ("later", "x-jing", "province"))
    )
    manifest = manifest.replace(
        'region = "x-jing"\nlevel', 'region = "x-jing"\nname = "靖省"\nparent = "000000"\nlevel'
    )
    later = PROVINCE.replace("2030", "2031").replace("60处", "75处")
    build(
        store,
        write_plans(tmp_path / "plans", manifest=manifest, next=NATION.replace("2030", "2031"), later=later),
    )
    found = diff(store, PLAN, "x-jing-2031")
    assert [(c.what, c.before_text, c.after_text) for c in found.changes if c.kind == "measure"] == [
        ("changed", "新建农村供水工程60处", "新建农村供水工程75处")
    ]
    (coverage,) = found.coverage
    assert (coverage.before, coverage.after, coverage.comparable) == (UPPER, "000000-2031", False)
    assert coverage.changes == ()
    assert sum(coverage.before_counts.values()) == sum(coverage.after_counts.values())
    regions = diff(store, PLAN, "x-lan-2030")
    assert regions.measures["removed"] > 0
    assert {c.after for c in regions.coverage} == {UPPER, PLAN}


def test_a_removed_plan_has_its_versions_and_gets_its_ids_back(store: Store, folder: Path) -> None:
    build(store, write_plans(folder, province=FRONT))
    held = ids(store)
    jobs.remove(store, PLAN)
    assert [(v.number, v.archived is None) for v in versions(store, PLAN)] == [(1, False), (2, False)]
    assert diff(store, f"{PLAN}@1", f"{PLAN}@2").measures["added"] == 1
    build(store, write_plans(folder, province=FRONT))
    assert ids(store) == held
    assert [v.number for v in versions(store, PLAN)] == [1, 2, 3]
    jobs.remove(store, PLAN, history=True)
    with pytest.raises(NotFoundError, match=PLAN):
        versions(store, PLAN)
    build(store, folder)
    assert [v.number for v in versions(store, PLAN)] == [1]


@pytest.fixture
def decided(store: Store) -> Store:
    """People's decisions on a plan that the store does not hold."""
    text = "扩大城乡供水一体化覆盖面"
    own = {
        "plan": PLAN, "upper": UPPER, "source": f"{PLAN}.7#4", "source_stamp": stamp(text), "source_text": text,
        "target": f"{UPPER}.9#1", "target_stamp": stamp("改造老旧水厂300座"), "target_text": "改造老旧水厂300座",
    }  # fmt: skip
    taken = own | {"source": f"{PLAN}.1.1#1", "source_stamp": stamp("别的"), "source_text": "别的"}
    values = ", ".join(f"d.{name} = r.{name}" for name in own)
    store.write(
        lambda t: t.run(
            f"UNWIND $rows AS r CREATE (d:Decision {{id: r.id}}) SET {values}",
            {"rows": [own | {"id": "1"}, taken | {"id": "2"}]},
        )
    )
    return store


def test_ids_that_people_decided_on_come_back_with_their_text_only(decided: Store, tmp_path: Path) -> None:
    build(decided, write_plans(tmp_path / "plans"))
    found = ids(decided)
    assert found["扩大城乡供水一体化覆盖面"] == f"{PLAN}.7#4"
    assert ids(decided, UPPER)["改造老旧水厂300座"] == f"{UPPER}.9#1"
    assert f"{PLAN}.1.1#1" not in found.values()


def test_other_rules_that_find_something_else_make_a_version(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = next(s for s in read_directory(folder) if s.plan_id == PLAN)
    document = read_plan(source)
    later = replace(document, plan=replace(document.plan, reader="next"))
    assert load.load_plan(store, later).version == 1

    def split(m: Measure) -> Measure:
        text = m.text.removesuffix("制度")
        return replace(m, text=text, stamp=stamp(text))

    other = replace(document, measures=tuple(map(split, document.measures)))
    result = load.load_plan(store, replace(other, plan=replace(document.plan, reader="after")))
    assert (result.version, result.changes["changed"]) == (2, 1)
    with monkeypatch.context() as patch:
        patch.setattr(load, "_chain_years", _fail)
        with pytest.raises(RuntimeError, match="full disk"):
            load.load_plan(store, document)
    assert [v.number for v in versions(store, PLAN)] == [1, 2]


def _fail(*_: object) -> None:
    raise RuntimeError("full disk")


@pytest.mark.parametrize("asked", ["nowhere", "nowhere@1", f"{PLAN}@7", "@", f"{PLAN}@"])
def test_what_is_not_there_is_named(store: Store, folder: Path, asked: str) -> None:
    del folder
    with pytest.raises(NotFoundError, match="there is no plan"):
        diff(store, asked, PLAN)
    with pytest.raises(InputError, match="no earlier version"):
        diff(store, None, PLAN)


def test_a_city_replaced_with_the_plans_above_it(store: Store, folder: Path) -> None:
    """The nation is loaded first; what that cut cannot be kept with the city's version, and is not shown as gaps."""
    build(
        store, write_plans(folder, nation=NATION.replace("300座", "301座"), city=CITY.replace("18处", "20处"))
    )
    found = {c.after: c for c in diff(store, None, "x-lan-2030").coverage}
    assert found[PLAN].before == PLAN
    assert found[UPPER].before is None
    assert found[UPPER].before_counts == {}
