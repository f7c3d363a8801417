"""The exported pages, opened from disk in a real browser."""

import sqlite3
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import CommandLine
from tests.world import World, animal, draw

EVIL = "<script>window.hacked = true</script><img src=x onerror='window.hacked = true'>"
AXE = resources.files("axe_playwright_python") / "axe.min.js"


@pytest.fixture
def site(ready: CommandLine, world: World, tmp_path: Path) -> Path:
    """Export a gallery of a few photos, one with a name and a reason full of traps."""
    for number in range(6):
        world.photo(
            f"{number} 'a' #1 %20 ü/{number}.jpg",
            animal(0.1 * number, 0.2),
            image=draw(800, 600, seed=number),
        )
    ready("ingest", world.root, world.detections())
    for command in ("sequence", "select", "label"):
        ready(command)
    ready("label", "--run", "<b>second</b>")
    ready("export", "html", "--out", tmp_path / "site", "--places")
    return tmp_path / "site"


def test_pictures_scores_and_reasons(site: Path, page: Page) -> None:
    page.goto((site / "baseline.html").as_uri())
    cards = page.locator(".card")
    expect(cards).to_have_count(6)
    for number in range(6):
        card = cards.nth(number)
        card.scroll_into_view_if_needed()
        picture = card.locator("img")
        expect(picture).to_be_visible()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
        )
    scores = [float(text) for text in page.locator(".card .score").all_text_contents()]
    assert scores == sorted(scores, reverse=True)
    assert all(page.locator(".reasoning").all_text_contents())
    first = cards.first
    fit = first.locator("img").evaluate("image => getComputedStyle(image).objectFit")
    assert fit == "contain", "an animal may stand at the edge"
    first.locator("summary").click()
    expect(first.locator("th")).to_have_count(8)


def test_the_lightbox_and_its_keys(site: Path, page: Page) -> None:
    page.goto((site / "baseline.html").as_uri())
    links = page.locator("a.frame")
    links.nth(1).click()
    box = page.locator("dialog")
    expect(box).to_be_visible()
    picture = box.locator("img")
    shown = [picture.get_attribute("src")]
    assert shown[0] == links.nth(1).evaluate("link => link.href")
    page.wait_for_function(
        "image => image.complete && image.naturalWidth === 800", arg=picture.element_handle()
    )
    page.keyboard.press("ArrowRight")
    assert picture.get_attribute("src") == links.nth(2).evaluate("link => link.href")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert picture.get_attribute("src") == links.nth(0).evaluate("link => link.href")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(links.nth(0)).to_be_focused()
    links.nth(2).click()
    box.locator("button").click()
    expect(box).to_be_hidden()


def test_the_other_run_is_one_click_away(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("navigation").get_by_role("link", name="<b>second</b>").click()
    expect(page.locator("h1")).to_have_text("Hero images by <b>second</b>")
    expect(page.locator(".card")).to_have_count(6)


@pytest.mark.parametrize("width", [360, 768, 1280, 3840])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_from_a_phone_to_a_wall(
    site: Path, browser: Browser, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 200
    assert dark is (scheme == "dark")
    context.close()


def test_without_javascript_a_click_opens_the_picture(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "baseline.html").as_uri())
    page.locator("a.frame").first.click()
    assert page.url.endswith(".jpg")
    assert "/previews/" in page.url
    context.close()


@pytest.fixture
def large(ready: CommandLine, world: World, tmp_path: Path) -> Path:
    """Export a gallery of two runs over several pages."""
    for number in range(7):
        world.photo(f"{number}.jpg", animal(0.1 * number, 0.2), image=draw(200, 150, seed=number))
    ready("ingest", world.root, world.detections())
    for command in ("sequence", "select", "label"):
        ready(command)
    ready("label", "--run", "second")
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute(
            "update labels set score = 0 where id in "
            "(select max(id) from labels where label_run_id = 1)"
        )
        connection.execute("update labels set reasoning = ?", [EVIL])
    ready("export", "html", "--out", tmp_path / "large", "--per-page", "3")
    return tmp_path / "large"


def test_the_first_page_of_several_runs(large: Path, page: Page) -> None:
    page.goto((large / "index.html").as_uri(), wait_until="networkidle")
    expect(page.locator(".run")).to_have_count(2)
    row = page.locator(".pairs tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("baseline and second")
    expect(page.locator(".side")).to_have_count(1)
    expect(page.locator(".side .spread")).to_have_class("spread off-much")
    page.get_by_role("link", name="All photos side by side").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text("Side by side")
    expect(page.locator(".side")).to_have_count(3)
    expect(page.locator(".side").first.locator(".sides dd")).to_have_count(2)
    expect(page.locator(".side").first).to_contain_text(EVIL)


def test_disagreement_is_marked_on_the_cards(large: Path, page: Page) -> None:
    page.goto((large / "baseline_3.html").as_uri(), wait_until="networkidle")
    expect(page.locator(".card .others .off-much")).to_have_count(1)


def test_pages_and_keys_from_one_to_the_next(large: Path, page: Page) -> None:
    page.goto((large / "baseline.html").as_uri(), wait_until="networkidle")
    expect(page.locator(".card")).to_have_count(3)
    page.locator("a.frame").nth(2).click()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/baseline_2.html#first")
    page.wait_for_load_state("networkidle")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/baseline.html#last")
    page.wait_for_load_state("networkidle")
    picture = page.locator("dialog img")
    expect(picture).to_be_visible()
    third = picture.get_attribute("src")
    picture.click(position={"x": 20, "y": 200})  # a finger on the left, then a swipe to the left
    expect(picture).not_to_have_attribute("src", str(third))
    page.mouse.move(600, 200)
    page.mouse.down()
    page.mouse.move(400, 200)
    page.mouse.up()
    expect(picture).to_have_attribute("src", str(third))
    page.keyboard.press("Escape")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="3").click()
    expect(page.locator(".card")).to_have_count(1)


def test_nothing_of_what_was_said_is_run(large: Path, page: Page) -> None:
    for name in ("index", "baseline", "compare", "second_2"):
        page.goto((large / f"{name}.html").as_uri(), wait_until="networkidle")
        assert page.evaluate("typeof window.hacked") == "undefined"


def test_on_paper(large: Path, page: Page) -> None:
    page.goto((large / "baseline.html").as_uri(), wait_until="networkidle")
    page.emulate_media(media="print")
    assert page.locator("nav").first.is_hidden()
    assert page.locator(".card img").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_the_whole_page_goes_to_the_printer(site: Path, page: Page) -> None:
    """Pictures that were too far down to be loaded are there before it prints."""
    page.set_viewport_size({"width": 360, "height": 200})
    page.goto((site / "baseline.html").as_uri(), wait_until="networkidle")
    there = "[...document.querySelectorAll('.card img')].every(i => i.complete && i.naturalWidth)"
    assert not page.evaluate(there)
    # In braces: of a value that is a function, the browser's driver would call that at once.
    page.evaluate(f"() => {{ window.print = () => {{ window.whole = {there} }} }}")
    page.keyboard.press("Control+p")
    page.wait_for_function("'whole' in window")
    assert page.evaluate("whole")


@pytest.mark.third_party
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(large: Path, browser: Browser, width: int, scheme: str) -> None:
    for name in ("index", "baseline", "compare"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto((large / f"{name}.html").as_uri(), wait_until="networkidle")
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate("axe.run().then(found => found.violations)") == []
        context.close()
