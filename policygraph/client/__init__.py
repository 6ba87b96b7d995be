"""A client of the service, for reporting tools: :class:`Client`.

    with Client("http://127.0.0.1:8000", key=os.environ["POLICYGRAPH_KEY"]) as client:
        for gap in client.list_gaps("x-langang-2025"):
            print(gap["text"])

Each operation of the API is a method of its name. Answers are dictionaries with the types of
:mod:`policygraph.client.types`; lists go on through all pages; what was answered before is asked for by its tag; where
the service asks to wait, it is asked again after that. Errors are those of :mod:`policygraph.client.errors`.
"""

from policygraph.client.bulk import Bulk
from policygraph.client.errors import (
    ClientError,
    ConflictError,
    FaultError,
    InvalidError,
    JobFailedError,
    MissingError,
    RefusedError,
    UnavailableError,
    UnreachableError,
)
from policygraph.client.intake import Intake
from policygraph.client.reviewing import ANY, Reviewing


class Client(Reviewing, Bulk, Intake):
    """Everything that a service answers and takes. See :class:`policygraph.client.transport.Transport` for its arguments."""


__all__ = [
    "ANY", "Client", "ClientError", "ConflictError", "FaultError", "InvalidError", "JobFailedError", "MissingError",
    "RefusedError", "UnavailableError", "UnreachableError",
]  # fmt: skip
