"""For whoever runs the service: is the process alive, can it answer."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import StoreDep
from api.problems import ANY_PROBLEM
from policygraph import __version__
from queries import run

router = APIRouter(tags=["probes"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = Field(description="Always ok", examples=["ok"])
    version: str = Field(description="Version of the product", examples=["0.1.0"])


class Readiness(BaseModel):
    """The store answers too."""

    status: Literal["ready"] = Field(
        description="Always ready; else the answer is a problem", examples=["ready"]
    )
    plans: int = Field(description="Number of plans in the graph", examples=[8])


@router.get("/health", operation_id="get_health", summary="The process is alive")
async def health() -> Health:
    """Asks nothing of the store, and needs no thread of those that may all be busy with it."""
    return Health(status="ok", version=__version__)


@router.get("/ready", operation_id="get_ready", summary="The store answers", responses=ANY_PROBLEM)
def ready(store: StoreDep) -> Readiness:
    """503 with a problem while the store cannot be read."""
    return Readiness(status="ready", plans=len(run(store, "plans")))
