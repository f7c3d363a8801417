"""Rating in a real browser: a key is a row, on what is painted; nothing that was given is lost."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.collection import ask, copied, wait_for
from tests.conftest import CommandLine
from tests.serving import Server, browsing

MINE = "labels where label_run_id = (select id from label_runs where name = 'jane')"


@pytest.fixture
def loose(server: Server, browser: Browser) -> Iterator[Page]:
    """Open the page to rate on; there failed requests are what a test is about."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def rated(made: CommandLine) -> int:
    """Count jane's answers."""
    return int(str(ask(made, f"select count(*) from {MINE}")[0][0]))


def test_rating_by_keyboard_is_a_row_at_each_key(
    server: Server, made: CommandLine, page: Page
) -> None:
    page.goto(server.page("rate"))
    expect(page.get_by_role("heading", name="Nobody rates here yet")).to_be_visible()
    page.goto(server.door)
    page.wait_for_url(server.page("rate"))
    assert "token" not in page.url
    expect(page.locator("#count")).to_contain_text("0 of")
    expect(page.locator("#rate.loading")).to_have_count(0)
    page.keyboard.press("7")
    wait_for(made, f"select max(score) from {MINE}", 7.0)
    for pressed in "x05":
        expect(page.locator("#rate.loading")).to_have_count(0)
        page.keyboard.press(pressed)
    wait_for(
        made,
        f"select group_concat(score) from (select score from {MINE} order by id)",
        "7.0,10.0,0.0,5.0",
    )
    page.keyboard.press("u")
    wait_for(made, f"select count(*) from {MINE}", 3)
    page.get_by_role("button", name="Skip").click()
    wait_for(
        made,
        f"select group_concat(status) from (select status from {MINE} order by id)",
        "ok,ok,ok,skipped",
    )
    expect(page.locator("#rate.loading")).to_have_count(0)
    page.get_by_role("button", name="4", exact=True).click()
    wait_for(made, f"select count(*) from {MINE}", 5)
    page.reload()
    expect(page.locator("#count")).to_contain_text("5 of")
    page.keyboard.press("u")
    wait_for(made, f"select count(*) from {MINE}", 4)
    page.keyboard.press("o")
    expect(page.locator("#word")).to_contain_text("baseline")


def test_a_photo_that_is_asked_about_again_is_skipped_and_taken_back_like_any(
    built: Path, tmp_path: Path, page: Page
) -> None:
    """After ten answers one photo comes a second time; the page is opened anew meanwhile."""
    made = copied(built, tmp_path)
    with browsing(made.catalog, "ann", "-n", "12", command="rate") as server:
        page.goto(server.door)
        painted = page.locator("#rate.loading, #rate.saving")
        for _ in range(11):
            expect(painted).to_have_count(0)
            page.keyboard.press("5")
        wait_for(made, "select count(*) from labels where label_run_id > 3", 11)
        expect(painted).to_have_count(0)
        page.keyboard.press(" ")
        wait_for(made, "select count(*) from skips", 1)
        page.reload()
        expect(painted).to_have_count(0)
        page.keyboard.press("u")
        wait_for(made, "select count(*) from skips", 0)
        expect(painted).to_have_count(0)
        page.keyboard.press("6")
        wait_for(made, "select group_concat(score) from samples", "6.0")
        assert ask(made, "select count(*) from labels where label_run_id > 3") == [(11,)]


def test_an_answer_lands_though_the_page_is_left_at_once(
    server: Server, made: CommandLine, page: Page
) -> None:
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    before = rated(made)
    page.evaluate(
        "there => { document.dispatchEvent(new KeyboardEvent('keydown', { key: '3' })); location.href = there; }",
        server.page("albums"),
    )
    page.wait_for_url("**/albums")
    wait_for(made, f"select count(*) from {MINE}", before + 1)


def test_pairs(server: Server, made: CommandLine, page: Page) -> None:
    page.goto(server.door)
    page.get_by_role("link", name="in pairs").click()
    page.wait_for_url("**mode=pairs*")
    page.wait_for_load_state("networkidle")
    painted = page.locator("#rate.loading")
    page.keyboard.press("ArrowLeft")
    expect(painted).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(painted).to_have_count(0)
    page.locator("#right").click()
    wait_for(made, "select group_concat(outcome) from comparisons", "first,tie,second")
    page.keyboard.press("u")
    wait_for(made, "select group_concat(outcome) from comparisons", "first,tie")
    page.reload()
    page.keyboard.press("u")
    wait_for(made, "select group_concat(outcome) from comparisons", "first")
    expect(painted).to_have_count(0)
    page.keyboard.press(" ")
    wait_for(made, "select count(*) from skips", 1)
    page.reload()
    page.keyboard.press("u")
    wait_for(made, "select count(*) from skips", 0)


def test_a_pair_that_cannot_be_seen_is_skipped_and_taken_back_after_a_reload(
    built: Path, tmp_path: Path, browser: Browser
) -> None:
    """A drawing in the place of a photo is no picture; its disk is pulled out once the page is asked for."""
    made = copied(built, tmp_path)
    with browsing(made.catalog, "ann", "-n", "5", command="rate") as server:
        page = browser.new_context().new_page()
        page.goto(server.door)
        page.goto(server.page("rate?mode=pairs"))
        expect(page.locator("#rate.loading")).to_have_count(0)
        first = page.locator("#left img").get_attribute("src")
        image = int(str(re.search(r"preview/(\d+)", str(first))[1]))  # type: ignore[index]
        with sqlite3.connect(made.catalog) as db:
            db.execute("delete from thumbnails where image_id = ?", [image])
        path = str(ask(made, "select path from images where id = ?", image)[0][0])
        (tmp_path / "photos" / path).unlink()
        page = browser.new_context(storage_state=page.context.storage_state()).new_page()
        page.goto(server.page("rate?mode=pairs"))
        expect(page.locator("#word")).to_contain_text("cannot be shown: skip it")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#word")).to_contain_text("wait for the picture")
        page.get_by_role("button", name="Skip").click()
        wait_for(made, "select count(*) from skips", 1)
        assert ask(made, "select count(*) from comparisons") == [(0,)]
        page.reload()
        page.keyboard.press("u")
        wait_for(made, "select count(*) from skips", 0)
        assert page.locator("#left img").get_attribute("src") == first
        page.context.close()


def test_a_phone_rates_by_touch_with_the_token_of_this_start(
    built: Path, tmp_path: Path, browser: Browser
) -> None:
    """The address for the network is printed; here the phone takes the one for this machine."""
    made = copied(built, tmp_path)
    with browsing(made.catalog, "ann", "-n", "5", "--phone", command="rate") as server:
        here, there = re.findall(r"(http://\S+?token=\S+)", server.log)
        assert urlsplit(here).query == urlsplit(there).query
        assert urlsplit(there).port == urlsplit(here).port
        context = browser.new_context(
            viewport={"width": 412, "height": 839},
            device_scale_factor=2.6,
            is_mobile=True,
            has_touch=True,
        )
        page = context.new_page()
        page.goto(server.page("rate"))
        expect(page.get_by_role("heading", name="Nobody rates here yet")).to_be_visible()
        page.goto(here)
        seven = page.get_by_role("button", name="7", exact=True)
        area = seven.bounding_box()
        assert area
        assert min(area["width"], area["height"]) >= 44, "a thumb hits it"
        page.wait_for_load_state("networkidle")
        expect(page.locator("#rate.loading")).to_have_count(0)
        seven.tap()
        wait_for(made, "select score from labels where id = (select max(id) from labels)", 7.0)
        page.get_by_role("button", name="Undo").tap()
        expect(page.locator("#count")).to_contain_text("0 of")
        tall = "document.documentElement.scrollHeight <= innerHeight"
        assert page.evaluate(tall), "nothing has to be scrolled"
        context.close()


def test_pairs_end_when_the_first_are_settled(
    server: Server, made: CommandLine, page: Page
) -> None:
    """Another rater has compared every two of the best; a person may go on all the same."""
    with sqlite3.connect(made.catalog) as db:
        db.execute(
            "insert into comparisons (label_run_id, first_image_id, second_image_id, outcome, raw, created_at)"
            " select 1, iif(swap, worse, better), iif(swap, better, worse), iif(swap, 'second', 'first'),"
            " 'settled', '' from (select one.image_id as better, other.image_id as worse,"
            " (one.image_id + other.image_id) % 2 as swap from gallery as one join gallery as other"
            " on (other.score, other.image_id) < (one.score, one.image_id))"
        )
    try:
        page.goto(server.door)
        page.goto(server.page("rate?mode=pairs"))
        expect(page.locator(".rate-done:visible")).to_contain_text(
            re.compile(r"The first \d+ are settled")
        )
        page.get_by_role("link", name="Go on anyway").click()
        page.wait_for_url("**on=1*")
        page.wait_for_load_state("networkidle")
        expect(page.locator(".rate-done:visible")).to_have_count(0)
        before = ask(made, "select count(*) from comparisons")[0][0]
        page.keyboard.press("ArrowLeft")
        wait_for(made, "select count(*) from comparisons", int(str(before)) + 1)
        page.keyboard.press("u")
        wait_for(made, "select count(*) from comparisons", before)
    finally:
        with sqlite3.connect(made.catalog) as db:
            db.execute("delete from comparisons where raw = 'settled'")


def test_without_a_connection_an_answer_is_kept_and_sent_again(
    made: CommandLine, loose: Page
) -> None:
    before = rated(made)
    loose.context.set_offline(offline=True)
    loose.keyboard.press("6")
    stopped = loose.locator("#stopped")
    expect(stopped).to_contain_text("1 answer is not saved yet, kept here")
    loose.keyboard.press("9")
    loose.context.set_offline(offline=False)
    wait_for(made, f"select count(*) from {MINE}", before + 1)
    expect(stopped).to_be_hidden()
    assert ask(made, f"select score from {MINE} order by id desc limit 1") == [(6.0,)]


def test_what_is_not_painted_is_not_rated_and_what_is_refused_is_not_lost(
    server: Server, made: CommandLine, loose: Page
) -> None:
    before = rated(made)
    loose.route("**/preview/**", lambda route: route.abort())
    loose.reload()
    expect(loose.locator("#word")).to_contain_text("cannot be shown")
    loose.keyboard.press("8")
    expect(loose.locator("#word")).to_contain_text("wait for the picture")
    loose.unroute("**/preview/**")
    loose.reload()
    expect(loose.locator("#rate.loading")).to_have_count(0)
    loose.context.clear_cookies()  # as after a start with another token
    loose.keyboard.press("2")
    expect(loose.locator("#stopped")).to_contain_text("1 answer is kept in this browser")
    loose.keyboard.press("3")
    assert rated(made) == before
    loose.goto(server.door)
    wait_for(made, f"select count(*) from {MINE}", before + 1)
    assert ask(made, f"select score from {MINE} order by id desc limit 1") == [(2.0,)]


def test_before_the_next_is_known_no_answer_is_taken_and_nothing_old_is_shown(loose: Page) -> None:
    held = list[Route]()
    loose.route("**/rate", lambda route: held.append(route))  # noqa: PLW0108 - no built-in
    for _ in range(12):  # more than are known ahead
        loose.keyboard.press("Space")
    expect(loose.locator("#word")).to_contain_text("wait for the picture")
    expect(loose.locator("#rate.loading")).to_have_count(1)
    loose.route("**/rate", lambda route: route.fulfill(status=400, json={"error": "held"}))
    held[0].fulfill(status=400, json={"error": "held"})
    expect(loose.locator("#rate.finished")).to_have_count(1)
    expect(loose.locator("#rate.loading")).to_have_count(0)
