"""The pages in a real browser: filters, paging, keys, comparing; nothing runs that came from outside."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Dialog, Page, expect

from herocat import queries
from tests.browser.collection import EVIL, ask, copied
from tests.browser.test_browse_living import see
from tests.conftest import CommandLine
from tests.serving import Server, browsing


def test_the_gallery_filters_sorts_and_pages(server: Server, page: Page) -> None:
    page.goto(f"{server.page()}?size=5")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(5)
    scores = [float(text) for text in page.locator(".tile .score").all_inner_texts()]
    assert scores == sorted(scores, reverse=True)
    everything = page.get_by_role("link", name="Show all by time, rated or not")
    expect(everything).to_have_attribute("href", re.compile(r"\?sort=time&size=5$"))
    first = tiles.first.get_attribute("id")
    page.keyboard.press("n")
    page.wait_for_url("**after=**")
    assert tiles.first.get_attribute("id") != first
    page.get_by_role("link", name="Previous").click()
    expect(tiles.first).to_have_attribute("id", str(first))
    page.get_by_role("link", name="Last").click()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_label("Order").select_option("time")
    page.wait_for_url("**sort=time**")
    page.get_by_label("Species").select_option("badger")
    page.wait_for_url("**species=badger**")
    assert set(page.locator(".tile .what").all_inner_texts()) == {"Badger"}
    page.get_by_role("link", name="badger").first.click()  # the filter's own way out
    page.wait_for_url(lambda address: "species" not in address)
    page.get_by_label("Location").select_option(f"meadow {EVIL}")
    expect(tiles).to_have_count(1)
    page.get_by_label("Score from").fill("11")
    page.goto(server.page() + "?sort=score&after=-1~1")
    expect(page.locator(".note")).to_contain_text("no photo further on")
    expect(page.get_by_role("link", name="First")).to_be_visible()
    page.goto(server.page() + "?light=night&sort=time")
    expect(tiles.first).to_be_visible()
    see(page, tiles.count())


def test_a_filter_stays_however_it_is_written(server: Server, page: Page) -> None:
    for name, shown in (("RED FOX", "red fox"), ("Unicorn", "Unicorn")):
        page.goto(f"{server.page()}?species={quote(name)}")
        expect(page.get_by_label("Species")).to_have_value(shown)
        page.get_by_label("Order").select_option("time")
        page.wait_for_url(f"**species={shown.replace(' ', '+')}**")
        page.wait_for_load_state("networkidle")


def test_a_search_keeps_the_filters(server: Server, page: Page) -> None:
    page.goto(server.page() + "?run=model-a")
    page.keyboard.press("/")
    page.keyboard.type("leaping")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=leaping**")
    assert "run=model-a" in page.url
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.locator(".reason").first).to_contain_text("A leaping fox <script>")


_CUT = """one => one.scrollWidth > one.clientWidth"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_words_of_a_tile_have_a_line_each(server: Server, browser: Browser, width: int) -> None:
    """Of one that nobody has rated, too."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{server.page()}?sort=time")
    rated = page.locator(".tile:has(.score):has(.by):has(.place)").first
    expect(rated.locator(".by")).to_be_visible()
    unrated = page.locator(".tile:not(:has(.score)):has(.place)").first
    for tile in (rated, unrated):
        what, time = tile.locator(".what"), tile.locator(".time")
        top, bottom = what.bounding_box(), time.bounding_box()
        assert top
        assert bottom
        assert bottom["y"] >= top["y"] + top["height"] - 1
        assert not what.evaluate(_CUT)
        assert not time.evaluate(_CUT)
    page.goto(f"{server.page()}?failed=yes")
    expect(page.locator(".tile .what", has_text="no score")).to_have_count(0)
    context.close()


def test_a_photo_fills_the_screen_that_there_is(server: Server, browser: Browser) -> None:
    """A small photo on a large screen; and on a phone on its side, where it is rated."""
    context = browser.new_context(viewport={"width": 3840, "height": 2160})
    page = context.new_page()
    page.goto(server.door)
    page.goto(server.page("photo/1"))
    page.wait_for_function("document.getElementById('large').naturalWidth === 96")
    for part in ("#large", "#boxes"):
        box, well = page.locator(part).bounding_box(), page.locator("#canvas").bounding_box()
        assert box
        assert well
        assert box["height"] == pytest.approx(well["height"], abs=2)
        assert box["width"] / box["height"] == pytest.approx(96 / 72, rel=0.01)
    page.set_viewport_size({"width": 740, "height": 360})
    for mode in ("", "?mode=pairs"):
        page.goto(server.page(f"rate{mode}"))
        box = page.locator("#stage").bounding_box()
        assert box
        assert box["height"] > 300
        for button in page.locator("#rate button").all():
            expect(button).to_be_in_viewport(ratio=1)
    context.close()


def test_one_photo_with_its_boxes_burst_and_reasons(
    server: Server, made: CommandLine, page: Page
) -> None:
    (image,) = ask(made, "select id from images where path = 'ridge/a1.jpg'")[0]
    page.goto(server.page(f"photo/{image}?sort=time"))
    expect(page.locator("h1")).to_have_text("Red fox")
    page.wait_for_function("document.getElementById('large').naturalWidth === 96")
    expect(page.locator("#boxes rect")).to_have_count(1)
    page.keyboard.press("b")
    expect(page.locator("#boxes")).to_be_hidden()
    page.keyboard.press("z")
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#zoom")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".strip li")).to_have_count(3)
    expect(page.locator(".strip .chosen")).to_have_count(1)
    expect(page.locator("section[aria-label=Why]")).to_contain_text("an animal")
    expect(page.locator("section[aria-label=Why]")).not_to_contain_text(re.compile("[a-z]_[a-z]"))
    expect(page.locator("section[aria-label='The file']")).to_contain_text("ridge/a1.jpg")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda address: f"photo/{image}?" not in address)
    expect(page.locator("#boxes")).to_be_hidden()  # they stay off
    page.keyboard.press("b")
    expect(page.locator("#boxes")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/photo/{image}?sort=time")
    page.keyboard.press("g")
    page.wait_for_url(f"**#photo-{image}")


def test_a_photo_leads_back_to_its_page(server: Server, page: Page) -> None:
    page.goto(f"{server.page()}?sort=time&size=6")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=**")
    second = page.url
    last = page.locator(".tile").last
    image = last.get_attribute("id")
    last.click()
    page.wait_for_url("**/photo/**")
    page.keyboard.press("g")
    page.wait_for_url(f"**#{image}")
    assert page.url.partition("#")[0] == second
    page.go_back()
    page.keyboard.press("ArrowRight")  # on to the third page
    page.wait_for_url(lambda address: "#" not in address and f"photo/{image}" not in address)
    page.get_by_role("link", name="Gallery", exact=True).last.click()
    page.wait_for_url("**#photo-**")
    assert page.url.partition("#")[0] != second
    assert page.locator(".tile").first.get_attribute("id") == page.url.partition("#")[2]
    page.wait_for_load_state("networkidle")


def test_runs_side_by_side(server: Server, page: Page) -> None:
    page.goto(server.page("compare?run=baseline&run=model-a"))
    expect(page.locator("table.figures").first).to_contain_text("baseline · model-a")
    expect(page.locator(".plots svg")).to_have_count(2)
    expect(page.locator("[data-statistic=spearman]")).to_contain_text(" to ")
    expect(page.locator("[data-statistic]")).to_have_count(10)
    expect(page.locator("[data-statistic=accuracy_across]")).to_contain_text(
        re.compile(r"\d\.\d\d")
    )
    expect(page.get_by_role("link", name="agreement_pairs")).to_be_visible()
    apart = [float(text.split()[0]) for text in page.locator(".apart").all_inner_texts()]
    assert apart == sorted(apart, reverse=True)
    assert len(apart) > 3
    page.get_by_label("Order").select_option("alike")
    page.wait_for_url("**order=alike**")
    apart = [float(text.split()[0]) for text in page.locator(".apart").all_inner_texts()]
    assert apart == sorted(apart)
    page.get_by_label(f"model {EVIL}").check()
    page.wait_for_url("**img**")
    expect(page.locator("tr[data-intervals]")).to_have_count(3)
    expect(page.locator(".differences li").first.locator("dt")).to_have_count(3)


def test_runs_side_by_side_keep_every_filter(server: Server, page: Page) -> None:
    """What the address filters by stands in the form, so that the next choice does not drop it."""
    page.goto(server.page("compare?run=baseline&run=model-a"))
    everything = page.locator("tr[data-intervals] td").first.inner_text()
    page.goto(server.page("compare?run=baseline&run=model-a&q=leaping&low=5&since=2024-06-02"))
    expect(page.locator(".chip")).to_have_count(3)
    assert 0 < int(page.locator("tr[data-intervals] td").first.inner_text()) < int(everything)
    page.get_by_label("Order").select_option("alike")
    page.wait_for_url("**order=alike**")
    expect(page.locator(".chip")).to_have_count(3)
    page.get_by_label("Search").fill("badger")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=badger**")
    expect(page.locator(".chip")).to_have_count(3)
    assert set(page.locator(".differences .what").all_inner_texts()) == {"Badger"}
    page.get_by_label("Score from").fill("")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "low=" not in address)
    expect(page.locator(".chip")).to_have_count(2)
    expect(page.get_by_label("First day")).to_have_value("2024-06-02")


def test_a_filter_by_keys_applies_when_the_keys_are_done(server: Server, page: Page) -> None:
    """A list changes with each arrow, a date is one after the first digit of its year."""
    for address in ("", "compare"):
        page.goto(server.page(address))
        start = page.url
        species = page.get_by_label("Species")
        species.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        chosen = species.input_value()
        assert chosen
        assert page.url == start
        page.keyboard.press("Enter")
        page.wait_for_url("**species=**")
        expect(species).to_have_value(chosen)
        expect(species).to_be_focused()
        before = page.url
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        expect(page).not_to_have_url(before)
        expect(page.get_by_label("Location")).to_be_focused()
        first = page.get_by_label("First day")
        first.focus()
        page.keyboard.type("06022024")
        expect(first).to_have_value("2024-06-02")
        assert "since" not in page.url
        page.keyboard.press("Enter")
        page.wait_for_url("**since=2024-06-02**")
        expect(first).to_be_focused()
        page.wait_for_load_state("networkidle")


def test_overview_and_runs_lead_on(server: Server, page: Page) -> None:
    page.goto(server.page("overview"))
    expect(page.locator(".funnel tr")).to_have_count(7)
    expect(page.locator(".panels svg.plot")).to_have_count(1)
    page.get_by_role("link", name="Red fox", exact=True).click()
    expect(page.locator(".tile").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto(server.page("runs"))
    expect(page.locator(".run-list li")).to_have_count(4)
    page.get_by_role("link", name="1 failed").click()
    expect(page.locator(".tile .error")).to_contain_text("no answer <script>")
    page.wait_for_load_state("networkidle")
    page.goto(server.page("overview"))
    page.get_by_role("link", name="Best photos").click()
    expect(page.locator("td.col-image_id img").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.locator("td.col-image_id a").first.click()
    expect(page.locator("#large")).to_be_visible()


def test_the_steps_of_the_overview_lead_to_as_many_photos(
    built: Path, tmp_path: Path, page: Page
) -> None:
    """A second selection beside the first, of photos that nobody has rated."""
    made = copied(built, tmp_path)
    made("select", "-n", "4", "--name", "more", "--strategy", "random", "--seed", "1")
    with browsing(made.catalog) as server:
        for step in ("candidates", "with a score", "score of 7 or more"):
            page.goto(server.page("overview"))
            line = page.locator(".funnel tr", has=page.get_by_role("link", name=step))
            photos = line.locator(".value").inner_text()
            line.get_by_role("link").click()
            ending = "" if photos == "1" else "s"
            expect(page.locator(".total")).to_have_text(f"{photos} photo{ending}")
            page.wait_for_load_state("networkidle")


def test_cameras_are_told_as_their_query_tells_them(
    server: Server, made: CommandLine, page: Page
) -> None:
    page.goto(server.page("cameras"))
    expect(page.locator("main")).not_to_contain_text("export.")
    rows = ask(made, queries.files("reports")["cameras"])
    shown = page.locator("section", has=page.get_by_role("heading", name="Places")).locator("tr")
    expect(shown).to_have_count(len(rows) + 1)
    for number, row in enumerate(rows, 1):
        assert shown.nth(number).locator("th, td").all_inner_texts() == [str(one) for one in row]
    expect(page.locator("svg.plot")).to_have_count(3)
    assert str(rows[0][1]) in page.locator("svg.plot").nth(2).inner_html()
    ask(
        made,
        "insert into deployments (source, key, location, height) select min(id), 'd', 'pond', 1.2 from sources",
    )
    ask(
        made,
        "insert into deployment_photos select images.id, deployments.id from images, deployments"
        " where images.location = deployments.location",
    )
    page.reload()  # what was written since is told
    expect(page.get_by_role("heading", name="Heights")).to_be_visible()
    page.get_by_role("link", name="pond").click()
    expect(page.locator(".tile .where").first).to_contain_text("pond")
    page.wait_for_load_state("networkidle")
    page.goto(server.page("cameras"))
    page.locator("a", has_text="the query").nth(1).click()
    expect(page.get_by_role("heading", name="When cameras give good photos")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto(server.page("cameras"))
    page.get_by_role("link", name="Framing").click()
    expect(page.get_by_role("columnheader", name="cut top %")).to_be_visible()


def test_files_lead_to_what_is_counted(server: Server, page: Page) -> None:
    page.goto(server.page("overview"))
    page.get_by_role("link", name="Files", exact=True).click()
    rows = page.locator(".findings > li")
    expect(rows).to_have_count(10)
    expect(rows.last.locator(".number")).to_have_text("0")  # they come in order
    failed = rows.filter(has_text="Failures by reason")
    expect(failed.locator(".number")).to_have_text("3")
    expect(failed.locator("li", has_text="no answer <script>")).to_have_count(1)
    failed.locator(".number").click()
    expect(page.locator("table.rows-and-columns tbody tr")).to_have_count(3)
    page.wait_for_load_state("networkidle")


def test_questions_take_a_run_a_species_or_a_lowest_score(
    server: Server, made: CommandLine, page: Page
) -> None:
    def rows(query: str) -> int:
        page.goto(f"{server.root}/catalog/{query}")
        page.wait_for_load_state("networkidle")
        return page.locator("table.rows-and-columns tbody tr").count()

    rated = rows("best")
    assert rated == ask(made, "select count(*) from heroes")[0][0]
    page.get_by_label("species").fill("badger")
    page.get_by_role("button", name="Run SQL").click()
    page.wait_for_url("**species=badger**")
    badgers = ask(made, "select count(*) from heroes where species = 'badger'")[0][0]
    expect(page.locator("td.col-species")).to_have_text(["badger"] * int(str(badgers)))
    expected = ask(made, "select count(*) from heroes where score >= 5")[0][0]
    assert rows("best?lowest_score=5") == expected
    assert 0 < int(str(expected)) < rated
    assert rows("best?run=nobody") == 0
    assert 0 < rows("disagreement?least_spread=2") < rows("disagreement")
    page.wait_for_load_state("networkidle")


def test_the_controls_of_a_run_stand_beside_it(
    server: Server, made: CommandLine, page: Page
) -> None:
    page.goto(server.page("runs"))
    expect(page.locator("[data-steady]")).to_have_count(0)
    run = "(select id from label_runs where name = 'model-a')"
    when = "'2026-01-01T00:00:00Z'"
    ask(
        made,
        "insert into samples (label_run_id, image_id, number, kind, score, created_at)"
        f" select label_run_id, image_id, 1, 'repeat', abs(score - 0.5), {when} from labels"
        f" where label_run_id = {run} and score >= 0.5 limit 3",
    )
    for kind, number, score in (("blank", 1, 0.5), ("anchor", 1, 6.0), ("anchor", 2, 5.5)):
        ask(
            made,
            "insert into controls (label_run_id, kind, name, number, sha256, status, score, created_at)"
            f" values ({run}, ?, 'one', ?, '', 'ok', ?, {when})",
            kind,
            number,
            score,
        )
    page.goto(server.page("runs"))
    shown = page.locator(".run-list li", has_text="model-a").locator("[data-steady]")
    expect(shown).to_have_text(
        "asked again 3 times: 0.50 apart · nothing to see: 0.50 · "
        "anchors: 5.75, -0.50 from the first of 2 rounds to the last"
    )
    expect(page.locator("[data-steady]")).to_have_count(1)


def test_an_address_without_its_last_slash(server: Server, page: Page) -> None:
    page.goto(server.page().rstrip("/"))
    expect(page.locator(".tile").first).to_be_visible()
    assert page.url == server.page()


def test_a_page_tells_its_keys(server: Server, page: Page) -> None:
    page.goto(server.page("photo/1?sort=time"))
    told = page.locator("#keys dl")
    expect(told).to_be_hidden()
    page.keyboard.press("?")
    expect(told).to_contain_text("full size")
    page.keyboard.press("Escape")  # of itself it leads back to the gallery
    expect(told).to_be_hidden()
    assert "photo/1" in page.url
    page.locator("#keys summary").click()
    expect(told).to_be_visible()
    page.mouse.click(5, 500)
    expect(told).to_be_hidden()


PAGES = (
    "",
    "?failed=yes",
    "albums",
    "album/1",
    "compare",
    "overview",
    "cameras",
    "cameras?show=framing",
    "runs",
    "files",
    "rate",
    "photo/1",
    "photo/4?sort=time",
)


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_every_page_fits_and_is_accessible(server: Server, browser: Browser, width: int) -> None:
    """No violation that axe-core calls serious or critical, light or dark."""
    scheme = "dark" if width == 1280 else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(server.door)
    for path in (*PAGES, "rate?mode=pairs"):
        page.goto(server.page(path))
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        if width == 1280 or (width == 360 and path in {"", "album/1", "rate", "photo/1"}):
            found = Axe().run(page).response["violations"]
            serious = [one for one in found if one["impact"] in {"serious", "critical"}]
            assert not serious, (path, [(one["id"], one["nodes"][0]["html"]) for one in serious])
    context.close()


@pytest.mark.parametrize("path", [*PAGES, f"compare?run=baseline&run={quote(f'model {EVIL}')}"])
def test_nothing_from_outside_runs(server: Server, page: Page, path: str) -> None:
    """Names, species, reasons and files hold script; the page fixture fails on anything it does."""
    opened: list[str] = []

    def heard(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    page.goto(server.page(path))
    page.wait_for_load_state("networkidle")
    assert not opened
    assert page.locator("img[src=x]").count() == 0


def test_a_page_that_is_not_there_says_so(server: Server, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path, status, text in (
        ("photo/999999", 404, "There is no photo 999999"),
        ("nosuch", 404, "There is no such page"),
        ("photo/1/nosuch.html", 404, "There is no such page"),
        ("?sort=size", 400, "Sort is one of"),
        ("?run=nobody", 400, "There is no label run"),
        ("compare?run=nobody&run=baseline", 400, "There is no label run"),
        ("rate?token=wrong", 403, "earlier start"),
    ):
        response = page.goto(server.page(path))
        assert response is not None
        assert response.status == status, path
        expect(page.locator("h1")).to_contain_text(text)
    page.get_by_role("link", name="To the gallery").click()
    expect(page.locator(".tile").first).to_be_visible()
    context.close()
