"""Who may leave: the view of all vetoes, the gate, and the column in `heroes` say the same."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st

from herocat import gate
from herocat.catalog import Catalog
from tests.conftest import fresh

photos = st.lists(
    st.tuples(
        st.integers(1, 6) | st.none(),  # sequence
        st.sampled_from(["done", "failed", "reading", None]),  # what a detector made of it
        st.lists(
            st.tuples(
                st.sampled_from(["animal", "person", "vehicle"]),
                st.sampled_from([-0.9, 0.05, 0.1, 0.7]),
            ),
            max_size=3,
        ),
        st.sampled_from([0, 0, 0, 1, 2]),  # files that say that it is not public
    ),
    min_size=1,
    max_size=12,
)


def fill(catalog: Catalog, made: list[Any]) -> None:
    do = catalog.connection.execute
    do("insert into collections (id, root, name) values (1, 'p', 'p')")
    source = "insert into sources (id, collection_id, path, format, params, state, started_at) values (?, 1, ?, 'megadetector', '{}', ?, '')"
    do(source, [1, "a", "done"])
    do(source, [2, "b", "reading"])
    do(
        "insert into label_runs (id, name, rater, provider, model, params, state, created_at) values (1, 'r', 'vlm', 'p', 'm', '{}', 'done', '')"
    )
    for image, (sequence, result, found, private) in enumerate(made, 1):
        if sequence:
            do(
                "insert or ignore into sequences (id, collection_id, key, origin) values (?, 1, ?, 'given')",
                [sequence, str(sequence)],
            )
        do(
            "insert into images (id, collection_id, path, sequence_id) values (?, 1, ?, ?)",
            [image, str(image), sequence],
        )
        if result:
            do(
                "insert into results values (?, ?, ?)",
                [image, 2 if result == "reading" else 1, "oops" if result == "failed" else None],
            )
        for number in range(1, private + 1):
            do("insert into private_photos values (?, ?)", [image, number])
        for category, confidence in found:
            do(
                "insert into detections (image_id, source, category, confidence) values (?, 1, ?, ?)",
                [image, category, confidence],
            )
        do(
            "insert into labels (label_run_id, image_id, status, score, created_at) values (1, ?, 'ok', 5, '')",
            [image],
        )


def held(made: list[Any]) -> set[int]:
    """Return which photos must stay, from the rule as it is written in the documentation."""
    shows = {
        image
        for image, (_, _, found, _) in enumerate(made, 1)
        if any(category != "animal" and confidence >= 0.1 for category, confidence in found)
    }
    bursts = {made[image - 1][0] for image in shows} - {None}
    return {
        image
        for image, (sequence, result, _, private) in enumerate(made, 1)
        if image in shows or sequence in bursts or result != "done" or private
    }


@settings(max_examples=80, deadline=None)
@given(made=photos)
def test_three_ways_to_ask_and_one_answer(template: Path, made: list[Any]) -> None:
    with fresh(template) as catalog:
        fill(catalog, made)
        images = range(1, len(made) + 1)
        expected = held(made)
        assert set(gate.vetoes(catalog, images)) == expected
        ask = catalog.connection.execute
        assert {row[0] for row in ask("select image_id from vetoes")} == expected
        assert {
            row[0] for row in ask("select image_id from heroes where veto is not null")
        } == expected
