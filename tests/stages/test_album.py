"""An album is good, different, explained, obeys pins and bans, and lets nobody out."""

import io
import json
import sqlite3
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from herocat import albums
from herocat.catalog import Catalog
from herocat.judging.fingerprint import fingerprint
from herocat.judging.lanes import lanes
from tests.conftest import CommandLine
from tests.world import World, animal, draw, person

KINDS = [("0", 9), ("1", 3), ("2", 1), ("3", 1)]


@pytest.fixture
def rated(ready: CommandLine, world: World) -> CommandLine:
    """Return a catalog of 14 rated photos of four species at three places, and a burst with a person."""
    number = 0
    for species, count in KINDS:
        for _ in range(count):
            number += 1
            box = (0.2 + 0.02 * number, 0.3, 0.3, 0.3)
            world.photo(
                f"{'abc'[number % 3]}/{number:02}.jpg",
                animal(*box, species=species),
                moment=f"2024-{1 + number % 12:02}-01 {number % 24:02}:00:00",
                location="abc"[number % 3],
                sequence=f"s{number}",
                image=draw(box=box, seed=number),
            )
    world.photo("a/with.jpg", animal(), person(), sequence="p", moment="2024-01-01 01:00:00")
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        ready(command)
    with sqlite3.connect(ready.catalog) as db:
        db.execute("update labels set score = 9 - 0.1 * image_id")
        # Near-duplicates are told by what they look like; these are drawn too much alike.
        db.execute("delete from thumbnails")
    db.close()
    return ready


def made(herocat: CommandLine, *options: object, code: int = 0) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(herocat("album", "--json", *options, code=code).stdout)
    return said


def images(said: dict[str, Any]) -> list[int]:
    return [photo["image"] for photo in said["photos"]]


def test_no_scores_no_album(ready: CommandLine) -> None:
    assert "first: herocat label" in ready("album", code=1).stderr


def test_an_album_is_good_and_different(rated: CommandLine) -> None:
    said = made(rated, "-n", 6)
    assert said["new"]
    assert len(said["photos"]) == 6
    assert 0.5 < said["at_least"] <= 1
    with sqlite3.connect(rated.catalog) as db:
        species = dict(db.execute("select image_id, species from heroes"))
    db.close()
    shown = [species[image] for image in images(said)]
    assert len(set(shown)) == 4
    assert max(shown.count(one) for one in shown) <= 2
    assert said["photos"][0]["image"] == 1
    assert "adds red fox" in said["photos"][0]["reason"]
    rivals = [photo["rival"] for photo in said["photos"] if photo["rival"]]
    assert rivals
    assert not set(rivals) & set(images(said))  # rejected, not the next one
    assert all((photo["rival_less"] or 0) >= 0 for photo in said["photos"])
    # What is true of the chosen one, too, is no reason: both are foxes.
    assert said["photos"][0]["rival_reason"].endswith("less here; 8 to 12 h is there already")
    assert not any(place in photo["reason"] for place in ("a/", "/0") for photo in said["photos"])
    words = rated("album", "-n", 6).stdout
    assert "as before" in words
    assert "no set is more than" in words


def test_the_same_again_is_the_same_and_another_wish_another(rated: CommandLine) -> None:
    one = made(rated, "-n", 5, "summer")
    again = made(rated, "-n", 5, "summer")
    assert again["photos"] == one["photos"]
    assert not again["new"]
    other = made(
        rated, "-n", 5, "summer", "--diversity", 0, "--per-species", 9, "--per-location", 9
    )
    assert other["new"]
    assert images(other) == [1, 2, 3, 4, 6]  # the fifth shows a person


def test_pins_and_bans_are_kept(rated: CommandLine) -> None:
    free = images(made(rated, "b", "-n", 4))
    pin, ban = next(image for image in range(3, 9) if image not in free), free[1]
    said = made(rated, "a", "-n", 4, "--pin", pin, "--ban", ban)
    assert images(said)[0] == pin
    assert ban not in images(said)
    assert said["photos"][0]["reason"].startswith("pinned; ")
    assert images(made(rated, "a")) == images(said)
    cleared = made(rated, "a", "--clear", pin, "--clear", ban)
    assert images(cleared) == free
    assert "no such photo with a score" in rated("album", "--pin", 999, code=2).stderr
    assert "both pinned and banned" in rated("album", "--pin", 9, "--ban", 9, code=2).stderr
    words = rated("album", "few", "-n", 2, "--pin", 1, "--pin", 2, "--pin", 3).stdout
    assert "2 wanted, but 3 are pinned" in words
    assert "few: 3 of 14 photos; no set is more than 1.00 times as good" in words


def test_options_are_kept_until_others_are_given(rated: CommandLine) -> None:
    made(rated, "a", "-n", 5, "--per-species", 1, "--at-most", "light=2")
    said = made(rated, "a")
    assert not said["new"]
    assert said["wanted"] == 5
    with sqlite3.connect(rated.catalog) as db:
        found = (
            "select measurements.monochrome from album_photos join measurements using (image_id)"
        )
        nights = [row[0] for row in db.execute(found)]
    db.close()
    assert max(nights.count(0), nights.count(1)) <= 2
    assert len(made(rated, "a", "--at-most", "light=9")["photos"]) > len(nights)
    for wrong in ("light", "light=x", "light=0", "lighthouse=3"):
        assert "is not like season=3" in rated("album", "--at-most", wrong, code=2).stderr


def test_an_order_by_hand_stays_and_those_who_leave_pass_their_place_on(
    rated: CommandLine,
) -> None:
    free = images(made(rated, "a", "-n", 4))
    order = [free[2], free[0], free[3], free[1]]
    with Catalog.open(rated.catalog) as catalog, catalog.writing():
        albums.save(catalog, "a", albums.Wishes(order=tuple(order)))
    assert images(made(rated, "a")) == order
    without = images(made(rated, "a", "--ban", free[0]))
    kept = [image for image in order if image in without]
    assert len(kept) >= 2
    assert [image for image in without if image in kept] == kept
    assert without[1] not in free  # the place of the banned one
    with sqlite3.connect(rated.catalog) as db:
        places = [row[0] for row in db.execute("select image_id from album_order order by place")]
    db.close()
    assert places == without  # and keeps it, whoever leaves next
    assert images(made(rated, "a", "--as-chosen", "--clear", free[0])) == free


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 9), unique=True))
def test_an_arrangement_loses_nobody(chosen: list[int], order: list[int]) -> None:
    made = albums.arranged(chosen, order)
    assert sorted(made) == sorted(chosen)
    kept = [image for image in order if image in chosen]
    assert [image for image in made if image in kept] == kept
    assert albums.arranged(chosen, []) == chosen
    assert albums.arranged(chosen, made) == made


def test_nobody_gets_out(rated: CommandLine) -> None:
    with sqlite3.connect(rated.catalog) as db:
        (shown,) = db.execute("select id from images where path = 'a/with.jpg'").fetchone()
        db.execute(
            "insert into labels (label_run_id, image_id, status, score, created_at) values (1, ?, 'ok', 10, '')",
            [shown],
        )
    assert shown not in images(made(rated, "-n", 12))
    assert "shows a person" in rated("album", "--pin", shown, code=2).stderr
    # A person who is found after the pin was set holds it back all the same.
    made(rated, "later", "-n", 3, "--pin", 9)
    with db:
        db.execute("update detections set category = 'person' where image_id = 9")
    db.close()
    assert 9 not in images(made(rated, "later", "-n", 3))


def test_caps_and_runs_are_obeyed(rated: CommandLine) -> None:
    said = made(rated, "one", "-n", 12, "--per-species", 1)
    assert len(said["photos"]) == 4
    assert said["note"] == "12 wanted, but others are kept out: 10 by --per-species"
    assert said["at_least"] > 0.9  # the bound knows the cap
    assert said["note"] in rated("album", "one").stdout
    assert "there are no more" in made(rated, "-n", 12, "--min-score", 8.65)["note"]
    assert "no label run 'nobody'" in rated("album", "--run", "nobody", code=2).stderr
    assert len(made(rated, "-n", 12, "--min-score", 8.65)["photos"]) == 3


def test_pairs_part_photos_that_scores_do_not(rated: CommandLine) -> None:
    """A model and a person who has given no score; both prefer the photo with the higher number."""
    with sqlite3.connect(rated.catalog) as db:
        db.execute("update labels set score = 10")
        db.execute("delete from labels where image_id = 9")
        db.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
            " values (9, 'ann', 'person', 'person', 'ann', '{}', 'done', '')"
        )
        pairs = [(one, one + 1, run) for run in (1, 9) for one in (6, 7, 8) for _ in range(4)]
        db.executemany(
            "insert into comparisons (label_run_id, first_image_id, second_image_id, outcome, created_at)"
            " values (?3, ?1, ?2, 'second', '')",
            pairs,
        )
    db.close()
    freely = ("--diversity", 0, "--per-species", 9, "--per-location", 9)
    said = made(rated, "-n", 3, *freely)
    assert images(said)[:2] == [9, 8], "who has no score but won all, too"
    assert said["note"] == "4 photos count by pairs, too"
    assert [photo["score"] for photo in said["photos"]] == [10, 10, 10]
    assert said["photos"][1]["reason"].endswith("(10.0 by the baseline, 16 pairs)")
    assert {6, 7}.isdisjoint(images(said))
    assert images(made(rated, "hers", "--run", "ann", "-n", 4, *freely)) == [9, 8, 7, 6]
    assert len(made(rated, "hers", "--run", "ann", "--min-score", 5)["photos"]) == 2
    assert images(made(rated, "-n", 3, "--pin", 9)).count(9) == 1
    assert made(rated, "-n", 3, *freely, "--clear", 9)["photos"] == said["photos"]


def test_photos_that_nobody_has_named_fill_an_album(rated: CommandLine) -> None:
    """They are not of one species; and where all are of one place, no set is more varied."""
    with sqlite3.connect(rated.catalog) as db:
        db.execute("update detections set species = null")
        db.execute("update images set location = 'a'")
        db.execute("delete from gallery_state")
    db.close()
    said = made(rated, "-n", 12)
    assert len(said["photos"]) == 12
    assert said["note"] == ""
    assert len(made(rated, "-n", 12, "--per-location", 4)["photos"]) == 4


def test_a_clock_in_doubt_tells_no_hour_and_no_season(rated: CommandLine) -> None:
    with sqlite3.connect(rated.catalog) as db:
        db.execute("delete from measurements")
        db.execute("update images set time_doubt = 'the camera''s clock was not set'")
        db.execute(
            "update images set captured_at = '2024-07-01T00:00:00', time_doubt = 'a date without a time' where id = 1"
        )
    db.close()
    said = {photo["image"]: photo["reason"] for photo in made(rated, "-n", 12)["photos"]}
    assert said.pop(1) == "score 8.9; adds red fox, a new place, June to August"
    told = " ".join(said.values())
    assert not any(word in told for word in (" to ", "night", "day"))


@pytest.mark.parametrize(("rater", "lane"), [("vlm", ["behaviour"]), ("baseline", [])])
def test_models_find_behaviour(rated: CommandLine, rater: str, lane: list[str]) -> None:
    """Their sub-score says so, not a word in their reasons, which may be a "no" before it."""
    with sqlite3.connect(rated.catalog) as db:
        db.execute("update labels set reasoning = 'No behaviour: it plays dead.'")
        db.execute("update label_runs set rater = ?", [rater])
        db.execute(
            "insert into subscores (label_id, name, value) select id, 'behaviour', 7 from labels where image_id = 3"
        )
    db.close()
    made(rated, "-n", 12)
    with sqlite3.connect(rated.catalog) as db:
        parts = dict(db.execute("select image_id, reason from album_photos"))
    db.close()
    assert [image for image, reason in parts.items() if "behaviour" in reason] == [3 for _ in lane]


def test_near_duplicates_are_left_out(rated: CommandLine) -> None:
    def jpeg(seed: int) -> bytes:
        file = io.BytesIO()
        noise = np.random.default_rng(seed).integers(0, 255, (9, 9)).astype(np.uint8)
        Image.fromarray(noise).resize((90, 90)).save(file, "JPEG")
        return file.getvalue()

    with sqlite3.connect(rated.catalog) as db:
        for image in (1, 2, 3):
            db.execute(
                "insert into thumbnails values (?, 90, 90, ?)", [image, jpeg(1 if image < 3 else 3)]
            )
    db.close()
    said = made(rated, "-n", 3, "--diversity", 0, "--per-species", 9, "--per-location", 9)
    assert images(said) == [1, 3, 4]
    assert fingerprint(jpeg(1)) != fingerprint(jpeg(3))


def test_lanes() -> None:
    photo: dict[str, Any] = {"x": 0.3, "y": 0.3, "w": 0.4, "h": 0.4, "animals": 1}
    photo |= {"behaviour": None, "spread": None, "score": 5.0}
    assert lanes(photo) == ("portrait",)
    assert lanes(photo | {"x": 0.0}) == ()
    assert lanes(photo | {"animals": 3, "behaviour": 7.5}) == ("group", "behaviour")
    assert lanes(photo | {"behaviour": 3.0}) == ("portrait",)
    assert lanes(photo | {"w": 0.1, "h": 0.1}) == ("landscape",)
    assert lanes(photo | {"spread": 4, "score": 7.0}) == ("portrait", "strange")
    assert lanes(photo | {"w": None}) == ()
