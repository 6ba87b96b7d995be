"""Processes of their own, so that imports and memory are theirs."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent


def process(*arguments: str) -> bytes:
    """What a Python that runs ``arguments`` at the root of the repository prints; it must end well."""
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT).stdout
