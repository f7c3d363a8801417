"""Google's Gemini by its own library, over connections that herocat holds.

The library is imported when a client is made: it takes a second. Its own repeats are off, because
it ignores how long the server asks to wait; its version of the API is fixed, because its default
has changed; and every time limit is set, because it has none.
"""

import logging
import warnings
from typing import Any

import httpx

from herocat import wire
from herocat.ports import Abilities, Answer, Picture, Probe, Question
from herocat.providers.gemini.wording import config, parse, troubles

ABILITIES = Abilities(
    name="gemini",
    what="Google's Gemini",
    endpoint="https://generativelanguage.googleapis.com",
    structured="JSON Schema",
    thinking="as little as the model can, unless asked for",
    logprobs="where the model allows",
    batch="yes, at half the price (`--batch`)",
    concurrency=16,
    key="GEMINI_API_KEY",
    install="a key from Google AI Studio, in GEMINI_API_KEY or in GEMINI_API_KEY.txt",
    cost="by the token, see the prices below",
)
_STAND_IN = (
    "WARNING: this server stands in for Google, and the model's name is not one of Google's. Some "
    "(LiteLLM) lose the pictures on the way to other makers' models, which then make scores up: "
    "ask such a model by --provider openai; blank pictures (--controls) tell whether it looks"
)
VERSION = "v1beta"  # of the API: it has all that v1 has, and batch jobs


class Gemini:
    """One model of Google's."""

    abilities = ABILITIES

    def __init__(
        self, endpoint: str, model: str, key: str, *, most: int = 16, read: float = 120.0
    ) -> None:
        from google import genai
        from google.genai import types

        # Values that are newer than the library are no news to the user.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"google\.genai")
        # Nor is a key of the environment that is not used.
        logging.getLogger("google_genai._api_client").setLevel(logging.ERROR)
        self.endpoint = endpoint
        self.model = model.removeprefix("models/")
        self._http = wire.client(endpoint, most=most, read=read)
        self._sync = httpx.Client(
            trust_env=False, verify=endpoint.startswith("https")
        )  # never used; else the library makes another
        self._http.event_hooks = {"response": [_refuse_errors]}
        self.client = genai.Client(
            vertexai=False,  # whatever the environment says: its paths are others
            api_key=key,
            http_options=types.HttpOptions(
                base_url=endpoint,
                api_version=VERSION,
                timeout=int(read * 1000),
                httpx_client=self._sync,
                httpx_async_client=self._http,
            ),
        )

    async def probe(self) -> Probe:
        """Ask about the model; this also tells whether the key is good."""
        try:
            found = await self.client.aio.models.get(model=self.model)
        except Exception as error:
            trouble = troubles(error)
            # What stands in for Google (a proxy) need not know this question.
            if trouble.status in {404, 405, 501} and "googleapis" not in self.endpoint:
                return Probe(note=None if "gemini" in self.model else _STAND_IN)
            raise trouble from error
        return Probe(models=(self.model,), version=found.version)

    async def label(self, question: Question) -> Answer:
        """Ask once."""
        from google.genai import types

        asked = config(question, self.model)
        generation = asked.pop("generationConfig")
        try:
            response = await self.client.aio.models.generate_content(
                model=self.model,
                contents=[types.Content(role="user", parts=[_part(one) for one in question.parts])],
                config=types.GenerateContentConfig.model_validate(
                    generation
                    | asked
                    | {"automaticContinuation": False, "systemInstruction": question.instructions}
                ),
            )
        except Exception as error:
            raise troubles(error) from error
        return parse(response.model_dump(mode="json", by_alias=True, exclude_none=True))

    async def count_tokens(self, question: Question) -> int | None:
        """Have the tokens of a question counted; it costs nothing."""
        from google.genai import types

        # The developer API counts contents alone, so the instructions are counted as one.
        parts = [_part(one) for one in (question.instructions, *question.parts)]
        try:
            counted = await self.client.aio.models.count_tokens(
                model=self.model, contents=[types.Content(role="user", parts=parts)]
            )
        except Exception as error:
            raise troubles(error) from error
        return wire.count(counted.total_tokens)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()
        self._sync.close()


async def _refuse_errors(response: httpx.Response) -> None:
    """Raise TroubleError for an answer that says 200 and holds an error: the library loses it."""
    if response.is_success and response.url.path.endswith(":generateContent"):
        await response.aread()
        found = wire.json_of(response)
        if isinstance(found, dict) and found.get("error"):
            raise wire.refused(response)


def _part(part: str | Picture) -> Any:  # noqa: ANN401 - the library is imported late
    from google.genai import types

    if isinstance(part, str):
        return types.Part.from_text(text=part)
    return types.Part.from_bytes(data=part.jpeg, mime_type="image/jpeg")
