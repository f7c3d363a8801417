"""A real browser, that fails a test on any console message, page error or failed request."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.collection import copied
from tests.conftest import CommandLine, lacking
from tests.serving import Server, browsing

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; skip where there is none."""
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        lacking("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page; at the end nothing may have gone wrong on it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("console", lambda message: wrong.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    opened.on(
        "requestfailed",
        lambda request: (
            # What a click on the next page interrupts is no failure.
            None
            if request.failure == "net::ERR_ABORTED"
            else wrong.append(f"failed: {request.url}")
        ),
    )
    opened.on(
        "response",
        lambda response: (
            wrong.append(f"{response.status}: {response.url}") if response.status >= 400 else None
        ),
    )
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture(scope="package")
def made(built: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Return the command line of the catalog that is browsed."""
    return copied(built, tmp_path_factory.mktemp("browse"))


@pytest.fixture(scope="package")
def server(made: CommandLine) -> Iterator[Server]:
    """Browse the small catalog as a rater."""
    with browsing(made.catalog, "jane", "-n", "12", command="rate") as started:
        yield started
