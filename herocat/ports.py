"""What herocat needs of a rater, in its own words.

Two kinds fit. A :class:`Labeler` works out a score here and now from what was measured: a request
goes in, a reply comes out. A :class:`Model` looks at pictures somewhere else and takes its time: a
question goes out, an answer in words comes back, and what it means is read elsewhere, once for all.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedIOBase
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from herocat.pixels import Measurement
from herocat.records import Box
from herocat.replies import storable


class RefusedError(Exception):
    """The rater will never give a score for this photo; the message says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """A photo to be rated: what is known of it. No name, path or place is ever part of it."""

    measurement: Measurement
    animals: tuple[Box, ...]  # the confident ones, the subject first


@dataclass(frozen=True, slots=True)
class Subscore:
    """A part that a score was made of."""

    name: str
    value: float
    weight: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A score from 0 to 10, the reason in words, and the parts where the rater gives them."""

    score: float
    reasoning: str
    subscores: tuple[Subscore, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes scores comparable: the same rater, model and parameters."""

    rater: str
    provider: str
    model: str
    params: Mapping[str, Any] = field(default_factory=dict)
    image_size: int | None = None


class Preparation(Protocol):
    """What is done to a picture before an encoder sees it."""

    @property
    def size(self) -> int:
        """Side of the square that it takes, pixels."""
        ...

    def to_text(self) -> str:
        """Return the preparation as a key: vectors of another one are not comparable."""
        ...


class Encoder(Protocol):
    """Turns pictures into vectors that are alike where the pictures are."""

    @property
    def sha256(self) -> str:
        """Of the model's file."""
        ...

    @property
    def preparation(self) -> Preparation:
        """How pictures are to be made."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        ...

    def encode(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return a vector of length 1 for each picture: n, size, size, 3, RGB."""
        ...


class Labeler(Protocol):
    """Somebody or something that rates photos."""

    @property
    def identity(self) -> Identity:
        """Return what its scores depend on."""

    def label(self, request: Request) -> Reply:
        """Rate one photo; raise RefusedError if it never will."""


# Models that look at pictures: a question goes out over a wire, an answer or a trouble comes back


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG made ready to be sent: upright, RGB, small enough, with nothing else in the file."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    sha256: str  # of the JPEG


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is asked: all of it changes the answer, and is part of a run's identity."""

    temperature: float | None = None  # None: what the model is set to
    max_tokens: int = 1024
    thinking: str = "off"  # off, minimal, low, medium, high, default, or a number of tokens
    media_resolution: str | None = None  # low, medium, high; Gemini alone has it
    seed: int | None = None
    structured: str = "auto"  # auto, schema, json, none
    logprobs: bool = False
    service_tier: str | None = None  # flex, standard, priority

    def params(self) -> dict[str, Any]:
        """Return what differs from the defaults, for a run's identity."""
        plain = Asking()
        return {
            name: getattr(self, name)
            for name in self.__slots__
            if getattr(self, name) != getattr(plain, name)
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: instructions that never change, then texts and pictures in order."""

    instructions: str
    parts: tuple[str | Picture, ...]
    schema: Mapping[str, Any]  # JSON Schema of the reply
    asking: Asking

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures alone."""
        return tuple(part for part in self.parts if isinstance(part, Picture))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the server counts them; None where it does not say."""

    input: int | None = None
    output: int | None = None  # thinking included: it is billed
    thinking: int | None = None
    image: int | None = None
    cached: int | None = None
    usd: float | None = None  # where the server itself names the price


class Stop(StrEnum):
    """Why a model stopped writing."""

    DONE = "done"
    LENGTH = "truncated"  # out of tokens
    BLOCKED = "blocked"  # a filter stopped question or answer
    REFUSED = "refused"  # the model will not


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the answer, with the likeliest tokens in its place and their log-probabilities."""

    text: str
    likely: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, before anybody has tried to read a score from it."""

    text: str
    stop: Stop = Stop.DONE
    detail: str | None = None  # the server's own word for why it stopped
    thoughts: str = ""
    model: str | None = None  # the model that says it answered
    usage: Usage = Usage()
    tokens: tuple[Token, ...] = ()
    structured: str = "schema"  # how the reply's form was asked for: schema, json, none

    def __post_init__(self) -> None:
        """Mend half characters: what is paid for must not be lost for one that cannot be kept."""
        for name in ("text", "detail", "thoughts", "model"):
            said = getattr(self, name)
            if said is not None:
                object.__setattr__(self, name, storable(said))


class Trouble(StrEnum):
    """What kind of thing went wrong, as far as it matters for what to do next."""

    BUSY = "busy"  # the server has no room: ask again, and less at once
    QUOTA = "quota"  # so many a minute: ask again when the server says
    SPENT = "spent"  # a quota that lasts for hours, or no money left: stop the run
    DOWN = "down"  # nobody answers: ask another server, or later
    FAULTY = "faulty"  # an error of the server, half an answer, none at all: ask again
    PHOTO = "photo"  # this question will never be answered
    BLOCKED = "blocked"  # a filter stopped this question: it will never be answered
    FATAL = "fatal"  # no question will ever be answered like this: stop the run


class TroubleError(Exception):
    """A question was not answered; the message says why."""

    def __init__(
        self,
        kind: Trouble,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        maybe_billed: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status  # of HTTP
        self.retry_after = retry_after  # seconds, where the server says
        self.maybe_billed = maybe_billed  # it went out whole, and what became of it is unknown


@dataclass(frozen=True, slots=True)
class Probe:
    """What a server says about itself before anything is asked."""

    models: tuple[str, ...] = ()
    version: str | None = None
    sees: bool | None = None  # whether the model takes pictures; None: it does not say
    slots: int | None = None  # how many questions it answers at once
    leaves: bool = False  # it hands questions on to somebody else's machine
    note: str | None = None  # what the user should know


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do; the table in the documentation is made from these."""

    name: str
    what: str
    endpoint: str | None  # where its server is by default
    structured: str
    thinking: str
    logprobs: str
    batch: str
    concurrency: int  # at most so many questions at once to one server, unless told otherwise
    key: str | None = None  # the variable that holds its key
    install: str = ""  # what to install and to start
    cost: str = "nothing but electricity"


class Model(Protocol):
    """A model behind one server."""

    @property
    def abilities(self) -> Abilities:
        """Return what this kind of server can do."""

    @property
    def endpoint(self) -> str:
        """Return the address of the server, without any secret."""

    async def probe(self) -> Probe:
        """Ask the server what it is; raise TroubleError if it is not there."""

    async def label(self, question: Question) -> Answer:
        """Ask once, never again; raise TroubleError for whatever is no answer."""

    async def count_tokens(self, question: Question) -> int | None:
        """Return how many tokens a question is, where the server counts for free."""

    async def close(self) -> None:
        """Let go of the connections."""


# Jobs that a server does overnight


@dataclass(frozen=True, slots=True)
class Job:
    """A batch job as its server tells of it."""

    remote: str  # the server's name for it
    state: str  # waiting, running, done, failed, expired, cancelled
    raw_state: str
    error: str | None = None
    result: str | None = None  # the server's name for the file of results
    answered: int = 0  # questions that the server says it has answered


@dataclass(frozen=True, slots=True)
class Returned:
    """One line of a job's results."""

    key: str | None
    answer: Answer | None
    error: str | None = None
    status: int | None = None


class Lines(Protocol):
    """A form of files of questions, a line each, and how long such a file may be."""

    limit_items: int
    limit_bytes: int

    def line(self, key: str, question: Question) -> str:
        """Return a question as a line."""


class BatchService(Lines, Protocol):
    """A server that takes many questions at once and answers within a day."""

    @property
    def endpoint(self) -> str:
        """Return the address of the server, without any secret."""

    async def upload(self, file: BufferedIOBase, display_name: str) -> str:
        """Send a file of questions; return the server's name for it. No job comes of it yet."""

    async def create(self, uploaded: str, display_name: str) -> Job:
        """Create a job from a file that was sent; it must carry the display name."""

    async def find(self, display_name: str) -> Job | None:
        """Look for a job by its display name, after nobody knows whether it was created."""

    async def status(self, remote: str) -> Job:
        """Ask how a job is."""

    def results(self, job: Job) -> AsyncIterator[Returned]:
        """Yield what a job has answered, in any order."""

    async def cancel(self, remote: str) -> None:
        """Ask that a job be given up."""

    async def close(self) -> None:
        """Let go of the connections."""
