"""Decisions: what is open, one link or excuse with its tag, and what a person decides on what they saw."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Unpack, cast

from policygraph.client import types
from policygraph.client.reading import Reading, at

ANY: Final = "*"
"""For ``seen``: decide on whatever is there now."""
_NDJSON: Final = {"Content-Type": "application/x-ndjson"}


class Reviewing(Reading):
    """What reviewers ask and decide. ``seen`` is the ``token`` of what was looked at, or :data:`ANY`."""

    def list_reviews(
        self, *, order: str | None = None, **wanted: Unpack[types.Wanted]
    ) -> Iterator[types.Item]:
        """Links to review."""
        return self._items(at("/reviews"), order=order, **wanted)

    def get_link(self, source: str, target: str) -> types.ReviewLink:
        """One link with all that was decided on it."""
        return cast(types.ReviewLink, self.get(at("/reviews/link"), source=source, target=target))

    def decide_link(
        self, source: str, target: str, seen: str, **act: Unpack[types.LinkAct]
    ) -> types.ReviewLink:
        """Accept, reject, make or take back a link. Raises ConflictError where it has changed since it was seen."""
        return cast(
            types.ReviewLink, self._decide("PUT", "/reviews/link", seen, act, source=source, target=target)
        )

    def correct_link(
        self, source: str, target: str, seen: str, **act: Unpack[types.Correction]
    ) -> types.Corrected:
        """Set another relation, or another target."""
        return cast(
            types.Corrected,
            self._decide("POST", "/reviews/link/correct", seen, act, source=source, target=target),
        )

    def clear_link(self, source: str, target: str, seen: str, **act: Unpack[types.Act]) -> types.ReviewLink:
        """Let a decision hold for the words that stand now."""
        return cast(
            types.ReviewLink,
            self._decide("POST", "/reviews/link/clear", seen, act, source=source, target=target),
        )

    def undo_link(self, source: str, target: str, seen: str, **act: Unpack[types.Act]) -> types.ReviewLink:
        """Go back to the decision before the last."""
        return cast(
            types.ReviewLink,
            self._decide("POST", "/reviews/link/undo", seen, act, source=source, target=target),
        )

    def preview_bulk(
        self, verdict: str, wanted: types.Wanted, *, limit: int | None = None, cursor: str | None = None
    ) -> types.Preview:
        """What a decision on all links of a filter would change, a page of it; its token is for :meth:`decide_bulk`."""
        body = {"verdict": verdict, "filter": wanted}
        params = {"limit": limit, "cursor": cursor}
        return cast(types.Preview, self.ask("POST", at("/reviews/preview"), json=body, params=params))

    def decide_bulk(self, act: types.BulkAct) -> types.Bulk:
        """Decide on all links of a preview, or on none."""
        return cast(types.Bulk, self.ask("POST", at("/reviews/bulk"), json=act))

    def list_excuses(self, *, upper: str | None = None, plan: str | None = None) -> Iterator[types.Excuse]:
        """What plans are excused from."""
        return self._items(at("/excuses"), upper=upper, plan=plan)

    def get_excuse(self, measure: str, *, plan: str | None = None) -> types.Exemption:
        """What was decided on a measure for a plan, or for all."""
        return cast(types.Exemption, self.get(at("/excuses/measure"), measure=measure, plan=plan))

    def decide_excuse(
        self, measure: str, seen: str, *, plan: str | None = None, **act: Unpack[types.ExcuseAct]
    ) -> types.Exemption:
        """Excuse a plan, or all, from a measure, or take that back."""
        return cast(
            types.Exemption, self._decide("PUT", "/excuses/measure", seen, act, measure=measure, plan=plan)
        )

    def clear_excuse(
        self, measure: str, seen: str, *, plan: str | None = None, **act: Unpack[types.Act]
    ) -> types.Exemption:
        """Let an excuse hold for the words that stand now."""
        return cast(
            types.Exemption,
            self._decide("POST", "/excuses/measure/clear", seen, act, measure=measure, plan=plan),
        )

    def undo_excuse(
        self, measure: str, seen: str, *, plan: str | None = None, **act: Unpack[types.Act]
    ) -> types.Exemption:
        """Go back to the decision before the last."""
        return cast(
            types.Exemption,
            self._decide("POST", "/excuses/measure/undo", seen, act, measure=measure, plan=plan),
        )

    def list_decisions(
        self, *, plan: str | None = None, upper: str | None = None, about: str | None = None,
        reviewer: str | None = None, kind: str | None = None, current: bool | None = None,
    ) -> Iterator[types.Decision]:  # fmt: skip
        """The log."""
        return self._items(
            at("/decisions"),
            plan=plan,
            upper=upper,
            about=about,
            reviewer=reviewer,
            kind=kind,
            current=current,
        )

    def export_decisions(self) -> str:
        """The whole log as JSON Lines."""
        return self.send("GET", at("/decisions/export")).text

    def import_decisions(self, lines: str) -> types.Imported:
        """Take in a log; as often as one likes."""
        body = self.ask("POST", at("/decisions/import"), content=lines.encode(), headers=_NDJSON)
        return cast(types.Imported, body)

    def _decide(self, method: str, path: str, seen: str, act: Mapping[str, Any], **params: Any) -> Any:
        match = seen if seen == ANY or seen.startswith('"') else f'"{seen}"'
        return self.ask(method, at(path), match=match, params=params, json=dict(act))
