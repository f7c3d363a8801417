"""Rating in a real browser: a key is a row, on what is painted; nothing that was given is lost."""

import re
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.collection import ask, copied, wait_for
from tests.conftest import CommandLine
from tests.serving import Server, browsing


def test_rating_by_keyboard_is_a_row_at_each_key(
    server: Server, made: CommandLine, page: Page
) -> None:
    mine = "labels where label_run_id = (select id from label_runs where name = 'jane')"
    page.goto(server.page("rate"))
    expect(page.get_by_role("heading", name="Nobody rates here yet")).to_be_visible()
    page.goto(server.door)
    page.wait_for_url(server.page("rate"))
    assert "token" not in page.url
    expect(page.locator("#count")).to_contain_text("0 of")
    expect(page.locator("#rate.loading")).to_have_count(0)
    page.keyboard.press("7")
    wait_for(made, f"select max(score) from {mine}", 7.0)
    for pressed in "x05":
        expect(page.locator("#rate.loading")).to_have_count(0)
        page.keyboard.press(pressed)
    wait_for(
        made,
        f"select group_concat(score) from (select score from {mine} order by id)",
        "7.0,10.0,0.0,5.0",
    )
    page.keyboard.press("u")
    wait_for(made, f"select count(*) from {mine}", 3)
    page.get_by_role("button", name="Skip").click()
    wait_for(
        made,
        f"select group_concat(status) from (select status from {mine} order by id)",
        "ok,ok,ok,skipped",
    )
    expect(page.locator("#rate.loading")).to_have_count(0)
    page.get_by_role("button", name="4", exact=True).click()
    wait_for(made, f"select count(*) from {mine}", 5)
    page.reload()
    expect(page.locator("#count")).to_contain_text("5 of")
    page.keyboard.press("u")
    wait_for(made, f"select count(*) from {mine}", 4)
    page.keyboard.press("o")
    expect(page.locator("#word")).to_contain_text("baseline")


def test_an_answer_lands_though_the_page_is_left_at_once(
    server: Server, made: CommandLine, page: Page
) -> None:
    mine = "labels where label_run_id = (select id from label_runs where name = 'jane')"
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    before = int(str(ask(made, f"select count(*) from {mine}")[0][0]))
    page.evaluate(
        "there => { document.dispatchEvent(new KeyboardEvent('keydown', { key: '3' })); location.href = there; }",
        server.page("albums"),
    )
    page.wait_for_url("**/albums")
    wait_for(made, f"select count(*) from {mine}", before + 1)


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
    server: Server, made: CommandLine, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    mine = "labels where label_run_id = (select id from label_runs where name = 'jane')"
    before = ask(made, f"select count(*) from {mine}")[0][0]
    context.set_offline(offline=True)
    page.keyboard.press("6")
    stopped = page.locator("#stopped")
    expect(stopped).to_contain_text("1 answer is not saved yet, kept here")
    page.keyboard.press("9")
    context.set_offline(offline=False)
    wait_for(made, f"select count(*) from {mine}", int(str(before)) + 1)
    expect(stopped).to_be_hidden()
    assert ask(made, f"select score from {mine} order by id desc limit 1") == [(6.0,)]
    context.close()


def test_what_is_not_painted_is_not_rated_and_what_is_refused_is_not_lost(
    server: Server, made: CommandLine, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.door)
    page.wait_for_load_state("networkidle")
    mine = "labels where label_run_id = (select id from label_runs where name = 'jane')"
    before = int(str(ask(made, f"select count(*) from {mine}")[0][0]))
    page.route("**/preview/**", lambda route: route.abort())
    page.reload()
    expect(page.locator("#word")).to_contain_text("cannot be shown")
    page.keyboard.press("8")
    expect(page.locator("#word")).to_contain_text("wait for the picture")
    page.unroute("**/preview/**")
    page.reload()
    expect(page.locator("#rate.loading")).to_have_count(0)
    context.clear_cookies()  # as after a start with another token
    page.keyboard.press("2")
    expect(page.locator("#stopped")).to_contain_text("1 answer is kept in this browser")
    page.keyboard.press("3")
    assert ask(made, f"select count(*) from {mine}") == [(before,)]
    page.goto(server.door)
    wait_for(made, f"select count(*) from {mine}", before + 1)
    assert ask(made, f"select score from {mine} order by id desc limit 1") == [(2.0,)]
    context.close()
