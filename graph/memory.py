"""A limit on the memory of a process that works for a stranger."""

from contextlib import suppress
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/statm")


def limit_memory(more_mb: int) -> None:
    """Let this process hold ``more_mb`` MB of data beside what it holds now, and leave no core behind.

    Where the system has no such limits nothing happens; where it does not tell what is held, it counts as nothing.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    held = int(_STATUS.read_text("ascii").split()[5]) * resource.getpagesize() if _STATUS.exists() else 0
    most = held + more_mb * 2**20
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
