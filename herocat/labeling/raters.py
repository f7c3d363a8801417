"""Which providers there are, and how one becomes servers that are ready to be asked."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from herocat.endpoints import Distance, checked, distance
from herocat.errors import ChoiceError, HerocatError, InputError, Unfinished
from herocat.labeling.session import probe
from herocat.ports import Abilities, BatchService, Model, Probe, Trouble, TroubleError
from herocat.providers import ollama, openai

KEY_FILE = Path("GEMINI_API_KEY.txt")  # as in hero-images
GEMINI_MODEL = "gemini-3.5-flash-lite"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how a provider is asked; the key is only ever in memory."""

    abilities: Abilities
    endpoints: tuple[str, ...]
    model: str
    key: str | None
    most: int
    read: float | None

    def make(self) -> list[Model]:
        """Connect to every server."""
        return [_model(self, endpoint) for endpoint in self.endpoints]

    @property
    def distance(self) -> Distance:
        """Return how far pictures go: to the farthest of the servers."""
        return max(distance(endpoint) for endpoint in self.endpoints)


def abilities() -> dict[str, Abilities]:
    """Return the providers that ask a model, by name."""
    from herocat.providers import gemini

    known = (gemini.ABILITIES, openai.VLLM, ollama.ABILITIES, openai.OPENAI)
    return {one.name: one for one in known}


def server(
    provider: str,
    *,
    model: str | None,
    endpoints: Sequence[str] = (),
    key_file: Path | None = None,
    most: int | None = None,
    read: float | None = None,
) -> Server:
    """Return how a provider is asked; raises ChoiceError for what is unknown or missing."""
    able = abilities()[provider]
    given = [checked(url) for url in endpoints] or [_environment(able) or able.endpoint or ""]
    key = _key(able, key_file, given)
    count = most or able.concurrency
    draft = Server(able, tuple(dict.fromkeys(given)), model or "", key, count, read)
    if model is None:
        model = GEMINI_MODEL if provider == "gemini" else _only_model(draft)
    return Server(able, draft.endpoints, model, key, count, read)


def look(one: Server) -> tuple[Server, list[Probe]]:
    """Ask the servers what they are; return those that are there, with what they say.

    Raises a sentence if none is there, or one cannot do the job.
    """
    there = _there(one)
    for endpoint, seen in there.items():
        if seen.models and not _has(seen.models, one.model):
            shown = ", ".join(seen.models[:12]) + (" ..." if len(seen.models) > 12 else "")
            hint = f"; first: ollama pull {one.model}" if one.abilities.name == "ollama" else ""
            raise ChoiceError(f"{endpoint} has no model {one.model}; it has: {shown}{hint}")
        if seen.sees is False:
            raise ChoiceError(
                f"{one.model} at {endpoint} takes no pictures; it would make scores up. "
                "Choose a vision model with --model"
            )
    notes = [
        Probe(note=f"nobody answers at {endpoint}: this goes on without it")
        for endpoint in one.endpoints
        if endpoint not in there
    ]
    return replace(one, endpoints=tuple(there)), [*there.values(), *notes]


def _there(one: Server) -> dict[str, Probe]:
    """Return what each server says that is there; raise a sentence if none is, or one complains."""
    found = dict(zip(one.endpoints, probe(one.make), strict=True))
    there = {endpoint: seen for endpoint, seen in found.items() if isinstance(seen, Probe)}
    for endpoint, error in found.items():
        if isinstance(error, TroubleError) and error.kind is not Trouble.DOWN:
            raise _sentence(one, endpoint, error) from error
    if not there:
        error = next(seen for seen in found.values() if isinstance(seen, TroubleError))
        raise _sentence(one, ", ".join(found), error) from error
    return there


def jobs(one: Server) -> BatchService:
    """Return the service that takes many questions at once; raises ChoiceError if there is none."""
    if one.abilities.name != "gemini":
        raise ChoiceError(
            f"{one.abilities.name} takes no batch jobs; herocat batch export writes its questions "
            "to a file"
        )
    from herocat.providers.gemini.jobs import GeminiJobs

    return GeminiJobs(one.endpoints[0], one.model, one.key or "")


def thinking(provider: str, model: str, level: str) -> str:
    """Return the level of thinking that is really asked for."""
    if provider != "gemini":
        return level
    from herocat.providers.gemini.wording import least_thinking

    return least_thinking(level, model)


def _has(models: Sequence[str], model: str) -> bool:
    names = {model, f"{model}:latest", f"models/{model}"}
    return any(name in names for name in models)


def _only_model(draft: Server) -> str:
    """Return the model of a server that has one alone."""
    models = sorted({name for seen in _there(draft).values() for name in seen.models})
    if len(models) == 1:
        return models[0]
    listed = f"; there are: {', '.join(models[:12])}" if models else ""
    raise ChoiceError(f"say which model is to rate: --model NAME{listed}")


def _sentence(one: Server, where: str, error: TroubleError) -> HerocatError:
    if error.kind is Trouble.DOWN:
        return HerocatError(
            f"nobody answers at {where}: is the server running? "
            f"herocat label --provider {one.abilities.name} --setup-help says how to start it"
        )
    # All that these servers were sent so far is the key: nothing else can be wrong with it.
    only_key = error.kind is Trouble.FATAL or one.abilities.name == "openai"
    if only_key and error.status in {401, 403, 400}:
        wants = f" ({one.abilities.key})" if one.abilities.key else ""
        return HerocatError(f"{where} does not take the key{wants}: {error}")
    if error.kind in {Trouble.BUSY, Trouble.QUOTA, Trouble.SPENT}:
        return Unfinished(f"{where} is not ready: {error}; run this again later")
    return HerocatError(f"{where}: {error}")


def _environment(able: Abilities) -> str | None:
    name = {"openai": "OPENAI_BASE_URL", "ollama": "OLLAMA_HOST"}.get(able.name)
    url = os.environ.get(name, "") if name else ""
    if not url:
        return None
    url = checked(url)
    host = urlsplit(url)
    if able.name == "ollama":  # it listens on 0.0.0.0, which is no address to ask
        return f"{host.scheme}://{_reachable(host.hostname)}:{host.port or 11434}"
    return url


def _reachable(host: str | None) -> str:
    return "127.0.0.1" if host in {None, "0.0.0.0", "::"} else str(host)  # noqa: S104 - not to bind


def _key(able: Abilities, key_file: Path | None, endpoints: Sequence[str]) -> str | None:
    """Return the key from the file that is named, the environment, or hero-images' file."""
    if key_file is not None:
        return _from_file(key_file)
    if able.key and os.environ.get(able.key):
        if able.name == "openai":
            _refuse_elsewhere(endpoints)
        return os.environ[able.key].strip()
    if able.name != "gemini":
        return None
    if KEY_FILE.is_file():
        return _from_file(KEY_FILE)
    if all(distance(url) is Distance.HERE for url in endpoints):
        return "none"  # a proxy on this machine has its own
    raise ChoiceError(
        "Gemini needs a key: set GEMINI_API_KEY, or put it into GEMINI_API_KEY.txt in this folder, "
        "or name a file with --api-key-file; herocat label --provider gemini --setup-help says more"
    )


def _refuse_elsewhere(endpoints: Sequence[str]) -> None:
    """Raise ChoiceError for a server that OPENAI_API_KEY was not made for."""
    own = {"api.openai.com", urlsplit(_environment(openai.OPENAI) or "").hostname}
    for url in endpoints:
        if urlsplit(url).hostname not in own and distance(url) is not Distance.HERE:
            raise ChoiceError(
                f"OPENAI_API_KEY is not sent to {url}, only to api.openai.com, to the server in "
                "OPENAI_BASE_URL and to this machine; put that server's key into a file and name "
                "it with --api-key-file, or unset OPENAI_API_KEY if it wants none"
            )


def _from_file(path: Path) -> str:
    try:
        lines = path.read_text("utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the key file {path} cannot be read: {error}") from error
    if len(lines) != 1:
        raise InputError(f"the key file {path} must hold the key alone, in one line")
    return lines[0]


def _model(one: Server, endpoint: str) -> Model:
    name = one.abilities.name
    if name == "gemini":
        from herocat.providers.gemini import Gemini

        return Gemini(endpoint, one.model, one.key or "", most=one.most, read=one.read or 120.0)
    if name == "ollama":
        return ollama.Ollama(endpoint, one.model, one.key, most=one.most, read=one.read or 600.0)
    return openai.OpenAI(one.abilities, endpoint, one.model, one.key, most=one.most, read=one.read)
