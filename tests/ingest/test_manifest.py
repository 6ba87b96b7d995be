"""``plans.toml``: which file is whose plan, and what is proposed without it."""

import tomllib
from pathlib import Path

import pytest

from graph.errors import InputError
from graph.model import Level, Region
from ingest.manifest import PlanSource, read_directory
from tests.plans import write_plans

LIAONING = "辽宁省2030年水务工作要点\n一、修好水渠\n疏通主渠，加固支渠。\n"
JILIN = "吉林省2030年水务工作要点\n一、筑好堤坝\n先查险段，后补薄弱。\n"
SILENT = "水务工作要点\n一、修好水渠\n疏通主渠，加固支渠。\n"
FULL = {
    "file": '"a.txt"',
    "region": '"x-lan"',
    "name": '"岚市"',
    "level": '"city"',
    "parent": '"210000"',
    "year": "2030",
}


def manifest(folder: Path, *entries: dict[str, str]) -> Path:
    """Write a manifest whose values are TOML as given."""
    text = "\n".join("[[plan]]\n" + "".join(f"{k} = {v}\n" for k, v in entry.items()) for entry in entries)
    (folder / "plans.toml").write_text(text, encoding="utf-8")
    return folder


def only(folder: Path, **entry: str) -> PlanSource:
    (source,) = read_directory(manifest(folder, entry))
    return source


def refused(folder: Path) -> InputError:
    with pytest.raises(InputError) as raised:
        read_directory(folder)
    return raised.value


def test_a_full_entry_is_read(tmp_path: Path) -> None:
    entry = FULL | {"issuer": '"岚市水务局"', "published": "2030-02-01", "title": '"水务要点"'}
    assert only(tmp_path, **entry) == PlanSource(
        path=tmp_path / "a.txt",
        region=Region("x-lan", "岚市", "city", "210000"),
        year=2030,
        issuer="岚市水务局",
        published="2030-02-01",
        title="水务要点",
    )


def test_the_id_of_a_plan_is_its_region_and_year(tmp_path: Path) -> None:
    assert only(tmp_path, **FULL).plan_id == "x-lan-2030"


def test_a_code_tells_name_level_and_parent(tmp_path: Path) -> None:
    source = only(tmp_path, file='"a.txt"', region='"210000"', year="2030")
    assert source.region == Region("210000", "辽宁省", "province", "000000")
    assert source.guessed == ()


def test_the_nation_has_no_parent(tmp_path: Path) -> None:
    source = only(tmp_path, file='"a.txt"', region='"000000"', year="2030")
    assert source.region == Region("000000", "全国", "national", None)


def test_what_the_entry_says_goes_before_what_the_code_tells(tmp_path: Path) -> None:
    source = only(
        tmp_path,
        file='"a.txt"',
        region='"210200"',
        year="2030",
        name='"滨城"',
        level='"county"',
        parent='"220000"',
    )
    assert source.region == Region("210200", "滨城", "county", "220000")


def test_a_slug_without_a_parent_stands_under_the_nation(tmp_path: Path) -> None:
    source = only(tmp_path, file='"a.txt"', region='"x-lan"', year="2030", level='"city"')
    assert source.region == Region("x-lan", "x-lan", "city", "000000")


@pytest.mark.parametrize(
    "published", ["2030-02-01", '"2030-02-01"', "2030-02-01T08:30:00", "2030-02-01T08:30:00Z"]
)
def test_the_date_of_publication_is_a_date_or_text(published: str, tmp_path: Path) -> None:
    assert only(tmp_path, **FULL, published=published).published == "2030-02-01"


def test_plans_come_from_the_nation_down(tmp_path: Path) -> None:
    whole = {key: value for key, value in FULL.items() if key != "parent"}
    entries = [whole | {"region": f'"{code}"', "level": f'"{level}"'} for code, level in
               (("x-lan", "city"), ("220000", "province"), ("210000", "province"), ("000000", "national"))]  # fmt: skip
    found = read_directory(manifest(tmp_path, *entries))
    assert [source.region.id for source in found] == ["000000", "210000", "220000", "x-lan"]


def test_plans_of_one_region_come_by_year(tmp_path: Path) -> None:
    found = read_directory(manifest(tmp_path, FULL | {"year": "2031"}, FULL, FULL | {"year": "2029"}))
    assert [source.year for source in found] == [2029, 2030, 2031]


def test_the_parent_may_be_a_region_of_the_manifest(tmp_path: Path) -> None:
    found = read_directory(write_plans(tmp_path / "plans"))
    assert [(s.region.id, s.region.parent) for s in found] == [
        ("000000", None),
        ("x-jing", "000000"),
        ("x-lan", "x-jing"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_manifest_may_be_in_any_encoding_that_is_read(encoding: str, tmp_path: Path) -> None:
    path = manifest(tmp_path, FULL) / "plans.toml"
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert read_directory(tmp_path)[0].region.name == "岚市"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"levle": '"city"'}, "unknown key 'levle'"),
        ({"file": "3"}, "'file' must be text"),
        ({"region": "210000"}, "'region' must be text"),
        ({"title": "true"}, "'title' must be text"),
        ({"year": '"2030"'}, "'2030' is no year"),
        ({"year": "true"}, "True is no year"),
        ({"year": "2030.0"}, "2030.0 is no year"),
        ({"year": "1948"}, "1948 is no year"),
        ({"year": "2101"}, "2101 is no year"),
        ({"region": '"990000"'}, "unknown region '990000'"),
        ({"region": '"岚市"'}, "unknown region '岚市'"),
        ({"level": '"village"'}, "level 'village' is none of"),
        ({"published": '"1 February"'}, "'1 February' is no date"),
        ({"parent": '"x-nowhere"'}, "parent 'x-nowhere' is no region"),
    ],
)
def test_a_wrong_value_is_named_with_its_plan(change: dict[str, str], message: str, tmp_path: Path) -> None:
    error = refused(manifest(tmp_path, FULL | {"region": '"x-jing"'}, FULL | change))
    assert message in error.message
    assert error.where == f"{tmp_path / 'plans.toml'}, plan 2"
    assert error.remedy


@pytest.mark.parametrize("key", ["file", "region", "year"])
def test_a_missing_value_is_named(key: str, tmp_path: Path) -> None:
    error = refused(manifest(tmp_path, {k: v for k, v in FULL.items() if k != key}))
    assert error.message == f"'{key}' is missing"


def test_a_slug_needs_a_level(tmp_path: Path) -> None:
    error = refused(manifest(tmp_path, {k: v for k, v in FULL.items() if k != "level"}))
    assert "level None is none of" in error.message


@pytest.mark.parametrize(
    "text", ["# no plan\n", "plan = 3\n", "plan = []\n", "plan = [1]\n", '[plan]\nfile = "a.txt"\n']
)
def test_a_manifest_without_an_entry_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "plans.toml").write_text(text, encoding="utf-8")
    assert "there is no [[plan]] entry" in refused(tmp_path).message


def test_a_manifest_that_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "plans.toml").write_text("[[plan]]\nfile = \n", encoding="utf-8")
    error = refused(tmp_path)
    assert "not valid TOML" in error.message
    assert "line 2" in error.message


def test_two_plans_with_one_id_are_refused_with_their_files(tmp_path: Path) -> None:
    error = refused(manifest(tmp_path, FULL, FULL | {"file": '"b.txt"'}))
    assert error.message == "two plans have the id x-lan-2030: a.txt and b.txt"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "nowhere").message


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n", encoding="utf-8")
    assert "neither plans.toml nor a text file" in refused(tmp_path).message


@pytest.mark.parametrize(
    ("code", "name", "level"),
    [("210000", "辽宁省", "province"), ("110000", "北京市", "municipality"), ("000000", "全国", "national")],
)
def test_without_a_manifest_the_text_tells_region_and_year(
    code: str, name: str, level: Level, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(LIAONING.replace("辽宁省", name), encoding="utf-8")
    (source,) = read_directory(tmp_path)
    assert (source.region.id, source.region.name, source.region.level, source.year) == (
        code,
        name,
        level,
        2030,
    )
    assert source.guessed == ("region", "year")
    assert source.title == f"{name}2030年水务工作要点"


def test_without_a_manifest_all_texts_but_a_readme_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(LIAONING, encoding="utf-8")
    (tmp_path / "a.MD").write_text(JILIN, encoding="gb18030")
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    (tmp_path / "c.csv").write_text("1,2", encoding="utf-8")
    (tmp_path / "d.txt").mkdir()
    assert [source.path.name for source in read_directory(tmp_path)] == ["b.txt", "a.MD"]


def test_without_a_manifest_what_no_text_tells_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SILENT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LIAONING, encoding="utf-8")
    error = refused(tmp_path)
    assert error.message.endswith("the files do not say: a.txt: region; a.txt: year")


def test_the_manifest_to_complete_is_one_when_it_is_completed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SILENT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LIAONING, encoding="utf-8")
    proposal = (refused(tmp_path).remedy or "").split("\n\n", 1)[1]
    silent, told = proposal.split("\n\n")
    completed = silent.replace("year = ?", "year = 2030").replace('region = "?"', 'region = "x-lan"')
    completed = completed.replace('level = "?"', 'level = "city"').replace('name = "?"', 'name = "岚市"')
    completed = completed.replace('parent = "?"', 'parent = "210000"')
    assert len(tomllib.loads(completed + "\n" + told)["plan"]) == 2
    (tmp_path / "plans.toml").write_text(completed + "\n" + told, encoding="utf-8")
    assert [source.plan_id for source in read_directory(tmp_path)] == ["210000-2030", "x-lan-2030"]


@pytest.mark.parametrize(
    ("title", "parent"),
    [
        ("辽宁省沧市2030年水务工作要点", "210000"), ("沧市2030年水务工作要点", "?"), ("辽宁沧市2030年水务工作要点", "210000"),
        ("大连市2030年水务工作要点", "210000"), ("辽宁省大连市沧县2030年水务工作要点", "210200"), ("辽宁省2030年水务工作要点", "000000"),
        ("全国沧市2030年水务工作要点", "?"),
    ],
)  # fmt: skip
def test_the_manifest_to_complete_says_what_stands_above_a_city(
    title: str, parent: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(SILENT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LIAONING.replace("辽宁省2030年水务工作要点", title), encoding="utf-8")
    (_, entry) = (refused(tmp_path).remedy or "").split("\n\n", 1)[1].split("\n\n")
    assert f'parent = "{parent}"' in entry
    assert ("linked to the nation only" in entry) == (parent == "?")


def test_the_nation_is_proposed_without_a_region_above(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SILENT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LIAONING.replace("辽宁省", "全国"), encoding="utf-8")
    (_, entry) = (refused(tmp_path).remedy or "").split("\n\n", 1)[1].split("\n\n")
    assert "parent" not in entry


def test_without_a_manifest_two_plans_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LIAONING, encoding="utf-8")
    (tmp_path / "b.txt").write_text(LIAONING, encoding="utf-8")
    assert "two plans have the id 210000-2030: a.txt and b.txt" in refused(tmp_path).message


def test_a_region_cannot_stand_under_itself(tmp_path: Path) -> None:
    manifest(tmp_path, FULL | {"parent": '"x-lan"'})
    assert "under itself" in refused(tmp_path).message


def test_regions_cannot_stand_under_each_other_in_a_circle(tmp_path: Path) -> None:
    one = FULL | {"parent": '"x-other"'}
    other = FULL | {"region": '"x-other"', "parent": '"x-lan"'}
    manifest(tmp_path, one, other)
    assert "under itself" in refused(tmp_path).message


def test_a_number_is_no_date(tmp_path: Path) -> None:
    manifest(tmp_path, FULL | {"published": "2030"})
    assert "2030 is no date" in refused(tmp_path).message


def test_an_unknown_key_outside_of_a_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plans.toml").write_text('titel = "a"\n[[plan]]\nfile = "a.txt"\n', encoding="utf-8")
    assert "titel" in refused(tmp_path).message


def test_a_county_stands_under_the_nearest_region_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SILENT, encoding="utf-8")
    county = {"file": '"a.txt"', "region": '"110101"', "year": "2030"}
    assert only(tmp_path, **county).region.parent == "110000"
