"""The scoring model and its file."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embeddings.features import PAIR_FEATURES, TASK_FEATURES
from embeddings.scoring import (
    NONE,
    Choice,
    Line,
    Scoring,
    Thresholds,
    choose,
    log_odds,
    logistic,
    read_scoring,
    shipped_scoring,
    write_scoring,
)
from graph.errors import SettingsError
from policygraph.settings import load_settings
from tests.embeddings.test_cache import Fake

CHOICE = Choice(("clause", "words"), (2.0, 0.5), (0.1, 0.0), (0.5, 0.25), 1.5)
LOGITS = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(-200, 200, width=32)
)


@given(LOGITS)
def test_a_choice_is_a_softmax_with_none_beside(logits: np.ndarray[Any, np.dtype[np.float32]]) -> None:
    found = choose(logits)
    beside = np.column_stack([logits, np.zeros(len(logits))]).astype(np.float64)
    whole = np.exp(beside - beside.max(axis=1, keepdims=True))
    whole /= whole.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, whole[:, :-1], atol=1e-6)
    assert np.all(found >= 0)
    assert np.all(found.sum(axis=1) <= 1 + 1e-6)


def test_none_has_what_the_others_leave() -> None:
    np.testing.assert_allclose(choose(np.zeros((1, 3), np.float32)), 0.25)
    np.testing.assert_allclose(choose(np.array([[-100.0, -100.0]], np.float32)), 0, atol=1e-30)
    np.testing.assert_allclose(choose(np.array([[1000.0, -1000.0]], np.float32)), [[1, 0]])


def test_log_odds_are_those_worked_out_by_hand() -> None:
    values = np.array([[0.6, 0.5], [0.1, 0.0]], np.float32)
    np.testing.assert_allclose(CHOICE.shares(values), [[2, 1], [0, 0]], atol=1e-6)
    np.testing.assert_allclose(CHOICE.logits(values), [1.5, -1.5], atol=1e-6)
    assert CHOICE.explained(values) == [
        {"clause": 2.0, "words": 1.0, NONE: -1.5},
        {"clause": 0.0, "words": 0.0, NONE: -1.5},
    ]


@given(
    arrays(np.float32, (3, len(TASK_FEATURES)), elements=st.floats(-1, 1, width=32)),
    arrays(np.float32, (3, len(PAIR_FEATURES)), elements=st.floats(-5, 5, width=32)),
)
def test_shares_add_up_to_log_odds(tasks: Any, pairs: Any) -> None:
    scoring = shipped_scoring()
    for choice, values in ((scoring.tasks, tasks), (scoring.measures, pairs)):
        whole = choice.shares(values).sum(axis=-1) - choice.none
        np.testing.assert_allclose(choice.logits(values), whole, atol=1e-3)
        for explained, logit in zip(choice.explained(values), choice.logits(values), strict=True):
            assert list(explained) == [*choice.features, NONE]
            assert sum(explained.values()) == pytest.approx(float(logit), abs=0.006)


@given(st.floats(0.05, 10), st.floats(-10, 10), st.floats(-30, 30))
def test_a_line_is_a_logistic_function(slope: float, intercept: float, at: float) -> None:
    line = Line(slope, intercept)
    below, found, above = line(np.array([at - 1, at, at + 1], np.float32)).tolist()
    assert 0 <= below <= found <= above <= 1
    assert found == pytest.approx(1 / (1 + np.exp(-np.clip(slope * at + intercept, -60, 60))), abs=1e-4)


@given(st.floats(2**-13, 1 - 2**-13, width=32))
def test_log_odds_are_the_inverse_of_the_logistic_function(chance: float) -> None:
    there = log_odds(np.array([chance], np.float32))
    assert float(logistic(there)[0]) == pytest.approx(chance, abs=1e-5)


def test_log_odds_of_certainty_are_finite() -> None:
    found = log_odds(np.array([0, 1], np.float32))
    assert np.isfinite(found).all()
    assert found[0] < -10 < 10 < found[1]


WEIGHT = st.floats(0, 1e6)
NUMBER = st.floats(-1e6, 1e6)
SCALE = st.floats(1e-9, 1e6)


@st.composite
def choices(draw: st.DrawFn, features: tuple[str, ...]) -> Choice:
    weights, means, scales = (
        tuple(draw(st.lists(kind, min_size=len(features), max_size=len(features))))
        for kind in (WEIGHT, NUMBER, SCALE)
    )
    return Choice(features, weights, means, scales, draw(NUMBER))


@st.composite
def scorings(draw: st.DrawFn) -> Scoring:
    one, two, three = (Line(draw(SCALE), draw(NUMBER)) for _ in range(3))
    covered, partial = sorted((draw(st.floats(0, 1)), draw(st.floats(0, 1))), reverse=True)
    limits = Thresholds(draw(st.floats(0, 1)), covered, partial, draw(st.integers(1, 100)))
    tasks, measures = draw(choices(TASK_FEATURES)), draw(choices(PAIR_FEATURES))
    return Scoring("st:模型", tasks, measures, one, two, three, limits, {"plans": draw(st.integers(0, 99))})


@settings(deadline=None)
@given(scorings())
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, scoring: Scoring) -> None:
    path = tmp_path_factory.mktemp("scoring") / "new" / "a.json"
    write_scoring(scoring, path)
    assert read_scoring(path) == scoring
    assert read_scoring(path).fingerprint == scoring.fingerprint
    assert [file.name for file in path.parent.iterdir()] == ["a.json"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_scoring(shipped_scoring(), path)
    with pytest.raises(TypeError):
        write_scoring(replace(shipped_scoring(), fitted={"when": object()}), path)
    assert read_scoring(path) == shipped_scoring()


def _without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda content: {k: v for k, v in content.items() if k != name}


def _with(*place: str | int, value: Any) -> Callable[[dict[str, Any]], Any]:
    def change(content: dict[str, Any]) -> Any:
        inner: Any = content
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        return content

    return change


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a list": lambda _: [],
    "a number": lambda _: 1,
    "no object inside": _with("tasks", value=[1, 2]),
    "another format": _with("format", value=99),
    **{f"no {f.name}": _without(f.name) for f in fields(Scoring)},
    "no format": _without("format"),
    "an unknown name": _with("colour", value="red"),
    "an unknown weight": _with("tasks", "colour", value=1),
    "no slope": _with("confidence", value={"intercept": 1}),
    "an unknown threshold": _with("thresholds", "relative", value=0.9),
    "a threshold too high": _with("thresholds", "implements", value=1.5),
    "no whole number": _with("thresholds", "most", value=1.5),
    "partial above covered": _with("thresholds", "partial", value=0.9),
    "a threshold that is a word": _with("thresholds", "covered", value="high"),
    "too few weights": _with("tasks", "weights", value=[1.0]),
    "too few features": _with("measures", "features", value=["words"]),
    "features of another version": _with("measures", "features", 0, value="colour"),
    "features in another order": lambda c: _with("tasks", "features", value=c["tasks"]["features"][::-1])(c),
    "a weight that is a word": _with("tasks", "weights", 0, value="much"),
    "a weight that is nothing": _with("tasks", "weights", 0, value=None),
    "a weight that is no number": _with("tasks", "weights", 0, value=float("nan")),
    "a weight without end": _with("measures", "weights", 0, value=float("inf")),
    "a negative weight": _with("measures", "weights", 0, value=-0.1),
    "a scale of zero": _with("tasks", "scales", 0, value=0),
    "a mean that is no number": _with("tasks", "means", 0, value=float("nan")),
    "a slope of zero": _with("addressed", "slope", value=0),
    "a falling line": _with("confidence", "slope", value=-1.0),
    "an intercept that is a word": _with("covered", "intercept", value="low"),
    "none that is no number": _with("measures", "none", value=float("nan")),
    "an encoder that is no name": _with("encoder", value=3),
    "fitted to no object": _with("fitted", value="six plans"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_named(broken: Callable[[dict[str, Any]], Any], tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_scoring(shipped_scoring(), path)
    path.write_text(json.dumps(broken(json.loads(path.read_text("utf-8")))), encoding="utf-8")
    with pytest.raises(SettingsError, match="no scoring of this version") as caught:
        read_scoring(path)
    assert caught.value.where == str(path)
    assert "policygraph calibrate" in str(caught.value.remedy)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format": 1', "权重".encode("gb18030")])
def test_a_file_that_is_no_json_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_scoring(path)
    assert caught.value.where == str(path)
    with pytest.raises(SettingsError, match="No such file"):
        read_scoring(tmp_path / "b.json")
    with pytest.raises(SettingsError) as caught:
        read_scoring(tmp_path)
    assert caught.value.where == str(tmp_path)


def test_the_fingerprint_is_of_all_that_decides() -> None:
    shipped = shipped_scoring()
    others = [replace(shipped, tasks=replace(shipped.tasks, none=2.0))]
    others.append(replace(shipped, measures=replace(shipped.measures, none=2.0)))
    for name in ("tasks", "measures"):
        choice: Choice = getattr(shipped, name)
        for part in ("weights", "means", "scales"):
            for i in range(len(choice.features)):
                values = list(getattr(choice, part))
                values[i] += 0.001
                changed: dict[str, Any] = {part: tuple(values)}
                changed = {name: replace(choice, **changed)}
                others.append(replace(shipped, **changed))
    for name in ("confidence", "covered", "addressed"):
        line: Line = getattr(shipped, name)
        for moved in (Line(line.slope + 0.001, line.intercept), Line(line.slope, line.intercept + 0.001)):
            changed = {name: moved}
            others.append(replace(shipped, **changed))
    for threshold, value in asdict(shipped.thresholds).items():
        step = 1 if threshold == "most" else 0.001
        others.append(shipped.changed({threshold: value + step}))
    found = {scoring.fingerprint for scoring in others}
    assert len(found) == len(others) > 40
    assert shipped.fingerprint not in found
    assert replace(shipped, fitted={}, encoder="char").fingerprint == shipped.fingerprint
    assert shipped.changed({}).fingerprint == shipped.fingerprint


def test_thresholds_are_changed_by_name() -> None:
    limits = Thresholds(implements=0.3, covered=0.5, partial=0.2)
    assert limits.most == 2
    changed = limits.changed({"implements": 0, "covered": 1, "partial": 1, "most": 100})
    assert changed == Thresholds(0.0, 1.0, 1.0, 100)
    assert [type(value) for value in asdict(changed).values()] == [float, float, float, int]
    assert limits.changed({}) == limits


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"relative": 0.5}, "there is no threshold 'relative'"),
        ({"implements": -0.01}, "the threshold implements is -0.01"),
        ({"covered": 1.01}, "the threshold covered is 1.01"),
        ({"partial": float("nan")}, "the threshold partial is nan"),
        ({"most": 0}, "the threshold most is 0"),
        ({"most": 101}, "the threshold most is 101"),
        ({"most": 1.5}, r"the threshold most is 1\.5"),
        ({"most": float("inf")}, "the threshold most is inf"),
        ({"partial": 0.6}, "partial is above covered"),
        ({"covered": 0.1}, "partial is above covered"),
    ],
)
def test_thresholds_that_cannot_be_are_said(values: dict[str, float], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        Thresholds(implements=0.3, covered=0.5, partial=0.2).changed(values)
    assert caught.value.remedy


def test_the_shipped_scoring_is_for_the_features_that_there_are() -> None:
    shipped = shipped_scoring()
    assert shipped.encoder == "policy-zh"
    assert (shipped.tasks.features, shipped.measures.features) == (TASK_FEATURES, PAIR_FEATURES)
    for choice in (shipped.tasks, shipped.measures):
        assert min(choice.weights) >= 0
        assert max(choice.weights) > 0
        assert min(choice.scales) > 0
    assert min(line.slope for line in (shipped.confidence, shipped.covered, shipped.addressed)) > 0
    limits = shipped.thresholds
    assert 0 < limits.partial < limits.covered < 1
    assert 0 < limits.implements < 1


def test_what_a_run_keeps_leads_from_covered_to_addressed() -> None:
    shipped = shipped_scoring()
    kept = shipped.parameters()
    assert {name: kept[name] for name in asdict(shipped.thresholds)} == asdict(shipped.thresholds)
    logits = np.linspace(-8, 8, 33, dtype=np.float32)
    again = Line(kept["addressed_slope"], kept["addressed_intercept"])(log_odds(shipped.covered(logits)))
    np.testing.assert_allclose(again, shipped.addressed(logits), atol=1e-4)
    assert np.all(shipped.addressed(logits) >= shipped.covered(logits))
    # From the threshold on, an upper measure is more likely addressed than not.
    at = log_odds(np.array([shipped.thresholds.partial], np.float32))
    chance = Line(kept["addressed_slope"], kept["addressed_intercept"])(at)
    assert 0.5 <= float(chance[0]) < 0.8


def test_the_settings_take_the_scoring_of_the_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICYGRAPH_SCORING_FOLDER", str(tmp_path / "own"))
    opened = load_settings(thresholds={"implements": 0.4})
    encoder, other = Fake("a1"), Fake("b2")
    assert opened.open_scoring(encoder) == shipped_scoring().changed({"implements": 0.4})
    own = replace(shipped_scoring(), encoder="fake", confidence=Line(1.0, 0.0))
    write_scoring(own, opened.scoring_file(encoder))
    assert opened.open_scoring(encoder) == own.changed({"implements": 0.4})
    assert opened.open_scoring(other) == shipped_scoring().changed({"implements": 0.4})
    opened.scoring_file(other).write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="no scoring of this version"):
        opened.open_scoring(other)
    none = opened.model_copy(update={"scoring_folder": ""})
    assert none.open_scoring(other) == shipped_scoring().changed({"implements": 0.4})


def test_the_scoring_folder_is_in_the_users_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Path(load_settings().scoring_folder) == tmp_path / "data" / "policygraph" / "scoring"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for unset in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", unset)
        expected = tmp_path / "home" / ".local" / "share" / "policygraph" / "scoring"
        assert Path(load_settings().scoring_folder) == expected
