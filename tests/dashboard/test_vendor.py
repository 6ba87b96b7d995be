"""The scripts of others are the ones that were published, and their licences are beside them."""

import hashlib
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = (ROOT / "api" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_script_has_its_checksum_and_its_licence(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    scripts = {path.name for path in folder.glob("*.js")}
    assert scripts
    assert scripts == set(sums)
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        licence = folder / f"{name.removesuffix('.min.js')}.LICENSE"
        assert len(licence.read_text("utf-8")) > 500, name
