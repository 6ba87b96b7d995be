"""Links to review: the queue, and one of them with all that speaks for it and all that was decided on it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Query, Response

from api.dependencies import StoreDep
from api.pages.listing import Number, page_of
from api.pages.page import Figure, Page, PageDep
from api.pages.review_scope import EVERY, FINDINGS, KINDS, ORDERS, Asked, AskedDep
from api.review_models import ExcuseVerdict
from graph.errors import InputError, NotFoundError, PolicyGraphError, StaleError
from graph.store import Row, Store
from policygraph.words import word
from queries import answers, run
from queries.explain import ADVISER, Explanation, Side, explain
from queries.marks import Span, common, pieces
from queries.review import Entry, Item, Looked, LookedExcuse, look, look_excuse
from queries.wording import changes
from review.rules import is_evidence, is_measure

router = APIRouter()

SIZE: Final = 20
"""Links of one page of the list."""
FOUND: Final = 20
"""Most places that a search for the right upper end shows."""
REVIEWER: Final = "policygraph_reviewer"
"""The cookie that remembers who reviews where nobody signs in."""


class FormError(InputError):
    """A form of the page lacks something; ``key`` is the word that says what."""

    def __init__(self, key: str) -> None:
        super().__init__(word(key, "en"))
        self.key = key


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that was not taken: why, what it would have been, and what is decided instead."""

    error: PolicyGraphError
    act: str
    note: str
    theirs: Entry | None

    @property
    def stale(self) -> bool:
        """Whether somebody else decided, or words changed, meanwhile."""
        return isinstance(self.error, StaleError)

    @property
    def key(self) -> str:
        """The word that says why; empty where the error does."""
        return self.error.key if isinstance(self.error, FormError) else ""


@router.get("/review")
def review(
    page: PageDep,
    store: StoreDep,
    asked: AskedDep,
    item: Annotated[str, Query(max_length=500)] = "",
    done: Annotated[str, Query(max_length=1500)] = "",
    q: Annotated[str, Query(max_length=100)] = "",
    excused: Annotated[ExcuseVerdict | Literal["", "clear"], Query()] = "",
    many: Annotated[int, Query(ge=0)] = 0,
    number: Number = 1,
) -> Response:
    """The list of what passes the filters, and the link ``item``, the first one of the page by default.

    Args:
        item: both ends of a link, as ``SOURCE~TARGET``.
        done: links that were just decided on, parted by spaces.
        q: words to find the right upper end by.
        excused: what was just decided on the upper measure; ``clear``: its excuse was confirmed.
        many: how many links were just decided on at once.
    """
    return shown(page, store, asked, item=item, done=done, q=q, excused=excused, many=many, number=number)


def shown(
    page: Page,
    store: Store,
    asked: Asked,
    *,
    item: str = "",
    done: str = "",
    q: str = "",
    excused: str = "",
    many: int = 0,
    number: int = 1,
    refusal: Refusal | None = None,
) -> Response:
    """The page; ``refusal`` says of the last decision why it was not taken."""
    found = asked.items()
    at = next((n for n, i in enumerate(found) if _ends(i) == item), None)
    if at is not None:
        number = at // SIZE + 1
    listing = page_of(found, number, SIZE)
    if not item and listing.rows:
        at = (listing.number - 1) * SIZE
        item = _ends(listing.rows[0])
    # From a link that the filters do not find, the list begins anew.
    following = 0 if at is None else at + 1
    values: dict[str, Any] = {
        "asked": asked, "listing": listing, "first": (listing.number - 1) * SIZE + 1, "item": item, "at": at,
        "findings": [*FINDINGS, EVERY], "kinds": KINDS, "orders": ORDERS, "ends": _ends, "q": q.strip(),
        "total": Figure(len(found), "/api/v1/reviews", asked.api, "items/#"),
        "before": _ends(found[at - 1]) if at else "",
        "after": _ends(found[following]) if following < len(found) else "",
        "done": [_looked(store, each) for each in done.split()], "refusal": refusal,
        "excused": excused, "many": many,
        "reviewer": reviewer_of(page), "why_not": page.refusal("review"), "chosen": None,
    }  # fmt: skip
    if item:
        values |= _chosen(store, item, q.strip())
    status = refusal.error.status if refusal else HTTPStatus.OK
    return page.render("review.html", status_code=status, **values)


def reviewer_of(page: Page) -> str:
    """The name under which decisions from this page are logged, as far as it is known."""
    if page.identity.signed_in:
        return page.identity.name
    return unquote(page.request.cookies.get(REVIEWER, "")) or page.identity.name


def ends_of(item: str) -> tuple[str, str]:
    """Both ends of ``SOURCE~TARGET``. Raises NotFoundError."""
    source, _, target = item.partition("~")
    if not source or not target:
        raise NotFoundError(f"{item!r} names no link", remedy="Choose one from the list.")
    return source, target


def _ends(item: Item) -> str:
    return f"{item.source}~{item.target}"


def _looked(store: Store, item: str) -> Looked:
    return look(store, *ends_of(item))


def _chosen(store: Store, item: str, q: str) -> dict[str, Any]:
    """All that the page says of one link."""
    looked = _looked(store, item)
    why = explain(store, looked.source, looked.target) if looked.link else None
    last = looked.history[-1] if looked.history else None
    plan, upper = (
        answers.task(store, answers.task_of(store, end))["plan"] for end in (looked.source, looked.target)
    )
    excuses = _excuses(store, looked, plan)
    return {
        "chosen": looked, "why": why, "last": last, "plan": plan, "upper": upper,
        "sides": [_side(why.source), _side(why.target)] if why else _bare(looked),
        "shares": _shares(why), "changed": _changed(looked, last),
        "found": _candidates(store, looked, upper, q), "excuses": excuses,
        "reworded": {e.plan: list(changes(e.excuse.seen, e.text)) for e in excuses if e.excuse and e.excuse.stands == "suspect"},
        "evidence": is_evidence(looked.target),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """One end as the page shows it: texts in pieces, each with whether both ends share it."""

    headings: tuple[str, ...]
    text: list[tuple[str, bool]]
    sentence: list[tuple[str, bool]]
    page: int | None
    line: int | None


def _side(side: Side) -> Words:
    return Words(
        side.headings, _marked(side.number + side.text, side.marks, len(side.number)),
        pieces(side.sentence, side.sentence_marks), side.page, side.line,
    )  # fmt: skip


def _marked(text: str, marks: tuple[Span, ...], shift: int) -> list[tuple[str, bool]]:
    return pieces(text, [(start + shift, end + shift) for start, end in marks])


def _bare(looked: Looked) -> list[Words]:
    marks = common(looked.source_text, looked.target_text)
    texts = (looked.source_text, looked.target_text)
    return [Words((), pieces(t, m), [], None, None) for t, m in zip(texts, marks, strict=True)]


def _shares(why: Explanation | None) -> list[tuple[str, float, float]]:
    """Name of the word, share, and share of the largest, of each feature; what speaks for the link first."""
    if why is None or not why.shares:
        return []
    kind = "pair" if why.type == "MATCHES" else "task"
    most = max(abs(s.share) for s in why.shares) or 1.0
    rows = sorted(why.shares, key=lambda s: (s.feature in ("none", ADVISER), -s.share))
    return [(f"{kind}.{s.feature}", s.share, abs(s.share) / most) for s in rows]


def _changed(looked: Looked, last: Entry | None) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Where words changed since the last decision, of each end: its words then, now, and what became of them."""
    if last is None or last.stands != "suspect":
        return []
    ends = ((last.source_text, looked.source_text), (last.target_text, looked.target_text))
    return [(then, now, list(changes(then, now))) for then, now in ends]


def _candidates(store: Store, looked: Looked, upper: str, q: str) -> list[Row]:
    """Upper ends of the same kind whose words contain ``q``."""
    if not q:
        return []
    if is_evidence(looked.target):
        rows = run(store, "search", text=q, plan=upper, kind="planned", limit=FOUND + 1)
        found = [{"id": r["id"], "above": r["title"], "text": r["text"]} for r in rows]
    else:
        rows = [r for r in answers.tree(store, upper) if r["asks"] and q in r["title"]]
        found = [{"id": r["id"], "above": "", "text": f"{r['number']}{r['title']}"} for r in rows]
    return [r for r in found if r["id"] != looked.target][:FOUND]


def _excuses(store: Store, looked: Looked, plan: str) -> list[LookedExcuse]:
    """What is decided on whether the plan, and every plan, has to carry the upper measure; none of a task."""
    if not is_measure(looked.target):
        return []
    return [look_excuse(store, looked.target, plan), look_excuse(store, looked.target)]
