"""Runs the code of a page of the docs, block by block, and writes down what it printed.

``python -m tests.pages docs/analysts.md`` starts a server with the sample plans and writes the page anew.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from docs.sample import build_sample
from graph import open_store
from queries.cypher_gate import check
from tests.neo4j_server.server import Neo4jServer

ROOT: Final = Path(__file__).parent.parent
SERVICE_S: Final = 20
_BLOCK: Final = re.compile(r"^```(python|sh|cypher|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def written_anew(page: str, uri: str, user: str, password: str) -> str:
    """``page`` with the output that its blocks print on the server at ``uri``; blocks of a kind share what they set.

    Runs in the current folder. Raises whatever a block raises, and AssertionError for a command that fails or a
    statement that has no rows.
    """
    with _serving(uri, user, password) as service:
        places = {
            "neo4j://localhost:7687": uri,
            'AUTH = ("neo4j"': f'AUTH = ("{user}"',
            "POLICYGRAPH_STORE_USER=neo4j": f"POLICYGRAPH_STORE_USER={user}",
            "your password": password,
            "http://127.0.0.1:8000": service,
        }  # fmt: skip
        runner = _Runner(places)
        return _BLOCK.sub(runner.block, page)


class _Runner:
    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places
        self._names: dict[str, Any] = {}
        self._shell = f'policygraph() {{ "{sys.executable}" -m policygraph "$@"; }}\nset -e\n'
        self._printed = ""

    def block(self, found: re.Match[str]) -> str:
        kind, code = found[1], found[2]
        if kind == "text":
            return f"```text\n{self._printed}```"
        for example, here in self._places.items():
            code = code.replace(example, here)
        self._printed = {"python": self._python, "sh": self._sh, "cypher": self._cypher}[kind](code)
        return found[0]

    def _python(self, code: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "page", "exec"), self._names)
        return _trimmed(printed.getvalue())

    def _sh(self, code: str) -> str:
        # What a block exports holds for those after it.
        self._shell += "".join(line + "\n" for line in code.splitlines() if line.startswith("export "))
        ran = subprocess.run(
            ["bash", "-c", self._shell + code], capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return _trimmed(ran.stdout)

    def _cypher(self, code: str) -> str:
        driver = self._names["driver"]
        records, _, _ = driver.execute_query(check(code).text)
        assert records, code
        return ""


def _trimmed(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@contextmanager
def _serving(uri: str, user: str, password: str) -> Iterator[str]:
    settings = {
        "POLICYGRAPH_STORE": uri, "POLICYGRAPH_STORE_USER": user, "POLICYGRAPH_STORE_PASSWORD": password,
        "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "200",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "policygraph", "serve", "--port", "0", "--lang", "en"],
        env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        try:
            yield found[0]
        finally:
            process.terminate()
            process.wait(timeout=SERVICE_S)


def main() -> None:
    """Write the pages named on the command line anew."""
    paths = [Path(name).resolve() for name in sys.argv[1:]]
    with Neo4jServer() as server, TemporaryDirectory() as folder:
        with open_store(server.uri, user=server.user, password=server.password) as store:
            build_sample(store)
        with contextlib.chdir(folder):
            for path in paths:
                text = path.read_text("utf-8")
                path.write_text(written_anew(text, server.uri, server.user, server.password), "utf-8")


if __name__ == "__main__":
    main()
