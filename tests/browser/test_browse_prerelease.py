"""The pages on the other line of Datasette: 1.0, so far pre-releases. CI has it in a place of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.collection import copied
from tests.conftest import lacking
from tests.serving import Server, browsing

PYTHON = os.environ.get("HEROCAT_DATASETTE_PRE", "")


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not PYTHON:
        lacking("Python with Datasette 1.0: HEROCAT_DATASETTE_PRE names one")
    made = copied(built, tmp_path_factory.mktemp("prerelease"))
    with browsing(made.catalog, "jane", "-n", "9", command="rate", python=PYTHON) as started:
        yield started


PAGES = [
    "",
    "photo/1",
    "albums",
    "album/1",
    "compare",
    "overview",
    "cameras",
    "files",
    "runs",
    "rate",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens(server: Server, page: Page, path: str) -> None:
    page.goto(server.page(path))
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_load_state("networkidle")


def test_a_key_is_a_row(server: Server, built: Path, page: Page) -> None:
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("8")
    expect(page.locator("#count")).to_contain_text("1 of")
    expect(page.locator("#rate.saving")).to_have_count(0)
    page.reload()
    expect(page.locator("#count")).to_contain_text("1 of")


def test_an_album_can_be_edited(server: Server, page: Page) -> None:
    page.goto(server.door)
    page.goto(server.page("album/1"))
    page.wait_for_load_state("networkidle")
    page.locator(".picked > li").first.get_by_role("button", name="Pin").click()
    expect(page.locator("#word")).to_contain_text("pinned")  # and who came and left for it
    page.wait_for_load_state("networkidle")
    page.reload()
    pin = page.locator(".picked > li").first.get_by_role("button", name="Pin")
    expect(pin).to_have_attribute("aria-pressed", "true")
    page.wait_for_load_state("networkidle")


def test_tables_are_described_and_have_their_questions(server: Server, page: Page) -> None:
    page.goto(f"{server.root}/catalog/images")
    expect(page.get_by_text("One photo, known by its collection").first).to_be_visible()
    page.goto(f"{server.root}/catalog/best")
    expect(page.locator("td.col-image_id img").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_thumbnails_are_kept_where_a_cookie_comes_along(server: Server) -> None:
    request = Request(server.page("thumbnail/1.jpg?v=1"), headers={"Cookie": "other=1"})
    with urlopen(request) as answer:
        assert "no-store" not in answer.headers["Cache-Control"]
        assert "max-age" in answer.headers["Cache-Control"]
