"""An album in a real browser: every edit is a row, and making it again keeps them all."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.collection import EVIL, copied
from tests.conftest import CommandLine
from tests.serving import Server, browsing


@pytest.fixture
def made(built: Path, tmp_path: Path) -> CommandLine:
    return copied(built, tmp_path / "own")


@pytest.fixture
def server(made: CommandLine) -> Iterator[Server]:
    with browsing(made.catalog, "--rate", "jane") as started:
        yield started


def ask(made: CommandLine, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(made.catalog, isolation_level=None)) as connection:
        return list(map(tuple, connection.execute(sql, values)))


def album(made: CommandLine) -> list[int]:
    return [image for (image,) in ask(made, "select image_id from album_photos order by position")]


def marks(made: CommandLine) -> dict[int, str]:
    return dict(ask(made, "select image_id, mark from album_marks"))


def opened(server: Server, page: Page) -> None:
    page.goto(server.door)
    page.goto(server.page("albums"))
    page.get_by_role("link", name=f"best {EVIL}").click()
    page.wait_for_load_state("networkidle")


def said(page: Page, text: str) -> None:
    expect(page.locator("#word")).to_contain_text(text)
    page.wait_for_load_state("networkidle")


def shown(page: Page) -> list[int]:
    found = page.locator(".picked > li").evaluate_all("all => all.map(one => one.dataset.image)")
    return [int(image) for image in found]


def test_pin_ban_swap_and_back(server: Server, made: CommandLine, page: Page) -> None:
    opened(server, page)
    before = album(made)
    assert shown(page) == before
    first = page.locator(".picked > li").first
    expect(first.locator(".taken figcaption")).to_contain_text("score")
    page.wait_for_function("document.querySelector('.taken img').naturalWidth > 0")

    first.get_by_role("button", name="Pin").click()
    said(page, "pinned")
    assert marks(made) == {before[0]: "pin"}
    assert ask(made, "select marked_by from album_marks") == [("jane",)]
    expect(first.get_by_role("button", name="Pin")).to_have_attribute("aria-pressed", "true")
    expect(first.locator(".taken figcaption")).to_contain_text("pinned")

    second = page.locator(".picked > li").nth(1)
    rival = int(str(second.get_attribute("data-rival")))
    second.get_by_role("button", name="Take this one").click()
    said(page, "swapped")
    assert album(made)[:2] == [before[0], rival]
    assert marks(made) == {before[0]: "pin", rival: "pin", before[1]: "ban"}
    assert shown(page) == album(made)
    expect(page.locator(".banned li")).to_have_count(1)

    page.keyboard.press("u")
    said(page, "taken back")
    assert marks(made) == {before[0]: "pin"}
    assert album(made) == before

    page.locator(".picked > li").nth(2).get_by_role("button", name="Ban").click()
    said(page, f"photo {before[2]} left")
    assert before[2] not in album(made)
    assert album(made)[:2] == before[:2]
    page.get_by_role("button", name="Allow again").click()
    said(page, "may be chosen again")
    assert marks(made) == {before[0]: "pin"}
    made("verify")


def test_an_order_and_a_name_by_hand_survive_making_it_again(
    server: Server, made: CommandLine, page: Page
) -> None:
    opened(server, page)
    before = album(made)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+ArrowUp")
    said(page, "moved")
    moved = [before[1], before[0], *before[2:]]
    assert album(made) == moved == shown(page)
    assert page.evaluate("document.activeElement.dataset.image") == str(before[1])
    page.locator(".picked > li").first.get_by_role("button", name="Later").click()
    said(page, "moved")
    expect(page.locator(".picked > li").first).to_have_attribute("data-image", str(before[0]))
    page.locator(".picked > li").nth(3).get_by_role("button", name="Earlier").click()
    expect(page.locator(".picked > li").nth(2)).to_have_attribute("data-image", str(before[3]))
    order = album(made)
    assert order == [before[0], before[1], before[3], before[2], *before[4:]]

    page.get_by_label("Name of the album").fill("Report 2026")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("h1")).to_have_text("Report 2026")
    assert ask(made, "select name from albums") == [("Report 2026",)]
    assert "as before" in made("album", "Report 2026").stdout
    assert album(made) == order

    page.get_by_role("spinbutton", name="photos").fill("3")
    page.get_by_role("spinbutton", name="photos").press("Enter")
    said(page, "made again")
    expect(page.locator(".picked > li")).to_have_count(3)
    assert json.loads(ask(made, "select params from albums")[0][0])["n"] == 3
    assert len(json.loads(made("album", "Report 2026", "--json").stdout)["photos"]) == 3
    page.get_by_role("button", name="as chosen").click()
    said(page, "in the order of the choice")
    assert ask(made, "select count(*) from album_order") == [(0,)]


def test_what_is_refused_is_said_and_changes_nothing(
    server: Server, made: CommandLine, browser: Browser
) -> None:
    context = browser.new_context()
    page = context.new_page()
    opened(server, page)
    before = album(made)
    rival = int(str(page.locator(".picked > li").first.get_attribute("data-rival")))
    ask(
        made,
        "insert into detections (image_id, source, category, confidence, x, y, w, h)"
        " select image_id, source, 'person', 0.9, 0, 0, 0.1, 0.1 from detections where image_id = ?",
        rival,
    )
    page.locator(".picked > li").first.get_by_role("button", name="Take this one").click()
    said(page, "shows a person")
    assert album(made) == before
    assert marks(made) == {}
    made("album", "other", "-n", 2)
    page.get_by_label("Name of the album").fill("other")
    page.get_by_role("button", name="Rename").click()
    said(page, "there is an album 'other' already")
    # Meanwhile somebody else has banned what this page still shows.
    made("album", f"best {EVIL}", "--ban", before[1])
    page.locator(".picked > li").nth(1).get_by_role("button", name="Pin").click()
    said(page, "not in the album any more")
    context.set_offline(offline=True)
    page.locator(".picked > li").first.get_by_role("button", name="Ban").click()
    said(page, "nothing was changed")
    context.close()


def post(server: Server, number: int, values: object, **headers: str) -> tuple[int, str]:
    """Edit as a program would that is not our page."""
    request = Request(
        server.page(f"album/{number}"),
        json.dumps(values).encode(),
        {"Content-Type": "application/json", **headers},
        method="POST",
    )
    try:
        with urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_nobody_else_may_edit(built: Path, tmp_path: Path, browser: Browser, page: Page) -> None:
    made = copied(built, tmp_path / "own")
    image = album(made)[0]
    ban = {"do": "ban", "image": image}
    with browsing(made.catalog) as server:  # looks only
        page.goto(server.page("album/1"))
        expect(page.locator(".picked > li")).to_have_count(5)
        expect(page.locator("button")).to_have_count(0)
        expect(page.locator("main")).to_contain_text("herocat browse --rate NAME")
        assert post(server, 1, ban)[0] == 403
    with browsing(made.catalog, "--rate", "jane") as server:
        assert post(server, 1, ban)[0] == 403
        assert post(server, 1, ban, Cookie="herocat_rater=x")[0] == 403
        context = browser.new_context()
        rater = context.new_page()
        rater.goto(server.door)
        cookie = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        context.close()
        # With the cookie alone, as a page elsewhere would send it: no token of Datasette's.
        assert post(server, 1, ban, Cookie=cookie, Origin="http://elsewhere.example")[0] == 403
        assert post(server, 1, ban, Cookie=cookie)[0] in {400, 403}
    assert marks(made) == {}
    assert album(made)[0] == image


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"do": "sink"}, "do is one of"),
        ({"do": "ban", "image": "1"}, "whole number"),
        ({"do": "ban", "image": 999999}, "not in the album any more"),
        ({"do": "order", "images": [1]}, "other photos now"),
        ({"do": "order", "images": [1, 1]}, "twice"),
        ({"do": "allow", "image": 1}, "not banned"),
        ({"do": "swap", "image": 0}, "not in the album any more"),
        ({"do": "count", "n": 0}, "whole number from 1"),
        ({"do": "rename", "name": " "}, "1 to 80 letters"),
        ({"do": "rename", "name": 3}, "a text"),
        ({"do": "restore", "pins": [999999], "bans": [], "order": []}, "no such photo"),
        ({"do": "restore", "pins": [], "bans": [999999], "order": []}, "there is no photo"),
    ],
)
def test_nonsense_is_refused_in_words(
    shared: Server, rater: Page, values: dict[str, object], words: str
) -> None:
    answer = rater.evaluate(
        """async ([url, values]) => {
          const csrf = document.getElementById('album').dataset.csrf;
          const headers = {'Content-Type': 'application/json', 'x-csrftoken': csrf};
          const answer = await fetch(url, {method: 'POST', headers, body: JSON.stringify(values)});
          return [answer.status, (await answer.json()).error];
        }""",
        [shared.page("album/1"), values],
    )
    assert answer[0] == 400
    assert words in answer[1]


@pytest.fixture(scope="module")
def shared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shared")
    with browsing(copied(built, folder / "own").catalog, "--rate", "jane") as started:
        yield started


@pytest.fixture(scope="module")
def rater(shared: Server, browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    opened(shared, page)
    yield page
    context.close()


def test_the_public_sees_no_place_and_nobody_held(built: Path, tmp_path: Path, page: Page) -> None:
    made = copied(built, tmp_path / "own")
    first, second, *_ = album(made)
    made("album", f"best {EVIL}", "--ban", second)
    first, *_ = album(made)
    with closing(sqlite3.connect(made.catalog)) as connection:
        connection.execute("update detections set category = 'person' where image_id = ?", [first])
        connection.commit()
        places = connection.execute("select distinct location from images").fetchall()
    with browsing(made.catalog, "--public") as server:
        with pytest.raises(HTTPError, match="404"):  # it is all about places
            urlopen(server.page("cameras"))
        page.goto(server.page("albums"))
        assert f"/{first}.jpg" not in page.content()
        page.get_by_role("link", name=f"best {EVIL}").click()
        expect(page.locator(".picked > li")).to_have_count(4)
        expect(page.locator("main")).to_contain_text("1 not shown")
        page.wait_for_load_state("networkidle")
        text = page.content()
        assert f"/{first}.jpg" not in text
        assert "banned" not in text
        for (place,) in places:
            assert place is None or str(place) not in text, place
        page.wait_for_load_state("networkidle")
