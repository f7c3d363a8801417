"""What the browser keeps, and what it is told of while a catalog grows."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.collection import copied, wait_for
from tests.serving import Server, browsing


def test_a_revisit_fetches_no_thumbnail_again(server: Server, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(
        server.door
    )  # with a cookie, that keeps Datasette from letting browsers keep anything
    page.goto(server.page())
    page.wait_for_load_state("networkidle")
    page.goto(server.page("runs"))
    page.goto(server.page())
    page.wait_for_load_state("networkidle")
    transferred = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(one => /thumbnail|sheet/.test(one.name)).map(one => one.transferSize)"
    )
    assert transferred
    assert set(transferred) == {0}
    context.close()


def see(page: Page, count: int) -> None:
    """Wait until there are so many tiles, and every one shows its picture."""
    expect(page.locator(".tile img")).to_have_count(count)
    page.evaluate(
        """async () => {
          for (const one of document.querySelectorAll('.tile img'))
            while (!one.naturalWidth)
              await new Promise((go) => one.addEventListener('load', go, { once: true }));
        }"""
    )


@pytest.mark.parametrize("lost", ["no script", "no sheet", "half a sheet"])
def test_thumbnails_show_without_their_sheet(server: Server, browser: Browser, lost: str) -> None:
    context = browser.new_context(java_script_enabled=lost != "no script")
    page = context.new_page()
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    if lost == "no sheet":
        page.route("**/sheet?*", lambda route: route.abort())
    elif lost == "half a sheet":

        def cut(route: Route) -> None:
            lines = route.fetch().text().splitlines(keepends=True)
            route.fulfill(body="".join(lines[:2]) + lines[2][:99], content_type="text/plain")

        page.route("**/sheet?*", cut)
    page.goto(f"{server.page()}?size=9")
    if lost != "no script":
        see(page, 9)
    page.wait_for_load_state("networkidle")
    alone = len({address for address in asked if "/thumbnail/" in address})
    assert alone == (7 if lost == "half a sheet" else 9)
    context.close()


def test_the_next_page_is_had_before_it_is_asked_for(server: Server, page: Page) -> None:
    with page.expect_response(lambda answer: "/sheet?" in answer.url) as first:
        page.goto(f"{server.page()}?size=5")
    with page.expect_response(
        lambda answer: "/sheet?" in answer.url and answer.url != first.value.url
    ) as ahead:
        pass
    page.get_by_role("link", name="Next").click()
    see(page, 5)
    sheet = page.locator("#grid").get_attribute("data-sheet")
    assert sheet
    assert sheet in ahead.value.url
    page.wait_for_load_state("networkidle")


def test_scores_that_are_written_meanwhile_show_on_reload(
    built: Path, tmp_path: Path, page: Page
) -> None:
    made = copied(built, tmp_path)
    with browsing(made.catalog) as server:
        page.goto(server.page("runs"))
        expect(page.locator(".run-list li")).to_have_count(3)
        made("label", "--run", "second")
        page.reload()
        expect(page.locator(".run-list li")).to_have_count(4)
        page.goto(server.page() + "?run=second")
        expect(page.locator(".tile .score").first).to_be_visible()
        page.wait_for_load_state("networkidle")  # the server ends before the page


def test_photos_that_are_taken_in_meanwhile_show_up(
    built: Path, tmp_path: Path, page: Page
) -> None:
    made = copied(built, tmp_path)
    with browsing(made.catalog) as server:
        with closing(sqlite3.connect(made.catalog)) as connection:  # as an ingest would
            connection.execute("update settings set value = 0.01 where name = 'person_confidence'")
            connection.commit()
        page.goto(server.page("?held=yes"))
        wait_for(
            made, "select sum(held) = (select count(distinct image_id) from vetoes) from gallery", 1
        )
        page.wait_for_load_state("networkidle")
