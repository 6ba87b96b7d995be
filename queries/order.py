"""The order of ids as people read them."""

import re
from typing import Any


def natural(id_: str) -> list[Any]:
    """Sort key that puts ``2023.9#10`` after ``2023.9#9``."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", id_) if part
    ]
