"""A real Neo4j server for the tests: Maven brings the jars, a short Java program serves on a loopback port.

``python -m tests.neo4j_server.server`` starts one by hand and prints how to reach it.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parent.parent / ".cache" / "neo4j"
DOWNLOAD_S: Final = 900
START_S: Final = 90
STOP_S: Final = 30
IMPORT_S: Final = 300
SMALL: Final = (
    "-Xms512m", "-Xmx512m", "-Xmn256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
    "-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote",
)  # fmt: skip
"""Options of Java for tests: starts soon, needs little. Checking the bytecode of Neo4j takes a fifth of what a start takes."""
_BUILD_CLASSPATH: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"


def missing() -> str | None:
    """Why no server can be started here, for a skip message; None if one can."""
    absent = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
    if absent:
        return f"a Neo4j server needs Java 17 (JDK) or later and Maven; not found: {', '.join(absent)}"
    printed = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', printed)
    if found is None or int(found[1]) < 17:
        return f"a Neo4j server needs Java 17 or later; found: {printed.partition(chr(10))[0] or 'none'}"
    return None


class Neo4jServer:
    """One server process with its own data folder; a context manager that starts it and cleans up.

    ``stop`` or ``kill`` and then ``start`` again: same port, same password, same data.

    Args:
        options: of Java; ``-Dpagecache=BYTES`` sets Neo4j's page cache.
    """

    user: Final = "neo4j"

    def __init__(self, *, options: Sequence[str] = SMALL) -> None:
        self._options = options
        self.password = secrets.token_hex(8)
        self.port = _free_port()
        self._home = Path(tempfile.mkdtemp(prefix="policygraph-neo4j-"))
        self._log = self._home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Where it listens."""
        return f"bolt://127.0.0.1:{self.port}"

    def bring(self, script: Path) -> str:
        """Run an ``import.sh`` of an export with the real import tool, into the data of this server, which must not run.

        Returns what the tool printed. Raises RuntimeError with that where it fails.
        """
        home = self._home / "data"
        (home / "conf").mkdir(parents=True, exist_ok=True)
        tool = self._home / "neo4j-admin"
        options = " ".join(option for option in self._options if not option.startswith("-D"))
        tool.write_text(
            f"#!/bin/sh\nexec java {options} --add-opens=java.base/java.nio=ALL-UNNAMED "
            f'-cp "{_classpath()}" org.neo4j.cli.AdminTool "$@"\n'
        )
        tool.chmod(0o755)
        environment = {"NEO4J_ADMIN": str(tool), "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
        report = f"--report-file={self._home / 'import.report'}"
        ended = subprocess.run(
            [str(script), "neo4j", report, "--max-off-heap-memory=512m"],
            env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=IMPORT_S, check=False,
        )  # fmt: skip
        if ended.returncode:
            raise RuntimeError(f"the import failed (exit status {ended.returncode}):\n{ended.stdout[-2000:]}")
        return ended.stdout

    def start(self) -> None:
        """Start it and wait until it answers; nothing to do if it runs."""
        if self._process is not None and self._process.poll() is None:
            return
        self.kill()  # what is left of one that ended by itself
        classpath = _classpath()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "java", *self._options, "--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", classpath,
                    "Server", str(self._home / "data"), str(self.port), self.password,
                ],
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while f"READY {self.uri}\n" not in self._printed():
            code = self._process.poll()
            if code is not None or time.monotonic() > deadline:
                self.kill()
                why = f"not ready after {START_S} s" if code is None else f"exit status {code}"
                raise RuntimeError(f"Neo4j did not start ({why}):\n{self._printed()[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it in good order; its data stay."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=STOP_S)
        self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would; its data stay."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._clean_up()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean_up()

    def _clean_up(self) -> None:
        self.kill()  # nobody reads the data again
        shutil.rmtree(self._home, ignore_errors=True)

    def _printed(self) -> str:
        return self._log.read_text("utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _classpath() -> str:
    """``Server.java`` compiled and Neo4j's jars, made once per version of ``pom.xml`` and ``Server.java``."""
    sources = (HERE / "pom.xml").read_bytes() + (HERE / "Server.java").read_bytes()
    folder = CACHE / hashlib.sha256(sources).hexdigest()[:12]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        # Two test runs at once must not download into the same Maven repository. Closing unlocks.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _complete(folder):
            with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
                fresh = Path(temporary) / "fresh"
                _build(fresh)
                shutil.rmtree(folder, ignore_errors=True)
                fresh.rename(folder)
    return f"{folder}{os.pathsep}{(folder / 'jars').read_text('utf-8')}"


def _complete(folder: Path) -> bool:
    jars = folder / "jars"
    return jars.is_file() and all(Path(jar).is_file() for jar in jars.read_text("utf-8").split(os.pathsep))


def _build(folder: Path) -> None:
    folder.mkdir()
    jars = folder / "jars"
    _run("mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), _BUILD_CLASSPATH, f"-Dmdep.outputFile={jars}")
    classpath = jars.read_text("utf-8")
    _run("javac", "--release", "17", "-cp", classpath, "-d", str(folder), str(HERE / "Server.java"))


def _run(*command: str) -> None:
    try:
        subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=DOWNLOAD_S, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{command[0]} took more than {DOWNLOAD_S} s to bring Neo4j") from None
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"{command[0]} could not bring Neo4j:\n{error.stdout[-2000:]}") from None


if __name__ == "__main__":
    with Neo4jServer() as server, contextlib.suppress(KeyboardInterrupt):
        print(f"{server.uri}  user {server.user}  password {server.password}  (Ctrl-C ends it)", flush=True)
        while True:
            time.sleep(3600)
