"""An explanation as tables for a terminal. Shared words are styled; in plain text they stand in 【】."""

from collections.abc import Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from policygraph.words import Language, word
from queries.explain import ADVISER, Explanation, Side
from queries.figures import Compared, Promise
from queries.marks import Span, pieces

_MARK: Final = "bold underline yellow"
_BAR: Final = 16
_VERDICTS: Final = {"meets": "green", "below": "red", "part": "cyan", "not_comparable": "dim"}


def explanation(answer: Explanation, language: Language, *, plain: bool) -> RenderableType:
    """Both ends, the decision, shares, evidence, figures and what else the source is linked to.

    Args:
        plain: whether styles would be lost, as in a file.
    """
    return _Tables(answer, language, plain=plain).all()


class _Tables:
    def __init__(self, answer: Explanation, language: Language, *, plain: bool) -> None:
        self._answer = answer
        self._language = language
        self._plain = plain
        self._feature = "pair" if answer.type == "MATCHES" else "task"

    def all(self) -> RenderableType:
        parts = [
            self._ends(),
            self._decision(),
            self._shares(),
            self._carriers(),
            self._figures(),
            self._others(),
        ]
        return Group(*(part for part in parts if part is not None))

    def _word(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)

    def _table(self, title: str, *columns: str, figures: Sequence[int] = ()) -> Table:
        table = Table(title=title, title_justify="left", header_style="bold")
        for index, column in enumerate(columns):
            number = index in figures
            table.add_column(column, overflow="fold", justify="right" if number else "left", no_wrap=number)
        return table

    def _marked(self, text: str, spans: Sequence[Span], style: str = "") -> Text:
        result = Text(style=style)
        for piece, mark in pieces(text, spans):
            if mark and self._plain:
                piece = f"【{piece}】"
            result.append(piece, style=f"{_MARK} not dim" if mark else "")
        return result

    def _with_id(self, text: str, spans: Sequence[Span], id_: str) -> Text:
        return self._marked(text, spans).append(f"\n{id_}", style="dim")

    def _ends(self) -> Table:
        answer = self._answer
        title = self._word("explain_of", source=answer.source.id, target=answer.target.id)
        sides = (answer.source, answer.target)
        table = self._table(title, "", self._word("explain_local"), self._word("explain_upper"))
        table.columns[0].no_wrap = True
        table.add_row(self._word("plan"), *(f"{s.region} {s.year}\n{s.plan}" for s in sides))
        if any(s.headings for s in sides):
            table.add_row(self._word("headings"), *(" › ".join(s.headings) for s in sides))
        table.add_row(self._word("text"), *(self._own_words(s) for s in sides))
        if any(s.sentence for s in sides):
            sentences = (self._marked(s.sentence, s.sentence_marks, "dim") for s in sides)
            table.add_row(self._word("explain_sentence"), *sentences)
        if any(s.line for s in sides):
            table.add_row(self._word("explain_place"), *(self._place(s) for s in sides))
        return table

    def _own_words(self, side: Side) -> Text:
        return Text(side.number).append_text(self._marked(side.text, side.marks))

    def _place(self, side: Side) -> str:
        if side.line is None:
            return ""
        return self._word("at_line" if side.page is None else "at_page", page=side.page, line=side.line)

    def _decision(self) -> Table:
        answer = self._answer
        table = Table(show_header=False, title=self._word("explain_link"), title_justify="left")
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        score = f"{answer.score:.2f}"
        if answer.rank:
            score += f"（{self._word('explain_rank', rank=answer.rank)}）"
        if answer.confidence is not None:
            score += f"  {self._word('confidence')} {answer.confidence:.2f}"
        table.add_row(self._word("score"), score)
        table.add_row(self._word("relation"), self._word(answer.relation))
        who = self._word("explain_who", method=self._word(answer.method), state=self._word(answer.state))
        extent = self._word(answer.covers) if answer.covers == "partly" else ""
        decided = Text(" · ".join(filter(None, (who, extent))))
        if answer.suspect:
            decided.append(f"\n⚠ {self._word('suspect')}", style="bold yellow")
        table.add_row(self._word("status"), decided)
        for name, said in (
            ("reviewer", answer.reviewer),
            ("note", answer.note),
            ("explain_adviser", answer.advice),
        ):
            if said:
                table.add_row(self._word(name), said)
        if answer.support is not None and answer.strongest is not None:
            table.add_row(self._word("support"), str(answer.support))
        scoring = f"{self._word('scoring')} {answer.scoring}" if answer.scoring else ""
        table.add_row(self._word("encoder"), "  ".join(filter(None, (answer.encoder, scoring))))
        table.add_row(self._word("explain_run"), f"{answer.run}  {answer.linked}")
        return table

    def _shares(self) -> RenderableType:
        answer = self._answer
        if not answer.shares or answer.log_odds is None:
            return Text(self._word("explain_no_shares"))
        columns = (self._word("feature"), self._word("explain_share"), "")
        table = self._table(self._word("explain_shares"), *columns, figures=(1,))
        widest = max(abs(s.share) for s in answer.shares) or 1
        features = [s for s in answer.shares if s.feature != ADVISER]
        for share in sorted(features, key=lambda s: (s.feature == "none", -s.share)):
            name = self._word(f"{self._feature}.{share.feature}")
            table.add_row(name, f"{share.share:+.2f}", _bar(share.share / widest))
        table.add_section()
        table.add_row(
            Text(self._word("explain_sum"), style="bold"), Text(f"{answer.log_odds:+.2f}", style="bold"), ""
        )
        notes = [self._outcome(answer.log_odds)]
        for share in answer.shares:
            if share.feature == ADVISER:
                table.add_row(self._word("task.adviser"), f"{share.share:+.2f}", _bar(share.share / widest))
                values = {"share": share.share, "before": answer.unadvised, "score": answer.score}
                notes.append(self._word("explain_advice", **values))
        if answer.strongest is not None:
            notes.insert(0, self._word("explain_strongest", measure=answer.strongest))
        if {"covered", "partial", "implements"} <= answer.thresholds.keys():
            notes.append(self._word("explain_limits", **answer.thresholds))
        table.caption, table.caption_justify = "\n".join(notes), "left"
        return table

    def _outcome(self, log_odds: float) -> str:
        answer = self._answer
        if answer.unadvised is not None and answer.none is not None and answer.others is not None:
            return self._word(
                "explain_choice", score=answer.unadvised, others=max(answer.others, 0), none=answer.none
            )
        line = answer.calibration
        if line is None:
            return self._word("explain_probability", score=answer.score)
        return self._word(
            "explain_calibration", slope=line.slope, intercept=line.intercept, log_odds=log_odds, score=answer.score,
            calibrated=line.slope * log_odds + line.intercept,
        )  # fmt: skip

    def _carriers(self) -> Table | None:
        answer = self._answer
        if answer.strongest is None:
            return self._nearest()
        columns = ("explain_local", "score", "relation", "explain_upper", "score")
        title = self._word("explain_carriers")
        table = self._table(title, *(self._word(c) for c in columns), figures=(1, 4))
        for carrier in answer.carriers:
            table.add_section()
            head = (
                self._with_id(carrier.text, carrier.marks, carrier.source),
                f"{carrier.score:.2f}",
                self._word(carrier.relation),
            )
            if not carrier.evidence:
                table.add_row(*head, "", "")
            for index, near in enumerate(carrier.evidence):
                upper = self._with_id(near.upper_text, near.upper_marks, near.upper)
                table.add_row(*(head if index == 0 else ("", "", "")), upper, f"{near.score:.2f}")
        return table

    def _nearest(self) -> Table | None:
        evidence = [near for carrier in self._answer.carriers for near in carrier.evidence]
        if not evidence:
            return None
        columns = (self._word("upper_measure"), self._word("relation"), self._word("score"))
        table = self._table(self._word("explain_nearest"), *columns, figures=(2,))
        for near in evidence:
            upper = self._with_id(near.upper_text, near.upper_marks, near.upper)
            table.add_row(upper, self._word(near.relation), f"{near.score:.2f}")
        return table

    def _figures(self) -> Table | None:
        answer = self._answer
        if not answer.figures:
            return None
        columns = ("indicator", "explain_upper", "explain_local", "explain_verdict")
        table = self._table(self._word("explain_figures"), *(self._word(c) for c in columns))
        for found in answer.figures:
            table.add_row(
                found.indicator, self._promise(found.upper), self._promise(found.local), self._verdict(found)
            )
        return table

    def _promise(self, promise: Promise) -> str:
        compared = " ".join(filter(None, (self._word(promise.comparator), promise.base, promise.text)))
        return f"{compared}\n{promise.indicator}"

    def _verdict(self, found: Compared) -> Text:
        if found.verdict == "not_comparable":
            words = self._word("not_comparable") + self._word(f"by_{found.reason}")
        else:
            words = self._word(found.verdict, share=found.share)
        return Text(words, style=_VERDICTS[found.verdict])

    def _others(self) -> Table | None:
        answer = self._answer
        if not answer.alternatives:
            return None
        columns = ("explain_upper", "score", "rank")
        table = self._table(self._word("explain_others"), *(self._word(c) for c in columns), figures=(1, 2))
        for other in answer.alternatives:
            table.add_row(self._with_id(other.text, (), other.target), f"{other.score:.2f}", str(other.rank))
        return table


def _bar(share: float) -> Text:
    """A bar from the middle: to the right for, to the left against; ``share`` is from -1 to 1."""
    size = round(abs(share) * _BAR)
    left = size if share < 0 else 0
    bar = Text(" " * (_BAR - left)).append("█" * left, style="red").append("│", style="dim")
    return bar.append("█" * (size - left), style="green")
