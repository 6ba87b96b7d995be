"""What intake says and hears. These are kept as JSON, and the service answers with them as they are."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from graph.model import Level, TaskKind

State = Literal["queued", "running", "done", "failed", "cancelled"]
Question = Literal["region", "year", "parent"]
TroubleKind = Literal[
    "name", "twice", "format", "empty", "too_large", "locked", "scan", "no_plan", "no_office", "encoding", "damaged"
]  # fmt: skip

ENDED: Final = ("done", "failed", "cancelled")
ID: Final = r"^[0-9a-f]{32}$"
_ID: Final = "0f9d3c1e5a7b4c2d8e6f1a2b3c4d5e6f"
_AT: Final = "2026-11-28T08:00:00.000000+00:00"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Words(_Model):
    """One message in both languages."""

    zh: str = Field(description="In Chinese", examples=["文件是空的"])
    en: str = Field(description="In English", examples=["The file is empty"])


class Trouble(_Model):
    """Why a file cannot be read, and how to mend it."""

    kind: TroubleKind = Field(description="The kind of trouble, for programs", examples=["empty"])
    message: Words = Field(
        description="What is wrong", examples=[{"zh": "文件是空的", "en": "The file is empty"}]
    )
    remedy: Words = Field(
        description="What to do", examples=[{"zh": "请检查后重新上传", "en": "Check it and upload it again"}]
    )
    where: str = Field(
        description="File, and the page or line where that is known", examples=["岚市要点.txt"]
    )
    detail: str = Field(description="What the reader said", examples=["the file is empty"])


class TaskRead(_Model):
    """A heading that was found, and how much stands directly under it."""

    number: str = Field(description="Number as printed", examples=["（一）"])
    title: str = Field(description="Title", examples=["供水保障"])
    kind: TaskKind = Field(description="Kind of section", examples=["task"])
    depth: int = Field(description="1 for the outermost headings", examples=[1])
    measures: int = Field(description="Measures of planned work under it", examples=[4])


class PlanRead(_Model):
    """What the reader understood of one file."""

    id: str | None = Field(
        description="Id that the plan would have; null while region or year is open", examples=["x-lan-2030"]
    )
    region: str | None = Field(
        description="Id of the region: GB/T 2260, or of the graph; null: not told", examples=["x-lan"]
    )
    name: str | None = Field(
        description="Name of the region; a proposal where `region` is null; null: not told", examples=["岚市"]
    )
    level: Level | None = Field(
        description="Level of the region; a proposal where `region` is null; null: not told",
        examples=["city"],
    )
    parent: str | None = Field(
        description="Id of the region above; a proposal where `region` is null; null: the nation's own, or not told",
        examples=["x-jing"],
    )
    year: int | None = Field(description="Year that the plan is for; null: not told", examples=[2030])
    title: str = Field(description="Title as printed", examples=["岚市2030年水务工作要点"])
    document: str = Field(
        description="Kind of document that the title names, empty for none", examples=["工作要点"]
    )
    issuer: str = Field(description="Who issued it, empty where unknown", examples=[""])
    published: str = Field(description="Date of publication, empty where unknown", examples=["2030-01-18"])
    tasks: list[TaskRead] = Field(
        description="Headings in reading order",
        examples=[[{"number": "一、", "title": "供水保障", "kind": "task", "depth": 1, "measures": 4}]],
    )
    measures: int = Field(description="Measures of planned work", examples=[8])
    others: int = Field(description="Other sentences: of review, situation, preamble, closing", examples=[0])
    targets: int = Field(description="Figures", examples=[5])
    outcome: Literal["new", "replaces", "same"] | None = Field(
        description="Whether the graph has this plan: no; with another content; with this very file. Null: not told",
        examples=["new"],
    )


class FileRead(_Model):
    """One uploaded file: what the reader understood of it, or why it cannot be read."""

    file: str = Field(description="Name of the file", examples=["岚市要点.txt"])
    size: int = Field(description="Bytes", examples=[318])
    plan: PlanRead | None = Field(
        description="What was understood; null where the file cannot be read", examples=[None]
    )
    questions: list[Question] = Field(
        description="What the text does not tell and a person has to say; without `parent` it is linked to the nation only",
        examples=[["region"]],
    )
    warnings: list[Words] = Field(description="What a person should look at", examples=[[]])
    problem: Trouble | None = Field(
        description="Why the file cannot be read; null where it can", examples=[None]
    )


class Upload(_Model):
    """Files that wait for a person to confirm what was understood of them."""

    id: str = Field(description="Id of the upload", pattern=ID, examples=[_ID])
    created: str = Field(description="UTC time", examples=[_AT])
    expires: str = Field(description="UTC time from which it may be thrown away", examples=[_AT])
    files: list[FileRead] = Field(description="The files, in the order of the upload", examples=[[]])


class FileCorrection(BaseModel):
    """What a person says of one file; what is left out stands as it was understood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str = Field(description="Name of the file", examples=["岚市要点.txt"])
    skip: bool = Field(default=False, description="Leave this file out", examples=[False])
    region: str | None = Field(
        default=None,
        max_length=64,
        description="Id of the region: GB/T 2260, or a slug such as `x-lan`. With a name alone, one is found or made",
        examples=["x-lan"],
    )
    name: str | None = Field(default=None, max_length=64, description="Name of the region", examples=["岚市"])
    level: Level | None = Field(default=None, description="Level of the region", examples=["city"])
    parent: str | None = Field(
        default=None, max_length=64, description="Id or name of the region above", examples=["x-jing"]
    )
    year: int | None = Field(
        default=None, ge=1949, le=2100, description="Year that the plan is for", examples=[2030]
    )


class Confirmation(BaseModel):
    """What a person says of the files of an upload."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: list[FileCorrection] = Field(
        default=[],
        max_length=1000,
        description="Corrections; files that are not named are taken as they were understood",
        examples=[[{"file": "岚市要点.txt", "region": "x-lan", "name": "岚市", "level": "city"}]],
    )


class Loaded(_Model):
    """One plan that was loaded."""

    plan: str = Field(description="Id of the plan", examples=["x-lan-2030"])
    outcome: Literal["added", "replaced", "unchanged"] = Field(
        description="What happened to it", examples=["added"]
    )
    version: int = Field(description="Number of its content", examples=[1])
    tasks: int = Field(description="Headings", examples=[2])
    measures: int = Field(description="Measures of planned work", examples=[8])
    targets: int = Field(description="Figures", examples=[5])


class Linked(_Model):
    """One pair of plans that was linked."""

    plan: str = Field(description="Id of the plan below", examples=["x-lan-2030"])
    upper: str = Field(description="Id of the plan above", examples=["000000-2030"])
    outcome: Literal["linked", "unchanged"] = Field(description="What happened", examples=["linked"])
    matches: int = Field(description="Links between measures", examples=[6])
    implements: int = Field(description="Links to tasks", examples=[4])


class Covered(_Model):
    """How many upper measures a plan that was loaded carries."""

    plan: str = Field(description="Id of the plan", examples=["x-lan-2030"])
    upper: str = Field(description="Id of the plan above", examples=["000000-2030"])
    covered: int = Field(description="Measures that are covered", examples=[5])
    partial: int = Field(description="Measures that are covered partly", examples=[1])
    gap: int = Field(description="Measures that are missing", examples=[2])
    not_applicable: int = Field(description="Measures that it is not asked for", examples=[2])


class Result(_Model):
    """What a job has done to the graph so far; each plan is loaded, and each linked, in one transaction."""

    loaded: list[Loaded] = Field(default=[], description="Plans that are in the graph", examples=[[]])
    linked: list[Linked] = Field(default=[], description="Pairs of plans that are linked", examples=[[]])
    coverage: list[Covered] = Field(
        default=[], description="Coverage of the plans that were loaded", examples=[[]]
    )
    unlinked: list[str] = Field(
        default=[],
        description="Plans that wait to be linked: not yet, or the job ended before",
        examples=[[]],
    )
    warnings: list[Words] = Field(
        default=[], description="What a person should know, such as a city under no province", examples=[[]]
    )


class Fault(_Model):
    """Why a job failed, as a problem document says it."""

    code: str = Field(description="Kind of problem", examples=["store-unavailable"])
    title: str = Field(description="The kind in words", examples=["Store is not available"])
    detail: str = Field(description="This problem in words", examples=["the disk is full"])
    where: str | None = Field(default=None, description="What it is about", examples=["graph.kgl"])
    remedy: str | None = Field(
        default=None, description="What to do", examples=["Make room and confirm again."]
    )


class Job(_Model):
    """Plans that are loaded and linked in the background."""

    id: str = Field(description="Id of the job", pattern=ID, examples=[_ID])
    upload: str = Field(description="Id of the upload", examples=[_ID])
    plans: list[str] = Field(
        description="Ids of the plans that it loads, in this order", examples=[["x-lan-2030"]]
    )
    state: State = Field(description="How it stands", examples=["running"])
    cancelling: bool = Field(
        default=False, description="It ends after the plan that is under way", examples=[False]
    )
    stage: Literal["", "read", "load", "link", "cover"] = Field(
        default="", description="What is under way", examples=["load"]
    )
    item: str = Field(default="", description="File or plan that is under way", examples=["x-lan-2030"])
    done: int = Field(default=0, description="Items of the stage that are finished", examples=[0])
    total: int = Field(default=0, description="Items of the stage", examples=[1])
    revision: int = Field(default=1, description="Grows with every change of this job", examples=[4])
    created: str = Field(description="UTC time", examples=[_AT])
    started: str | None = Field(default=None, description="UTC time; null while it is queued", examples=[_AT])
    finished: str | None = Field(
        default=None, description="UTC time; null until it has ended", examples=[None]
    )
    result: Result = Field(default=Result(), description="What it has done so far", examples=[{}])
    problem: Fault | None = Field(
        default=None, description="Why it failed; null where it did not", examples=[None]
    )
