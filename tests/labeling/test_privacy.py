"""What may not leave is not sent, and whoever overrules that does so by name."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from herocat.endpoints import Distance, checked, distance
from herocat.errors import ChoiceError
from herocat.labeling import raters
from herocat.pictures import Wanted, prepare
from tests.conftest import CommandLine
from tests.fakes.gemini import FakeGemini
from tests.fakes.ollama import FakeOllama
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import serving
from tests.labeling.conftest import Rows, words
from tests.world import World, animal, bursts, person


@pytest.fixture
def mixed(ready: CommandLine, world: World) -> CommandLine:
    """A catalog with a person in a burst, and two photos that no detector has looked at."""
    bursts(world)
    detections, sequences = world.detections(), world.sequences()
    world.photo("unseen/e.jpg")
    world.photo("unseen/f.jpg")
    ready("ingest", world.root, detections, sequences)
    return ready


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Callable[[Distance], None]:
    """Let servers of this machine count as being somewhere else."""

    def place(where: Distance) -> None:
        monkeypatch.setattr("herocat.labeling.raters.distance", lambda _: where)

    return place


def pixels(world: World, *paths: str) -> set[bytes]:
    """Return photos as they would be sent."""
    prepared = [prepare(Wanted(1, world.root / path, 768)).pictures for path in paths]
    assert all(prepared)
    return {pictures[0].jpeg for pictures in prepared}


HELD = ("ridge/b0.jpg", "ridge/b1.jpg", "unseen/e.jpg", "unseen/f.jpg")


def sent(rows: Rows) -> set[str]:
    return {
        path
        for (path,) in rows(
            "select path from requests join images on images.id = requests.image_id"
        )
    }


def test_a_server_on_this_machine_sees_all(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI
) -> None:
    mixed("label", world.root, *words(vllm), "--yes")
    assert {"ridge/b0.jpg", "ridge/b1.jpg", "unseen/e.jpg"} <= sent(rows)


@pytest.mark.parametrize("where", [Distance.REMOTE, Distance.PRIVATE])
def test_a_server_elsewhere_sees_what_the_gate_lets_go(
    mixed: CommandLine,
    world: World,
    rows: Rows,
    vllm: FakeOpenAI,
    far: Callable[[Distance], None],
    where: Distance,
) -> None:
    far(where)
    said = mixed("label", world.root, *words(vllm), "--yes").stdout
    assert not sent(rows) & set(HELD)
    assert not vllm.received() & pixels(world, *HELD)
    assert {"ridge/a0.jpg", "ridge/blank.jpg"} <= sent(rows)
    assert "2 held back: a person or vehicle" in said
    # the two unseen ones, and the one whose detector failed
    assert "3 held back: no detector has looked" in said
    assert "--allow-unchecked" in said


def test_no_photo_goes_out_before_the_yes(
    mixed: CommandLine, world: World, gemini: FakeGemini, far: Callable[[Distance], None]
) -> None:
    """The tokens of a blank picture are counted: of a photo that goes out the gate is asked before."""
    far(Distance.REMOTE)
    line = ["label", "--provider", "gemini", "--endpoint", gemini.url]
    assert "counted by the server" in mixed(*line, world.root, "--dry-run").stdout
    mixed(*line, world.root, code=2)
    (blank,) = gemini.received()
    assert len(Image.open(BytesIO(blank)).getcolors() or ()) == 1
    asked = len(gemini.asked)
    for more in ("--dry-run", "--yes"):
        assert "nothing to do" in mixed(*line, world.root / "unseen", more).output
    assert {one.method for one in gemini.asked[asked:]} == {"GET"}  # about the model
    mixed(*line, world.root, "--yes")
    assert gemini.received() & pixels(world, "ridge/a0.jpg")
    assert not gemini.received() & pixels(world, *HELD)


def test_a_network_of_ones_own(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    far(Distance.PRIVATE)
    mixed("label", world.root, *words(vllm), "--yes", "--private-network")
    assert "ridge/b1.jpg" in sent(rows)
    far(Distance.REMOTE)
    mixed("label", world.root, *words(vllm), "--yes", "--private-network", "--run", "r")
    last = "select count(*) from requests where label_run_id = 2 and image_id in (select id from images where path = 'ridge/b1.jpg')"
    assert rows(last) == [(0,)]


def test_a_folder_that_somebody_vouches_for(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    far(Distance.REMOTE)
    line = ["label", world.root, *words(vllm), "--yes", "--allow-unchecked", world.root / "unseen"]
    assert "needs --because" in mixed(*line, code=2).stderr
    assert not sent(rows)
    mixed(*line, "--because", "I looked at each")
    assert {"unseen/e.jpg", "unseen/f.jpg"} <= sent(rows)
    assert "ridge/b1.jpg" not in sent(rows)  # nobody vouches for people
    ((path, reason, who),) = rows("select path, reason, vouched_by from vouchers")
    assert (path, reason) == ("unseen/", "I looked at each")
    assert who


def test_who_only_looks_or_says_no_vouches_for_nothing(
    mixed: CommandLine,
    world: World,
    rows: Rows,
    gemini: FakeGemini,
    far: Callable[[Distance], None],
) -> None:
    far(Distance.REMOTE)
    line = ["label", world.root, "--provider", "gemini", "--endpoint", gemini.url]
    plain = mixed(*line, "--dry-run")
    line += ["--allow-unchecked", world.root / "unseen", "--because", "I looked at each"]
    looked = mixed(*line, "--dry-run")
    assert "3 held back: no detector" in plain.stderr
    assert "1 held back: no detector" in looked.stderr  # it is reckoned with all the same
    assert "add --yes" in mixed(*line, code=2).stderr
    mixed(*line, "--thinking", "much", "--yes", code=2)
    assert rows("select count(*) from vouchers") == [(0,)]
    mixed(*line, "--yes")
    assert rows("select count(*) from vouchers") == [(1,)]


def test_examples_from_a_folder_that_is_vouched_for_now(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    far(Distance.REMOTE)
    rate(mixed, {"unseen/e.jpg": 8.0})
    line = ["label", world.root, *words(vllm), "--yes", "--examples", 1]
    assert "there are 0 that may be shown" in mixed(*line, code=2).stderr
    mixed(*line, "--allow-unchecked", world.root / "unseen", "--because", "I looked at each")
    assert pixels(world, "unseen/e.jpg") <= vllm.received()


def test_what_is_held_does_not_count_for_the_limit(
    ready: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    far(Distance.REMOTE)
    for number in range(6):
        seen = [animal(), person()] if number < 3 else [animal()]
        world.photo(f"place{number}/a.jpg", *seen)
    ready("ingest", world.root, world.detections())
    ready("sequence")
    line = ["label", world.root, *words(vllm), "--limit", 2]
    assert "2 photos for vllm" in ready(*line, "--dry-run").stdout
    assert "labeled 2 photos" in ready(*line, "--yes").stdout
    assert "labeled 1 photo" in ready(*line, "--yes").stdout
    assert "nothing to do" in ready(*line, "--yes").stdout
    assert sent(rows) == {f"place{number}/a.jpg" for number in (3, 4, 5)}
    assert rows("select max(position) from label_targets") == [(6,)]
    ready(*line, "--yes", "--grid", "image_size=64,96")
    assert rows("select count(*) from labels where label_run_id > 1") == [(4,)]


def test_a_photo_that_is_vetoed_later_is_not_sent(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    far(Distance.REMOTE)
    mixed("label", world.root, *words(vllm), "--yes", "--limit", 1)
    later = next(entry for entry in world.images if entry["file"] == "pond/d0.jpg")
    later["detections"].append(person())
    mixed("ingest", world.detections("later.json"))
    mixed("label", world.root, *words(vllm), "--yes")
    assert "pond/d0.jpg" not in sent(rows)


def test_a_model_in_a_cloud_is_not_on_this_machine(
    mixed: CommandLine, world: World, rows: Rows
) -> None:
    fake = FakeOllama()
    fake.remote_host = "https://ollama.com"
    with serving(fake):
        mixed("label", world.root, *words(fake), "--yes")
        assert not sent(rows) & {"ridge/b0.jpg", "unseen/e.jpg"}
        rate(mixed, {"ridge/b1.jpg": 2.0, "ridge/a0.jpg": 5.0, "ridge/a1.jpg": 8.0})
        mixed("label", world.root, *words(fake), "--yes", "--examples", 2)
    assert not fake.received() & pixels(world, *HELD)


def test_examples_pass_the_gate_too(
    mixed: CommandLine, world: World, rows: Rows, vllm: FakeOpenAI, far: Callable[[Distance], None]
) -> None:
    rate(mixed, {"ridge/b1.jpg": 2.0, "ridge/a0.jpg": 8.0})
    far(Distance.REMOTE)
    assert (
        "there are 1 that may be shown"
        in mixed("label", world.root, *words(vllm), "--yes", "--examples", 2, code=2).stderr
    )
    assert not vllm.received()


def rate(herocat: CommandLine, scores: dict[str, float]) -> None:
    """Let a person rate some photos."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(herocat.catalog)) as connection, connection:
        connection.execute(
            "insert into label_runs (id, name, rater, provider, model, params, state, created_at)"
            " values (99, 'ann', 'person', 'person', 'ann', '{}', 'done', 'now')"
        )
        for path, score in scores.items():
            connection.execute(
                "insert into labels (label_run_id, image_id, status, score, created_at)"
                " select 99, id, 'ok', ?, 'now' from images where path = ?",
                (score, path),
            )


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("http://127.0.0.1:8000", Distance.HERE),
        ("http://127.9.9.9", Distance.HERE),
        ("http://localhost:1", Distance.HERE),
        ("http://[::1]:8000", Distance.HERE),
        ("http://[::ffff:127.0.0.1]:8000", Distance.HERE),
        ("http://192.168.1.4:8000", Distance.PRIVATE),
        ("http://10.0.0.4", Distance.PRIVATE),
        ("http://[fd00::1]", Distance.PRIVATE),
        ("http://8.8.8.8", Distance.REMOTE),
        ("http://0.0.0.0:8000", Distance.REMOTE),
        ("http://localhost.example.com", Distance.REMOTE),
        ("http://127.0.0.1.example.com", Distance.REMOTE),
    ],
)
def test_how_far_away_a_server_is(
    url: str, where: Distance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(0, 0, 0, "", ("8.8.4.4", 0))])
    assert distance(url) is where


def test_a_name_is_never_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(0, 0, 0, "", ("127.0.0.1", 0))])
    assert distance("http://gpu.lan") is Distance.PRIVATE


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x",
        "http://",
        "http://a:secret@b",
        "http://:secret@b",
        "http://b?key=secret",
        "http://b/v1#secret",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ChoiceError):
        checked(url)
    assert checked("localhost:8000/") == "http://localhost:8000"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://api.openai.com/v1", True),
        ("http://127.0.0.1:4000", True),
        ("http://gpu.lan:8000/v1", True),
        ("http://api.openai.com.example.org", False),
        ("http://192.168.1.4:8000", False),
        ("https://openrouter.ai/api/v1", False),
    ],
)
def test_where_the_key_of_openai_goes(
    url: str, sent: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://gpu.lan:8000/v1")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(0, 0, 0, "", ("8.8.4.4", 0))])
    if sent:
        assert raters.server("openai", model="m", endpoints=[url]).key == "sk-of-openai"
    else:
        with pytest.raises(ChoiceError, match=r"OPENAI_API_KEY is not sent .* --api-key-file"):
            raters.server("openai", model="m", endpoints=[url])
    file = tmp_path / "key"
    file.write_text("sk-another")
    one = raters.server("openai", model="m", endpoints=[url], key_file=file)
    assert one.key == "sk-another"
