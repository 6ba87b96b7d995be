"""What the routes of reviewing take and return."""

import json
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.models import (
    LOCAL,
    LOCAL_TEXT,
    UPPER,
    UPPER_TEXT,
    Covers,
    Excuse,
    Method,
    Model,
    Page,
    Relation,
    rows_of,
)
from api.models import State as LinkState
from queries.review import Filter, Finding, LinkKind
from review.log import FIELDS

NOTE_LENGTH: Final = 4000
TOKEN: Final = "4f1b2b0b822cd15d"
DECISION: Final = "20250301T080000000000-1a2b3c4d"
LinkVerdict = Literal["accepted", "rejected", "proposed"]
ExcuseVerdict = Literal["not_applicable", "delegated", "deferred", "applies", "none"]
Reviewer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(max_length=NOTE_LENGTH)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


@rows_of("review_matches")
class Item(Model):
    """A link with what people decided on it."""

    type: Literal["MATCHES", "IMPLEMENTS"] = Field(examples=["MATCHES"])
    source: str = Field(examples=[f"{LOCAL}#3"])
    source_task: str = Field(examples=[LOCAL])
    source_text: str = Field(description="The source's words", examples=[LOCAL_TEXT])
    plan: str = Field(description="Id of the source's plan", examples=["x-qinglan-2025"])
    target: str = Field(examples=[f"{UPPER}#2"])
    target_text: str = Field(description="The target's words", examples=[UPPER_TEXT])
    upper: str = Field(description="Id of the target's plan", examples=["000000-2025"])
    task: str = Field(
        description="Id of the upper task that the target is, or stands under", examples=[UPPER]
    )
    score: float = Field(examples=[0.42])
    confidence: float = Field(examples=[0.42])
    rank: int = Field(examples=[1])
    relation: Relation = Field(examples=["narrower"])
    method: Method = Field(examples=["machine"])
    state: LinkState = Field(examples=["proposed"])
    suspect: bool = Field(examples=[False])
    covers: Covers = Field(examples=[""])
    decision: str = Field(examples=[""])
    reviewer: str = Field(examples=[""])
    note: str = Field(examples=[""])
    source_seen: str | None = Field(examples=[None])
    target_seen: str | None = Field(
        description="The upper words that the reviewer saw, null where nobody decided", examples=[None]
    )
    decides: bool = Field(
        description="Whether the status of the upper measure would be another one without this link",
        examples=[True],
    )
    token: str = Field(description="What `If-Match` takes to decide on it, in quotes", examples=[TOKEN])


@rows_of("decisions")
class Decision(Model):
    """An entry of the log of decisions; entries are added, never changed or taken out."""

    id: str = Field(examples=[DECISION])
    subject: str = Field(examples=[f"{LOCAL}#3 {UPPER}#2"])
    previous: str = Field(examples=[""])
    verdict: Literal[
        "accepted", "rejected", "proposed", "not_applicable", "delegated", "deferred", "applies", "none"
    ] = Field(examples=["accepted"])
    plan: str = Field(examples=["x-qinglan-2025"])
    upper: str = Field(examples=["000000-2025"])
    source: str = Field(examples=[f"{LOCAL}#3"])
    source_text: str = Field(description="The source's words that the person saw", examples=[LOCAL_TEXT])
    target: str = Field(examples=[f"{UPPER}#2"])
    target_text: str = Field(description="The target's words that the person saw", examples=[UPPER_TEXT])
    relation: str = Field(examples=[""])
    covers: str = Field(examples=["fully"])
    to: str = Field(examples=[""])
    expires: str = Field(examples=[""])
    note: str = Field(examples=["同一项目"])
    reviewer: str = Field(examples=["周"])
    at: str = Field(examples=["2025-03-01T08:00:00.000000Z"])
    batch: str = Field(examples=["9f86d081884c7d65"])
    current: bool = Field(examples=[True])
    source_now: str | None = Field(examples=[LOCAL_TEXT])
    target_now: str | None = Field(examples=[UPPER_TEXT])
    stands: Literal["valid", "suspect", "closed"] = Field(
        description="valid; suspect: an end has other words now; closed: an end is gone", examples=["valid"]
    )


def _examples() -> dict[str, Any]:
    return {name: field.examples[0] for name, field in Decision.model_fields.items() if field.examples}


LINE: Final = json.dumps({name: _examples().get(name, TOKEN) for name in FIELDS}, ensure_ascii=False) + "\n"
"""A decision as it travels."""


class Link(Model):
    """One link as it stands, or could stand, with all that was decided on it."""

    source: str = Field(description="Id of the local measure or task", examples=[f"{LOCAL}#3"])
    source_text: str = Field(description="Its words, or a task's heading", examples=[LOCAL_TEXT])
    target: str = Field(description="Id of the upper measure or task", examples=[f"{UPPER}#2"])
    target_text: str = Field(description="Its words, or a task's heading", examples=[UPPER_TEXT])
    link: Item | None = Field(description="The link, null where the two are not linked")
    history: list[Decision] = Field(description="What was decided on it, the first decision first")
    token: str = Field(
        description="What `If-Match` takes to decide on it, in quotes; the `ETag` begins with it",
        examples=[TOKEN],
    )


class Corrected(Model):
    """A corrected link, and the one that took its place where the target was corrected."""

    link: Link = Field(description="The link that was corrected, the one that `ETag` is of")
    to: Link | None = Field(description="The link to the other target, null where the target stayed")


class Exemption(Model):
    """Whether a plan, or every plan, has to carry an upper measure, with all that was decided on it."""

    measure: str = Field(description="Id of the upper measure", examples=[f"{UPPER}#2"])
    text: str = Field(description="Its words", examples=[UPPER_TEXT])
    plan: str = Field(
        description="Id of the plan that it is about, empty for every plan", examples=["x-qinglan-2025"]
    )
    excuse: Excuse | None = Field(description="The decision, null where there is none or it was taken back")
    history: list[Decision] = Field(description="What was decided on it, the first decision first")
    token: str = Field(
        description="What `If-Match` takes to decide on it, in quotes; the `ETag` begins with it",
        examples=[TOKEN],
    )


class Wanted(Model):
    """Which links are asked for; what is left out is not asked about."""

    plan: str = Field("", description="Id of the local plan", examples=["x-qinglan-2025"])
    upper: str = Field("", description="Id of the upper plan", examples=["000000-2025"])
    kinds: list[LinkKind] = Field(
        default=["matches", "tasks"],
        description="matches: evidence between measures; tasks, measures: the upper tasks that those implement",
        examples=[["matches", "tasks"]],
    )
    finding: Finding | None = Field(
        None,
        description="proposed, accepted or rejected; or suspect, which is a finding of its own",
        examples=["proposed"],
    )
    priority: str = Field("", description="Id of an upper task", examples=[UPPER])
    source: str = Field(
        "", description="Id of a local measure, or of a task with all of its measures", examples=[LOCAL]
    )
    relation: Relation | Literal[""] = Field("", description="How the ends stand", examples=["narrower"])
    reviewer: str = Field("", description="Who decided", examples=["周"])
    least: float = Field(0.0, ge=0, le=1, description="Least confidence", examples=[0.35])
    most: float = Field(1.0, ge=0, le=1, description="Most confidence", examples=[0.75])
    text: str = Field("", max_length=200, description="Words that stand in either end", examples=["城中村"])
    deciding: bool = Field(
        False, description="Only links without which a status would be another one", examples=[False]
    )

    def filter(self) -> Filter:
        """The same, as queries take it."""
        return Filter(**(self.model_dump() | {"kinds": tuple(dict.fromkeys(self.kinds))}))


class Act(Model):
    """Who decides, and why."""

    reviewer: Reviewer | None = Field(
        None,
        description="Who decides: of a request with a key or from a page, whoever signed in, and nobody else",
        examples=["周"],
    )
    note: Note = Field("", description="Why", examples=["同一项目"])


class LinkAct(Act):
    """A decision on a link."""

    verdict: LinkVerdict = Field(
        description="accepted, rejected, or proposed: take the decision back", examples=["accepted"]
    )
    relation: Relation | None = Field(
        None, description="How the ends stand, instead of what the machine says", examples=["narrower"]
    )
    covers: Covers = Field(
        "",
        description="Of a link between measures: fully, or partly where the upper one is carried in part; fully by default",
        examples=["fully"],
    )
    create: bool = Field(
        False,
        description="Make a link that is not there; without it 404, and 422 where the machine proposes the link",
        examples=[False],
    )

    @model_validator(mode="after")
    def _fits(self) -> "LinkAct":
        if self.verdict != "accepted" and (self.relation is not None or self.covers or self.create):
            raise PydanticCustomError("only_accepted", "relation, covers and create go with accepted only")
        return self


class Correction(Act):
    """What a link should say instead: another relation, extent or target."""

    to: str = Field(
        "", max_length=200, description="Id of the upper end that is right", examples=[f"{UPPER}#4"]
    )
    to_token: Id | None = Field(
        None,
        description="`token` of the link to that end; 412 where it has changed. Without it: on whatever is there now",
        examples=[TOKEN],
    )
    relation: Relation | None = Field(None, description="How the ends stand", examples=["narrower"])
    covers: Covers = Field("", description="fully or partly, of a link between measures", examples=["partly"])


class ExcuseAct(Act):
    """A decision on whether a plan has to carry an upper measure."""

    verdict: ExcuseVerdict = Field(
        description="not_applicable, delegated, deferred, applies (against what the reader tells), or none: take it back",
        examples=["deferred"],
    )
    to: str = Field(
        "",
        max_length=200,
        description="The plan it is delegated to, or the year it is deferred to",
        examples=["2026"],
    )
    expires: str = Field("", max_length=10, description="Its last day", examples=["2026-12-31"])


class PreviewAct(Model):
    """What would be decided on all links that a filter finds."""

    verdict: LinkVerdict = Field(description="accepted, rejected or proposed", examples=["accepted"])
    filter: Wanted = Field(description="Which links", examples=[{"plan": "x-qinglan-2025", "least": 0.8}])


class BulkAct(PreviewAct, Act):
    """A decision on all links of a preview."""

    token: Id = Field(description="That of the preview", examples=[TOKEN])


class Preview(Page[Item]):
    """What a decision on all links of a filter would change, page by page; nothing is written."""

    model_config = ConfigDict(json_schema_extra={"description": "One page of what would change."})

    verdict: LinkVerdict = Field(description="What would be decided", examples=["accepted"])
    count: int = Field(description="How many links would change, on all pages", examples=[12])
    token: str = Field(description="Stands for these links as they are now", examples=[TOKEN])


class Bulk(Model):
    """What a decision on all links of a preview did."""

    verdict: LinkVerdict = Field(description="What was decided", examples=["accepted"])
    count: int = Field(description="How many links it was about", examples=[12])
    batch: str = Field(
        description="What the log's entries share, empty where there are none", examples=["9f86d081884c7d65"]
    )


class Imported(Model):
    """What an import did."""

    added: int = Field(description="Decisions that are new here", examples=[12])
    known: int = Field(description="Decisions that were here already", examples=[3])
    moved: int = Field(description="Decisions whose ends have other ids here", examples=[0])
