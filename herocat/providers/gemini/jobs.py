"""Gemini's batch jobs: half the price, within a day.

The library uploads and creates; what jobs are is read from the plain JSON, because the library
leaves out errors and counts, and does not know all states.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping
from io import BufferedIOBase
from typing import Any
from urllib.parse import urlencode

import httpx

from herocat import wire
from herocat.ports import Answer, Job, Question, Returned, Trouble, TroubleError
from herocat.providers.gemini.live import VERSION, Gemini
from herocat.providers.gemini.wording import parse, request, troubles

_STATES = {
    "PENDING": "waiting",
    "QUEUED": "waiting",
    "UNSPECIFIED": "waiting",
    "SUCCEEDED": "done",
    "PARTIALLY_SUCCEEDED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "EXPIRED": "expired",
}
# What the library raises where the reply to a file lacks what it reads from it.
_ODD = (AttributeError, LookupError, TypeError, ValueError)


class GeminiJobs:
    """Jobs of one model with one key."""

    limit_items = 50_000
    limit_bytes = 500_000_000  # of the 2 GB that it takes: a smaller job is done sooner

    def __init__(self, endpoint: str, model: str, key: str, *, read: float = 300.0) -> None:
        self.endpoint = endpoint
        self._live = Gemini(endpoint, model, key, most=4, read=read)
        self._key = {"x-goog-api-key": key}
        self._http = wire.client(f"{endpoint}/{VERSION}", most=4, read=read, headers=self._key)

    def line(self, key: str, question: Question) -> str:
        """Return a question as a line of the file to upload."""
        return json.dumps({"key": key, "request": request(question, self._live.model)})

    async def upload(self, file: BufferedIOBase, display_name: str) -> str:
        """Send a file of questions."""
        try:
            uploaded = await self._live.client.aio.files.upload(
                file=file, config={"mime_type": "jsonl", "display_name": display_name}
            )
        except _ODD as error:
            raise TroubleError(
                Trouble.FAULTY, "the server does not say that the file has arrived"
            ) from error
        except Exception as error:
            raise troubles(error) from error
        return _name("files", uploaded.name)

    async def create(self, uploaded: str, display_name: str) -> Job:
        """Create a job from a file that was sent."""
        try:
            created = await self._live.client.aio.batches.create(
                model=self._live.model, src=uploaded, config={"display_name": display_name}
            )
        except Exception as error:
            raise troubles(error) from error
        return Job(_name("batches", created.name), "waiting", "created")

    async def find(self, display_name: str) -> Job | None:
        """Look for a job by its display name among all that there are."""
        wanted = {"pageSize": "100"}
        while True:
            page = await wire.get(self._http, f"batches?{urlencode(wanted)}")
            for one in page.get("operations") or []:
                if _inner(one, "metadata").get("displayName") == display_name:
                    return job(one)
            if not page.get("nextPageToken"):
                return None
            wanted["pageToken"] = str(page["nextPageToken"])

    async def status(self, remote: str) -> Job:
        """Ask how a job is."""
        try:
            response = await self._http.get(remote)
        except httpx.HTTPError as error:
            raise wire.transport(error) from error
        body = wire.json_of(response)
        # A job that has failed carries its error at the top, as an answer that failed does.
        if response.is_success and isinstance(body, dict) and "name" in body:
            return job(body)
        raise wire.refused(response)

    async def results(self, job: Job) -> AsyncIterator[Returned]:
        """Yield the lines of a job's file of results; raise TroubleError where it is cut short."""
        came = dict[str, bool]()  # keys, and whether there is an answer
        try:
            async with self._http.stream("GET", f"{job.result}:download?alt=media") as response:
                if not response.is_success:
                    await response.aread()
                    raise wire.refused(response)
                async for line in _lines(response):
                    back = returned(line)
                    if back.key is not None:
                        came[back.key] = came.get(back.key) or back.answer is not None
                    yield back
        except httpx.HTTPError as error:
            raise wire.transport(error) from error
        # A page of a proxy, and a file that is cut off, come without an error.
        answers = sum(came.values())
        if answers < job.answered or (job.state == "done" and not came):
            raise TroubleError(Trouble.FAULTY, f"its results are cut short: {answers:,} answers")

    async def cancel(self, remote: str) -> None:
        """Ask that a job be given up."""
        try:
            await self._live.client.aio.batches.cancel(name=remote)
        except Exception as error:
            raise troubles(error) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._live.close()
        await self._http.aclose()


def _name(kind: str, given: object) -> str:
    """Return the name that a server gave; raise TroubleError for none: nobody could ask for it."""
    if not isinstance(given, str) or not re.fullmatch(rf"{kind}/[^/]+", given):
        raise TroubleError(
            Trouble.FAULTY, f"the reply has no name out of {kind}/", maybe_billed=True
        )
    return given


def job(body: Mapping[str, Any]) -> Job:
    """Read a job; a state that nobody knows is one that goes on."""
    metadata = _inner(body, "metadata")
    raw = str(metadata.get("state") or "")
    name = raw.removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_")
    output = {**_inner(metadata, "output"), **_inner(body, "response")}
    error = _inner(body, "error")
    answered = str(_inner(metadata, "batchStats").get("successfulRequestCount"))
    return Job(
        remote=_name("batches", body.get("name")),
        state=_STATES.get(name, "running"),
        raw_state=raw,
        error=f"{error.get('message')} (code {error.get('code')})" if error else None,
        result=output.get("responsesFile"),
        answered=int(answered) if re.fullmatch("[0-9]{1,9}", answered) else 0,
    )


def _inner(body: object, name: str) -> Mapping[str, Any]:
    """Return an object that stands in another; an empty one where there is none."""
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


async def _lines(response: httpx.Response) -> AsyncIterator[str]:
    """Yield the lines of a response; httpx would end them at characters that may stand in JSON."""
    rest = b""
    async for piece in response.aiter_bytes():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                yield line.decode("utf-8-sig", "replace")
    if rest.strip():
        yield rest.decode("utf-8-sig", "replace")


def returned(line: str) -> Returned:
    """Read a line of results."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return Returned(None, None, "a line that is not JSON")
    if not isinstance(body, dict):
        return Returned(None, None, "a line that is no object")
    key = body.get("key") if isinstance(body.get("key"), str) else None
    error = body.get("error") or body.get("status")
    if error or not isinstance(body.get("response"), dict):
        error = error if isinstance(error, dict) else {}
        said = str(error.get("message") or "no answer")
        code = error.get("code")
        return Returned(key, None, said, code if isinstance(code, int) else None)
    try:
        return Returned(key, parse(body["response"]))
    except TroubleError:  # it is paid for, however little came of it
        return Returned(key, Answer(""))
