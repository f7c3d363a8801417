"""The gallery shows what its filters say, in order, each photo once, from the first page to the last."""

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from herocat.catalog import Catalog
from herocat.errors import ChoiceError
from herocat.gallery import index
from herocat.gallery.beside import beside
from herocat.gallery.query import plan
from herocat.gallery.shown import around, page
from herocat.gallery.view import View, rounds_to, shown
from herocat.reports import reports
from tests.browser.collection import copied


@pytest.fixture(scope="module")
def catalog(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = copied(built, tmp_path_factory.mktemp("gallery"))
    with Catalog.open(made.catalog) as opened:
        with opened.writing():
            opened.connection.execute("delete from album_photos")
            opened.connection.execute("delete from albums")
            opened.connection.execute(
                "insert into albums (id, name, params, worth, bound, made_at)"
                " values (1, 'wall', '{}', 1, 1, '2026')"
            )
            opened.connection.execute(
                "insert into album_photos (album_id, position, image_id, score, gain, parts, pinned, reason)"
                " select 1, row_number() over (order by image_id), image_id, score, 0, '{}', 0, ''"
                " from heroes where image_id % 2 = 0"
            )
        index.refresh(opened)
        yield opened


def naive(catalog: Catalog) -> list[dict[str, Any]]:
    """Return every photo with what the filters ask, from the tables that the gallery is made of."""
    rows = catalog.connection.execute(
        """
        select images.id, images.path, images.captured_at, images.location, images.failure,
          subjects.species, measurements.monochrome as night, heroes.score,
          exists (select 1 from vetoes where vetoes.image_id = images.id) as held,
          exists (select 1 from results where image_id = images.id and failure is not null) as undetected
        from images
        left join subjects on subjects.image_id = images.id
        left join measurements on measurements.image_id = images.id
        left join heroes on heroes.image_id = images.id
        """
    )
    photos = [dict(row) for row in rows]
    scores: dict[int, dict[str, float]] = {}
    for image, run, rater, score in catalog.connection.execute(
        "select image_id, name, rater, score from labels join label_runs on label_runs.id = label_run_id"
        " where score is not null"
    ):
        scores.setdefault(image, {})[run] = score
        scores[image]["/" + rater] = score
    chosen = dict(catalog.connection.execute("select image_id, category from candidates"))
    album = {row[0] for row in catalog.connection.execute("select image_id from album_photos")}
    assert album
    for photo in photos:
        photo["album"] = "wall" if photo["id"] in album else ""
        photo["runs"] = scores.get(photo["id"], {})
        plain = [score for run, score in photo["runs"].items() if not run.startswith("/")]
        photo["spread"] = max(plain) - min(plain) if len(plain) > 1 else None
        photo["category"] = chosen.get(photo["id"])
    return photos


def passes(photo: dict[str, Any], view: View, sort: str) -> bool:
    score = photo["runs"].get(view.run) if view.run else photo["score"]
    tests = [
        not view.run or score is not None,
        not view.rater or "/" + view.rater in photo["runs"],
        not view.low or (score is not None and float(shown(score)) >= float(view.low)),
        not view.high or (score is not None and float(shown(score)) <= float(view.high)),
        not view.species or photo["species"] == view.species,
        not view.location or photo["location"] == view.location,
        not view.since or (photo["captured_at"] or "") >= view.since,
        not view.until or (photo["captured_at"] or "~")[:10] <= view.until,
        not view.light or photo["night"] == (view.light == "night"),
        not view.category or photo["category"] == view.category,
        not view.album or photo["album"] == view.album,
        not view.held or bool(photo["held"]) == (view.held == "yes"),
        not view.failed or bool(photo["failure"]) or bool(photo["undetected"]),
        sort != "score" or score is not None,
        sort != "disagreement" or photo["spread"] is not None,
    ]
    return all(tests)


def walked(catalog: Catalog, view: View, *, public: bool = False) -> list[int]:
    """Go through all pages from the first to the last."""
    found, place = list[int](), ""
    for _ in range(100):
        shown = page(catalog, replace(view, after=place), public=public)
        found += [photo.id for photo in shown.photos]
        if shown.after is None:
            return found
        place = shown.after
    raise AssertionError("pages without end")


maybe = st.just("")
views = st.builds(
    View,
    run=maybe | st.sampled_from(["baseline", "model-a"]),
    rater=maybe | st.sampled_from(["vlm", "baseline", "person"]),
    low=maybe | st.sampled_from(["2", "5"]),
    high=maybe | st.sampled_from(["6", "9"]),
    species=maybe | st.sampled_from(["red fox", "badger", "unicorn"]),
    location=maybe | st.sampled_from(["ridge", "pond"]),
    since=maybe | st.sampled_from(["2024-05-02", "2024-06-10"]),
    until=maybe | st.sampled_from(["2024-06-12", "2024-05-01"]),
    light=maybe | st.sampled_from(["day", "night"]),
    category=maybe | st.sampled_from(["single_optimal", "rare_species"]),
    album=maybe | st.sampled_from(["wall", "none"]),
    held=maybe | st.sampled_from(["yes", "no"]),
    sort=st.sampled_from(["score", "disagreement", "time", "name"]),
    reverse=st.sampled_from(["", "yes"]),
    size=st.integers(1, 12),
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=views)
def test_any_filter_in_any_order_is_what_a_plain_loop_finds(catalog: Catalog, view: View) -> None:
    expected = {photo["id"] for photo in naive(catalog) if passes(photo, view, view.sort)}
    found = walked(catalog, view)
    assert len(found) == len(set(found)), "a photo came twice"
    assert set(found) == expected
    last = page(catalog, replace(view, before="end"))
    assert [photo.id for photo in last.photos] == found[-len(last.photos) :][: view.size]
    assert last.after is None
    keys = [key(catalog, view, image) for image in found]
    descending = (view.sort in {"score", "disagreement"}) is not bool(view.reverse)
    assert keys == sorted(keys, reverse=descending)
    total = page(catalog, view).total
    assert total in {None, len(expected)}


def key(catalog: Catalog, view: View, image: int) -> float:
    made = plan(catalog, view)
    row = next(catalog.ask(made.locate(), made.parameters | {"image": image}))
    return float(row["key"])


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=views)
def test_photos_beside_one_follow_the_same_order(catalog: Catalog, view: View) -> None:
    found = walked(catalog, view)
    for place, image in enumerate(found[:6]):
        here = around(catalog, view, image)
        assert (here.before and here.before.image) == (found[place - 1] if place else None)
        last = place + 1 == len(found)
        assert (here.after and here.after.image) == (None if last else found[place + 1])


@pytest.mark.parametrize("before", ["", "end"])
def test_from_photo_to_photo_their_page_goes_along(catalog: Catalog, before: str) -> None:
    """The same pages as the gallery's own, in both directions; a bare address has one of its own."""

    def ids(view: View) -> list[int]:
        return [photo.id for photo in page(catalog, view).photos]

    view = View(sort="time", size=7, before=before)
    first = ids(view)[0]
    here = around(catalog, view, first)
    assert here.page == view
    pages = [ids(view)]
    way = "before" if before else "after"
    while step := getattr(here, way):
        here = around(catalog, step.page, step.image)
        assert here.page == step.page
        assert step.image in ids(here.page)
        if ids(here.page) != pages[-1]:
            pages.append(ids(here.page))
    assert sum(map(len, pages)) == len(walked(catalog, View(sort="time"))), "no page overlaps"
    for image in walked(catalog, View(sort="time")):
        assert image in ids(around(catalog, View(sort="time", size=7), image).page)


def test_pages_backwards_are_the_pages_forwards(catalog: Catalog) -> None:
    view = View(sort="time", size=7)
    forwards = walked(catalog, view)
    shown = page(catalog, replace(view, before="end"))
    backwards = [photo.id for photo in shown.photos]
    while shown.before is not None:
        shown = page(catalog, replace(view, before=shown.before))
        backwards = [photo.id for photo in shown.photos] + backwards
    assert backwards == forwards


def test_in_public_no_photo_that_must_stay_and_no_place(catalog: Catalog) -> None:
    for sort in ("time", "score"):
        found = walked(catalog, View(sort=sort), public=True)
        assert found
        assert not {photo["id"] for photo in naive(catalog) if photo["held"]} & set(found)
    for photo in page(catalog, View(sort="time"), public=True).photos:
        assert (photo.path, photo.location) == ("", None)
    for view in (View(location="ridge"), View(sort="name"), View(held="yes"), View(failed="yes")):
        with pytest.raises(ChoiceError, match="not shown here"):
            page(catalog, view, public=True)
    assert not walked(catalog, View(q="ridge", sort="time"), public=True), "paths are not searched"


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("leaping", 8),
        ("fox", 6),
        ("leap fox", 8),
        ("ridge a0", 1),
        ("more03.jpg", 1),
        ('a"b (zq:*', 0),
        ("NOT", 0),
        ("lynx", 3),
    ],
)
def test_search(catalog: Catalog, words: str, some: int) -> None:
    found = walked(catalog, View(q=words, sort="time"))
    assert (len(found) >= some) if some else not found


def test_words_may_stand_in_different_places(catalog: Catalog) -> None:
    """One in the path, another in the species, a third in a reason; signs are no wildcards."""

    def found(words: str, *, public: bool = False) -> set[int]:
        return set(walked(catalog, View(q=words, sort="time"), public=public))

    for words in itertools.permutations(("ridge", "badger", "leaping", "jpg"), 3):
        assert found(" ".join(words)) == set.intersection(*map(found, words))
    assert found("ridge badger leaping")
    assert found("badger - leap") == found("badger leap")
    with pytest.raises(ChoiceError, match="at most 12 words"):
        found("a " * 13)
    assert not found("_")
    assert not found("b%r")
    assert found("badger leaping", public=True)
    assert not found("ridge badger", public=True), "paths are not searched"


def test_scores_are_never_behind(built: Path, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    with Catalog.open(made.catalog) as catalog:
        index.refresh(catalog)
        run = catalog.value("label.run", name="model-a")
        for change in (
            "update labels set score = 0.5 where label_run_id = ?",
            "update labels set reasoning = 'wonderful otter' where label_run_id = ?",
            "delete from subscores where label_id in (select id from labels where label_run_id = ?)",
            "delete from labels where label_run_id = ?",
        ):
            with catalog.writing():
                catalog.connection.execute(change, [run])
            same = """
                select count(*) from gallery
                left join heroes on heroes.image_id = gallery.image_id
                where gallery.score is not heroes.score
            """
            assert catalog.connection.execute(same).fetchone()[0] == 0
            otters = walked(catalog, View(q="otter", sort="time"))
            assert bool(otters) is ("otter" in change or "subscores" in change)
        assert not index.behind(catalog)
        assert index.refresh(catalog) == 0, "the triggers left nothing to do"
        catalog.connection.execute("insert into labels_fts (labels_fts) values ('integrity-check')")


def test_scores_in_bulk_are_brought_in_as_a_whole(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copied(built, tmp_path)
    with Catalog.open(made.catalog) as catalog:

        def in_bulk(*_: object, name: str = "later") -> None:
            with catalog.writing():
                catalog.run("browse.fall_behind")
                run = catalog.value("predict.add_run", name=name, scorer=name, params="{}", now="")
                catalog.connection.execute(
                    "insert into labels (label_run_id, image_id, status, score, created_at)"
                    " select ?, id, 'ok', 3.5, '' from images",
                    [run],
                )

        def apart() -> int:
            differing = (
                "select count(*) from gallery left join heroes using (image_id)"
                " where gallery.score is not heroes.score"
            )
            return int(catalog.connection.execute(differing).fetchone()[0])

        index.refresh(catalog)
        in_bulk(name="bulk")
        assert apart() > 0
        assert index.behind(catalog)
        with monkeypatch.context() as patched:
            patched.setattr(index, "_make_paths_searchable", in_bulk)
            index.refresh(catalog)
        assert index.behind(catalog), "more came while it was filled"
        index.refresh(catalog)
        assert not index.behind(catalog)
        assert apart() == 0


def test_the_gallery_follows_the_catalog(built: Path, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    with Catalog.open(made.catalog) as catalog:
        assert index.behind(catalog)
        index.refresh(catalog)
        assert not index.behind(catalog)
        with catalog.writing():
            catalog.connection.execute(
                "update settings set value = 0.01 where name = 'person_confidence'"
            )
        assert index.behind(catalog)
        assert index.refresh(catalog) == 1
        held = catalog.connection.execute("select sum(held) from gallery").fetchone()[0]
        assert held == len(
            {row[0] for row in catalog.connection.execute("select image_id from vetoes")}
        )


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "size"},
        {"rater": "cat"},
        {"low": "x"},
        {"low": "11"},
        {"high": "nan"},
        {"since": "yesterday"},
        {"after": "here"},
        {"after": "1~"},
        {"after": "nan~1"},
        {"before": "1~99999999999999999999"},
        {"size": "\u00b2"},
        {"size": "0"},
        {"size": "100000"},
        {"held": "maybe"},
    ],
)
def test_a_wrong_address_is_said_to_be_wrong(query: dict[str, str]) -> None:
    with pytest.raises(ChoiceError):
        View.of(query)


def test_a_species_is_found_by_its_letters(catalog: Catalog) -> None:
    foxes = walked(catalog, View(species="red fox", sort="time"))
    assert foxes
    assert walked(catalog, View(species="Red Fox", sort="time")) == foxes
    assert not walked(catalog, View(q="\0", sort="time"))


@settings(max_examples=60)
@given(view=views)
def test_an_address_holds_the_whole_view(view: View) -> None:
    from urllib.parse import parse_qsl

    again = View.of(dict(parse_qsl(view.query())))
    assert again == view


def test_runs_side_by_side(catalog: Catalog) -> None:
    together = beside(catalog, ["baseline", "model-a"], View())
    expected = {
        photo["id"]: abs(photo["runs"]["baseline"] - photo["runs"]["model-a"])
        for photo in naive(catalog)
        if {"baseline", "model-a"} <= photo["runs"].keys()
    }
    order = together.images[together.order("apart")].tolist()
    assert set(order) == set(expected)
    found = [round(expected[image], 6) for image in order]
    assert found == sorted(found, reverse=True)
    foxes = beside(catalog, ["baseline", "model-a"], View(species="red fox"))
    assert 0 < len(foxes.images) < len(together.images)
    assert len(beside(catalog, ["baseline", "model-a"], View(species="unicorn")).images) == 0
    with pytest.raises(ChoiceError, match="no label run"):
        beside(catalog, ["baseline", "nobody"], View())


def test_runs_side_by_side_say_that_a_search_found_more(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, view = ["baseline", "model-a"], View(q="leaping")
    assert not beside(catalog, runs, view).capped
    monkeypatch.setattr("herocat.gallery.search._FOUND", 2)
    assert beside(catalog, runs, view).capped


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=views)
def test_runs_side_by_side_have_the_filters_of_the_gallery(catalog: Catalog, view: View) -> None:
    view = replace(view, run="", rater="")  # those are about single runs
    runs = ["baseline", "model-a"]
    expected = {
        photo["id"]
        for photo in naive(catalog)
        if photo["runs"].keys() >= set(runs) and passes(photo, view, "")
    }
    assert set(beside(catalog, runs, view).images.tolist()) == expected


def test_a_kill_while_the_gallery_is_made_costs_nothing(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = copied(built, tmp_path)
    monkeypatch.setattr(index, "_CHUNK", 7)
    with Catalog.open(made.catalog) as catalog:
        real, calls = Catalog.run, []

        def broken(self: Catalog, name: str, /, **parameters: object) -> int:
            calls.append(name)
            if calls.count("browse.fill") == 3:
                raise sqlite3.OperationalError("pulled the plug")
            return real(self, name, **parameters)

        monkeypatch.setattr(Catalog, "run", broken)
        with pytest.raises(sqlite3.OperationalError):
            index.refresh(catalog)
        monkeypatch.setattr(Catalog, "run", real)
        assert index.behind(catalog)
        index.refresh(catalog)
        assert not index.behind(catalog)
        counts = catalog.connection.execute(
            "select (select count(*) from images), (select count(*) from gallery),"
            " (select count(*) from images_fts_docsize)"
        ).fetchone()
        assert counts[0] == counts[1] == counts[2]


def test_a_score_says_whose_it_is(catalog: Catalog) -> None:
    """A person's counts before a model's, and both before the baseline's."""
    kinds = dict[int, set[str]]()
    for image, kind in catalog.connection.execute(
        "select image_id, rater from labels join label_runs on label_runs.id = label_run_id"
        " where score is not null"
    ):
        kinds.setdefault(image, set()).add(kind)
    photos = page(catalog, View(sort="name")).photos
    assert len({photo.rater for photo in photos}) > 1
    for photo in photos:
        order = ("person", "vlm", "scorer", "baseline")
        assert photo.rater == next(filter(kinds.get(photo.id, set()).__contains__, order), "")
    (named, *_) = page(catalog, View(run="baseline")).photos
    assert named.rater == ""


@pytest.mark.parametrize(("score", "text"), [(6.94, "6.9"), (6.95, "7.0"), (6.96, "7.0")])
def test_a_score_counts_as_what_is_shown(
    built: Path, tmp_path: Path, score: float, text: str
) -> None:
    """The gallery, the overview and the funnel in SQL say the same of a score between two decimals."""
    made = copied(built, tmp_path)
    with Catalog.open(made.catalog) as opened:
        index.refresh(opened)
        with opened.writing():
            opened.connection.execute("update labels set score = 2 where score is not null")
            image = opened.connection.execute("select max(image_id) from labels").fetchone()[0]
            opened.connection.execute("update labels set score = ? where image_id = ?", [score, image])  # fmt: skip
        assert shown(score) == text
        good = {photo.id for photo in page(opened, View(low="7")).photos}
        assert good == ({image} if text == "7.0" else set())
        assert not good & {photo.id for photo in page(opened, View(high="6.9")).photos}
        live = opened.one("browse.live_steps", good=rounds_to(7))
        assert live is not None
        assert live["heroes"] == len(good)
        (funnel,) = (one for one in reports() if one.name == "funnel")
        assert [row["photos"] for row in opened.ask(funnel.sql)][-1] == len(good)
