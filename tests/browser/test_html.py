"""The exported pages, opened from disk in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import CommandLine
from tests.world import World, animal, draw


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
