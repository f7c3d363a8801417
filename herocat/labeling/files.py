"""Questions and answers as files in OpenAI's batch format: for vLLM's run-batch, OpenAI, any other."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedIOBase
from pathlib import Path

from herocat import times
from herocat.catalog import Catalog
from herocat.errors import InputError, OutputError
from herocat.labeling import jobs, ledger, returns, styles
from herocat.labeling.feed import Work
from herocat.labeling.jobs import Chunk
from herocat.labeling.money import Budget
from herocat.labeling.raters import Server
from herocat.labeling.rubric import Style
from herocat.ports import Question, Returned, TroubleError
from herocat.providers import openai

FILE = "written to a file"  # the remote state of a job that is one


@dataclass
class Written:
    """How many photos were written, and to which files."""

    photos: int = 0
    paths: list[Path] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)  # photos that the gate holds

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files in order."""
        return tuple(self.paths)


class OpenAILines:
    """What a file of OpenAI's batch format takes."""

    limit_items = 50_000
    limit_bytes = 190_000_000

    def __init__(self, adapter: openai.OpenAI) -> None:
        self._adapter = adapter

    def line(self, key: str, question: Question) -> str:
        """Return a question as a line."""
        return json.dumps(
            {
                "custom_id": key,
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": self._adapter.body(question),
            }
        )


async def write(catalog: Catalog, style: Style, work: Work, server: Server, file: Path) -> Written:
    """Write what a run has left; each file is a job that waits for its answers."""
    adapter = openai.OpenAI(server.abilities, server.endpoints[0], server.model)
    lines, written = OpenAILines(adapter), Written()

    def next_path() -> Path:
        number = len(written.paths) + 1
        return file if number == 1 else file.with_stem(f"{file.stem}-{number}")

    def open_file() -> BufferedIOBase:
        path = next_path()
        if path.exists():
            raise OutputError(f"{path} is there already; choose another name, or remove it")
        try:
            return _unfinished(path).open("wb")
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error}") from error

    try:
        async for chunk in jobs.chunks(
            catalog, style, work, lines, open_file, budget=Budget(None), held=written.held
        ):
            chunk.file.close()
            _hand_out(catalog, work.run, chunk, next_path())
            written.paths.append(next_path())
            written.photos += len(chunk.images)
    finally:
        _unfinished(next_path()).unlink(missing_ok=True)
        await adapter.close()
    return written


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _hand_out(catalog: Catalog, run: int, chunk: Chunk, path: Path) -> None:
    """Note that a file's questions are waiting for their answers, and give it its name."""
    batch = ledger.write_down(catalog, run, ledger.free_name(run), chunk.images, state="waiting")
    with catalog.writing():
        catalog.run(
            "batch.checked", batch=batch, state="waiting", remote_state=FILE, now=times.now()
        )
    _unfinished(path).rename(path)


def read(catalog: Catalog, files: Sequence[Path]) -> tuple[returns.Counts, set[int]]:
    """Take answers from files; finish the jobs they belong to."""
    counts, batches = returns.Counts(), set[int]()
    ways = dict[int, Style]()
    for file in files:
        for back in _lines(file):
            run, _ = returns.asked(back.key) or (0, 0)
            row = catalog.one("batch.run", run=run)
            if row is None:
                counts.unknown += 1
                continue
            if run not in ways:
                ways[run] = styles.of_run(catalog, row)
            batch = returns.take(catalog, ways[run], back, counts, run=run, batch=None)
            if batch is not None:
                batches.add(batch)
    for batch in batches:
        returns.finish(catalog, batch, "done", None, counts)
    for run in ways:
        with catalog.writing():
            catalog.run("label.close", run=run, now=times.now())
    return counts, batches


def _lines(file: Path) -> Iterator[Returned]:
    try:
        with file.open(encoding="utf-8-sig") as opened:  # editors put a mark before the first line
            for line in opened:
                if line.strip():
                    yield returned(line)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}; what was taken in is kept") from error


def returned(line: str) -> Returned:
    """Read a line of answers."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return Returned(None, None, "a line that is not JSON")
    if not isinstance(body, dict):
        return Returned(None, None, "a line that is no object")
    key = body.get("custom_id") if isinstance(body.get("custom_id"), str) else None
    response = body["response"] if isinstance(body.get("response"), dict) else {}
    status = response.get("status_code")
    status = status if isinstance(status, int) else None
    inner = response.get("body")
    if body.get("error") or status != 200 or not isinstance(inner, dict):
        error = body.get("error") or inner or {}
        said = error.get("message") if isinstance(error, dict) else str(error)
        if said is None and isinstance(error, dict) and isinstance(error.get("error"), dict):
            said = error["error"].get("message")
        return Returned(key, None, str(said or "no answer"), status)
    try:
        return Returned(key, openai.parse(inner, "schema"))
    except TroubleError as trouble:
        return Returned(key, None, str(trouble), 500)
