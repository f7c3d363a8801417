"""A herocat or Datasette server on a free port, for tests and pictures; it ends with its block."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """Where it answers, and what it printed."""

    root: str
    log: str
    process: subprocess.Popen[str]
    name: str = "catalog"

    def page(self, path: str = "") -> str:
        """Return the address of one of our pages of the catalog."""
        return f"{self.root}/-/herocat/{self.name}/{path}"

    @property
    def door(self) -> str:
        """The printed address that lets a browser rate."""
        match = re.search(r"http\S+token=\S+", self.log)
        assert match, self.log
        return match[0]


@contextmanager
def served(
    line: list[str],
    *,
    folder: Path,
    name: str = "catalog",
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Start a server and wait until it answers; say what it printed if it does not."""
    port = free_port()
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [*line, "--port", str(port)],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
        )
        try:
            said = ""
            for _ in range(1200):
                log.seek(0)
                said = log.read()  # a port that answers may be another server's
                if "Uvicorn running" in said:
                    yield Server(f"http://127.0.0.1:{port}", said, process, name)
                    return
                if process.poll() is not None:
                    break
                time.sleep(0.025)
            raise AssertionError(f"no server: {said}")
        finally:
            stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End a server, gently if it will."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def browsing(
    catalog: Path, *words: str, command: str = "browse", python: str = sys.executable
) -> Iterator[Server]:
    """Serve a catalog as `herocat browse` does."""
    line = [python, "-m", "herocat", "-c", str(catalog), command, *words]
    with served(line, folder=catalog.parent, name=catalog.stem) as server:
        yield server
