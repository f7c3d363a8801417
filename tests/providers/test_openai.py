"""Servers that speak OpenAI's language: errors in all their forms, and the ladder of forms."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from herocat.ports import Probe, Stop, Trouble, Usage
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Asked, Said, serving
from tests.providers.asking import ASKING, KEY, QUESTION, TEXT, ask, model_for, trouble


@pytest.fixture
def vllm() -> Iterator[FakeOpenAI]:
    fake = FakeOpenAI(key=KEY)
    with serving(fake):
        yield fake


def chat(**message: object) -> dict[str, Any]:
    return {"model": "m", "choices": [{"message": message, "finish_reason": "stop"}], "usage": {}}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "upstream", "code": 502}}, Trouble.FAULTY),
        ({"error": {"message": "rate", "code": 429}}, Trouble.BUSY),
        ({"error": {"message": "credits", "code": 402}}, Trouble.SPENT),
        ({"object": "error", "message": "bad", "code": 400}, Trouble.PHOTO),
        ({"choices": []}, Trouble.FAULTY),
    ],
)
def test_a_success_that_is_an_error(vllm: FakeOpenAI, body: dict[str, Any], kind: Trouble) -> None:
    vllm.script.append(Said(body))
    assert trouble(vllm).kind is kind


_BILLING = "https://platform.openai.com/account/billing"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said({"error": "Unauthorized"}, 401), Trouble.FATAL),
        (
            Said({"object": "error", "message": "The model `x` does not exist.", "code": 404}, 404),
            Trouble.FATAL,
        ),
        (
            Said(
                {"error": {"message": "No deployments available for this model", "code": "400"}},
                400,
            ),
            Trouble.FATAL,
        ),
        (Said({"error": {"message": "throttled", "code": "429"}}, 429), Trouble.BUSY),
        (Said({"error": {"message": "x", "code": "insufficient_quota"}}, 429), Trouble.SPENT),
        (Said({"error": {"message": "x", "type": "insufficient_quota"}}, 429), Trouble.SPENT),
        (
            Said({"object": "error", "message": "x", "type": "insufficient_quota"}, 429),
            Trouble.SPENT,
        ),
        (Said({"error": {"message": "your credit balance is too low"}}, 429), Trouble.SPENT),
        (
            Said({"error": {"message": f"see {_BILLING}", "code": "rate_limit_exceeded"}}, 429),
            Trouble.BUSY,
        ),
        (
            Said({"error": {"message": "x"}}, 429, {"x-ratelimit-remaining-requests": "0"}),
            Trouble.QUOTA,
        ),
        (Said({"error": {"code": 503, "message": "Loading model"}}, 503), Trouble.BUSY),
        (Said({"error": {"message": "flagged by moderation"}}, 403), Trouble.BLOCKED),
    ],
)
def test_errors_in_all_their_forms(vllm: FakeOpenAI, said: Said, kind: Trouble) -> None:
    vllm.script.append(said)
    assert trouble(vllm).kind is kind


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [{"message": "hello"}]},
        {"choices": [{"message": [TEXT]}]},
        {"choices": [TEXT]},
        {"choices": [{}]},
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=lambda body: str(body)[:30],
)
def test_what_is_no_answer_is_one_fault(vllm: FakeOpenAI, body: object) -> None:
    vllm.script.append(Said(body))
    raised = trouble(vllm)
    assert (raised.kind, raised.maybe_billed) == (Trouble.FAULTY, True)


@pytest.mark.parametrize(
    "usage",
    [
        [],
        {"prompt_tokens": "900", "completion_tokens": {}},
        {"prompt_tokens": 10**25, "completion_tokens": -1},
        {"prompt_tokens_details": [1], "completion_tokens_details": "many"},
        {"prompt_tokens_details": {"multimodal_tokens": 700}, "cost": float("nan")},
        {"prompt_tokens": 10**400, "cost": 10**400},
    ],
    ids=str,
)
def test_counts_that_are_none_cost_no_answer(vllm: FakeOpenAI, usage: object) -> None:
    vllm.script.append(Said(chat(content=TEXT) | {"usage": usage}))
    answer = ask(model_for(vllm))
    assert (answer.text, answer.usage) == (TEXT, Usage())


def test_probabilities_that_are_none_cost_no_answer(vllm: FakeOpenAI) -> None:
    likely = [{"token": "7", "logprob": None}, "8", {"token": "6", "logprob": -1}]
    vllm.logprobs = {"content": [{"token": "7", "top_logprobs": likely}, {"top_logprobs": 5}, "x"]}
    assert [token.likely for token in ask(model_for(vllm)).tokens] == [(("6", -1.0),), ()]


@pytest.mark.parametrize("listed", [{"data": None}, {"data": ["fake-vl"]}, {"data": {}}, {}])
def test_a_list_of_models_that_is_none(vllm: FakeOpenAI, listed: dict[str, Any]) -> None:
    said = Said(listed | {"version": 5})
    vllm.beside = lambda asked: said  # type: ignore[method-assign] # noqa: ARG005

    async def probe() -> Probe:
        model = model_for(vllm)
        try:
            return await model.probe()
        finally:
            await model.close()

    assert asyncio.run(probe()) == Probe()


@pytest.mark.parametrize(
    ("body", "text", "thoughts", "stop"),
    [
        (chat(content=[{"type": "text", "text": TEXT}]), TEXT, "", Stop.DONE),
        (chat(content=None, reasoning=TEXT), "", TEXT, Stop.DONE),
        (chat(content="", reasoning_content=TEXT), "", TEXT, Stop.DONE),
        (chat(content=None, refusal="I cannot."), "I cannot.", "", Stop.REFUSED),
    ],
)
def test_where_the_answer_stands(
    vllm: FakeOpenAI, body: dict[str, Any], text: str, thoughts: str, stop: Stop
) -> None:
    vllm.script.append(Said(body))
    answer = ask(model_for(vllm))
    assert (answer.text, answer.thoughts, answer.stop) == (text, thoughts, stop)


def test_the_ladder_of_forms(vllm: FakeOpenAI) -> None:
    def picky(asked: Asked) -> Said | None:
        kind = asked.body.get("response_format", {}).get("type")
        if kind in vllm.refuses:
            return Said({"error": {"message": f"response_format {kind} is not supported"}}, 400)
        return None

    vllm.on_question = picky
    for refused, used in [
        ((), "schema"),
        (("json_schema",), "json"),
        (("json_schema", "json_object"), "none"),
    ]:
        vllm.asked.clear()
        vllm.refuses = refused
        assert ask(model_for(vllm), times=2).structured == used
        assert len(vllm.questions) == len(refused) + 2  # it is learnt once


def test_a_router_that_finds_nobody_who_takes_the_form(vllm: FakeOpenAI) -> None:
    said = "No endpoints found that can handle the requested parameters. To learn more ..."

    def picky(asked: Asked) -> Said | None:
        if asked.body.get("response_format", {}).get("type") == "json_schema":
            return Said({"error": {"message": said, "code": 404}}, 404)
        return None

    vllm.on_question = picky
    assert ask(model_for(vllm)).structured == "json"
    vllm.on_question = lambda _: Said({"error": {"message": said, "code": 404}}, 404)
    assert trouble(vllm).kind is Trouble.FATAL


def test_a_server_that_takes_nothing_but_words(vllm: FakeOpenAI) -> None:
    """However much it refuses, part by part; and whoever else was told meanwhile."""

    def picky(asked: Asked) -> Said | None:
        for name in ("chat_template_kwargs", "temperature", "reasoning_effort"):
            if name in asked.body:
                return Said({"error": {"message": f"Unsupported parameter: {name}"}}, 400)
        if "max_tokens" in asked.body:
            return Said({"error": {"message": "Use 'max_completion_tokens' instead."}}, 400)
        kind = asked.body.get("response_format", {}).get("type")
        return Said({"error": {"message": f"no response_format {kind}"}}, 400) if kind else None

    async def at_once() -> list[str]:
        model = model_for(vllm)
        try:
            found = await asyncio.gather(*(model.label(question) for _ in range(3)))
            return [answer.structured for answer in found]
        finally:
            await model.close()

    question = replace(QUESTION, asking=replace(ASKING, thinking="low"))
    vllm.on_question, vllm.delay = picky, 0.02
    assert asyncio.run(at_once()) == ["none"] * 3


def test_what_a_server_does_not_take_is_left_out(vllm: FakeOpenAI) -> None:
    def picky(asked: Asked) -> Said | None:
        for name in ("chat_template_kwargs", "temperature"):
            if name in asked.body:
                return Said({"error": {"message": f"Unsupported parameter: {name}"}}, 400)
        if "max_tokens" in asked.body:
            return Said({"error": {"message": "Use 'max_completion_tokens' instead."}}, 400)
        return None

    vllm.on_question = picky
    ask(model_for(vllm))
    body = vllm.questions[-1].body
    assert body["max_completion_tokens"] == 256
    assert body["seed"] == 7


def test_vllm_does_not_think_unless_told_to(vllm: FakeOpenAI) -> None:
    ask(model_for(vllm))
    assert vllm.questions[0].body["chat_template_kwargs"] == {"enable_thinking": False}
    ask(model_for(vllm), replace(QUESTION, asking=replace(ASKING, thinking="low")))
    assert vllm.questions[1].body["chat_template_kwargs"] == {"enable_thinking": True}


def test_token_probabilities_and_prices_are_read(vllm: FakeOpenAI) -> None:
    vllm.logprobs = {"content": [{"token": "7", "top_logprobs": [{"token": "7", "logprob": -0.1}]}]}
    vllm.usage |= {"cost": 0.0012, "prompt_tokens_details": {"multimodal_tokens": {"image": 700}}}
    answer = ask(model_for(vllm), replace(QUESTION, asking=replace(ASKING, logprobs=True)))
    assert answer.tokens[0].likely == (("7", -0.1),)
    assert answer.usage.usd == 0.0012
    assert answer.usage.image == 700
    assert vllm.questions[0].body["top_logprobs"] == 20
