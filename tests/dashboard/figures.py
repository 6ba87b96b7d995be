"""The figures of a page, and the same from the answers that they name."""

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from lxml import html


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it, with what it says of its answer."""

    text: str
    value: str
    path: str
    params: str
    pick: str


def figures(page: str) -> list[Shown]:
    """All figures of a page."""
    return [
        Shown(
            "".join(e.itertext()),
            e.get("data-value"),
            e.get("data-query"),
            e.get("data-params"),
            e.get("data-pick"),
        )
        for e in html.fromstring(page).iter("span")
        if e.get("data-query") is not None
    ]


def pick(answer: Any, steps: str) -> Any:
    """What ``steps`` take from ``answer``, as docs/dashboard.md says."""
    found: list[Any] = [answer]
    for step in steps.split("/"):
        if step == "#":
            return sum(len(each) if isinstance(each, list) else 1 for each in found)
        if step == "+":
            return sum(found)
        if step == "*":
            found = [item for each in found for item in each]
        elif "=" in step:
            name, _, values = step.partition("=")
            found = [each for each in found if str(each[name]) in values.split("|")]
        else:
            found = [each[step] for each in found if each is not None]
    (only,) = found
    return only


@dataclass
class Api:
    """The API, asked once for each answer; lists are read to their end."""

    client: TestClient
    _answers: dict[tuple[str, str], Any] = field(default_factory=dict)

    def answer(self, path: str, params: str) -> Any:
        """The whole answer."""
        key = (path, params)
        if key not in self._answers:
            asked = json.loads(params)
            found = self._get(path, asked)
            following = found.get("next")
            while following:
                more = self._get(path, asked | {"cursor": following})
                found["items"] += more["items"]
                following = more["next"]
            self._answers[key] = found
        return self._answers[key]

    def _get(self, path: str, params: dict[str, Any]) -> Any:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, (path, params, answer.text)
        return answer.json()


def differing(page: str, api: Api) -> list[str]:
    """Each figure of the page that its answer has otherwise."""
    wrong = []
    for shown in figures(page):
        value = pick(api.answer(shown.path, shown.params), shown.pick)
        text = f"{value * 100:.0f}%" if shown.text.endswith("%") else f"{value:,}"
        if float(shown.value) != value or shown.text != text:
            wrong.append(
                f"{shown.text} ({shown.value}) is {value} in {shown.path} {shown.params} {shown.pick}"
            )
    return wrong
