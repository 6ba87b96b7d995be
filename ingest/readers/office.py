"""Old Word and WPS files (.doc, .wps): turned into .docx by LibreOffice, where that is installed."""

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from graph.errors import InputError
from ingest.readers import docx
from ingest.source import SourceText

TIMEOUT_S: Final = 120
_PROGRAMS: Final = ("soffice", "libreoffice")


def read(data: bytes, where: str) -> SourceText:
    """The text of the file, a paragraph a line.

    Raises:
        InputError: LibreOffice is not installed, or cannot read the file.
    """
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise InputError(
            "reading this kind of file needs LibreOffice, which is not installed",
            where=where,
            remedy="Install LibreOffice, or save the file as .docx.",
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"plan{Path(where).suffix.lower()}"
        source.write_bytes(data)
        command = [
            program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--convert-to", "docx", "--outdir", str(folder), str(source),
        ]  # fmt: skip
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired:
            raise _failed(where, f"it took longer than {TIMEOUT_S} s") from None
        made = folder / "plan.docx"
        if not made.is_file():
            raise _failed(
                where, (ended.stderr or ended.stdout).strip().splitlines()[-1:] or ["no reason given"]
            )
        return replace(docx.read(made.read_bytes(), where), encoding=source.suffix.removeprefix("."))


def _failed(where: str, why: object) -> InputError:
    reason = why[0] if isinstance(why, list) else why
    return InputError(
        f"LibreOffice cannot read this file ({reason})",
        where=where,
        remedy="Open it where it was made and save it as .docx.",
    )
