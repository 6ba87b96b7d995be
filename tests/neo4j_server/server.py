"""A real Neo4j server for the tests: Maven brings the jars, a short Java program starts it on a loopback port.

``python -m tests.neo4j_server.server`` starts one by hand and prints how to reach it.
"""

import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parent.parent / ".cache" / "neo4j"
DOWNLOAD_S: Final = 900
START_S: Final = 120
_CLASSPATH: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"


def missing() -> str | None:
    """Why no server can be started here, or None."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        return "a Neo4j server needs Java 17 or later and Maven"
    printed = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', printed)
    if found is None or int(found[1]) < 17:
        return "a Neo4j server needs Java 17 or later"
    return None


class Neo4jServer:
    """One server process with its own data folder; a context manager that starts and stops it."""

    user: Final = "neo4j"

    def __init__(self) -> None:
        self.password = secrets.token_hex(8)
        self.port = _free_port()
        self._home = Path(tempfile.mkdtemp(prefix="policygraph-neo4j-"))
        self._log = self._home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where it listens."""
        return f"bolt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers; again after :meth:`stop`, with the same data."""
        classes = _classes()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "java", "-Xmx768m", "-XX:+UseSerialGC", "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "-cp", f"{classes}{os.pathsep}{_classpath()}", "Server",
                    str(self._home / "data"), str(self.port), self.password,
                ],
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while f"READY {self.uri}" not in self._log.read_text("utf-8", errors="replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text("utf-8", errors="replace")[-2000:]
                self.stop()
                raise RuntimeError(f"Neo4j did not start:\n{tail}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it in good order; its data stay."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        lines = self._log.read_text("utf-8", errors="replace").replace("READY", "WAS READY")
        self._log.write_text(lines, encoding="utf-8")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _key() -> str:
    content = (HERE / "pom.xml").read_bytes() + (HERE / "Server.java").read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _classpath() -> str:
    """The jars, resolved by Maven once and remembered as long as they are there."""
    path = CACHE / f"{_key()}.classpath"
    if path.is_file():
        remembered = path.read_text("utf-8")
        if all(Path(jar).is_file() for jar in remembered.split(os.pathsep)):
            return remembered
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = CACHE / f"{_key()}.{os.getpid()}.partial"
    done = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), _CLASSPATH, f"-Dmdep.outputFile={fresh}"],
        capture_output=True, text=True, timeout=DOWNLOAD_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"Maven could not bring Neo4j:\n{done.stdout[-2000:]}")
    fresh.replace(path)
    return path.read_text("utf-8")


def _classes() -> Path:
    """``Server.java`` compiled, once per version of it."""
    folder = CACHE / f"{_key()}.classes"
    if not (folder / "Server.class").is_file():
        fresh = Path(tempfile.mkdtemp(dir=_made(CACHE)))
        subprocess.run(
            ["javac", "-cp", _classpath(), "-d", str(fresh), str(HERE / "Server.java")], check=True, capture_output=True
        )
        try:
            fresh.rename(folder)
        except OSError:
            shutil.rmtree(fresh)
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    with Neo4jServer() as server:
        print(f"{server.uri}  user {server.user}  password {server.password}   (Enter ends it)")
        input()
