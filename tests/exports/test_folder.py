"""An export appears whole or not at all, whatever stops it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from herocat.errors import OutputError
from herocat.exports import folder
from tests.conftest import ROOT, CommandLine
from tests.stages.test_export import contents
from tests.world import World

FULL = """
import resource, signal, sys
from herocat.exports import folder
from herocat.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most, refuse_foreign = int(sys.argv.pop(1)), folder.refuse_foreign
def full(place):
    refuse_foreign(place)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
folder.refuse_foreign = full
main()
"""


def made(place: Path, text: str) -> None:
    with folder.replaced(place) as new:
        (new / "page.html").write_text(text)
        folder.write_manifest(new, {"kind": "test"})


def breaking(place: Path, error: BaseException) -> None:
    with folder.replaced(place) as new:
        (new / "page.html").write_text("new")
        raise error


def working_meanwhile(place: Path) -> None:
    with folder.replaced(place) as new:
        (new / "page.html").write_text("new")
        (place / "notes.txt").write_text("mine")


@pytest.mark.parametrize("swaps", [True, False])
def test_a_new_folder_takes_the_place_of_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, swaps: bool
) -> None:
    if not swaps:  # as on a system or disk that cannot swap
        monkeypatch.setattr(folder, "_swapped", lambda *_: False)
    for text in ("one", "two", "three"):
        made(tmp_path / "site", text)
        assert (tmp_path / "site" / "page.html").read_text() == text
        assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_nobody_ever_sees_half_of_it(tmp_path: Path) -> None:
    """A reader that looks all the time finds a whole folder at every look."""
    if sys.platform != "linux":
        pytest.skip("only some systems swap folders in one step")
    place = tmp_path / "site"
    made(place, "x")
    stop, seen = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            try:
                (place / folder.MANIFEST).stat()
            except OSError as error:
                seen.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(150):
        made(place, str(number))
    stop.set()
    reader.join()
    assert seen == []


def test_what_somebody_added_or_changed_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "site"
    made(place, "one")
    (place / ".DS_Store").write_text("of the file manager")
    made(place, "two")
    (tmp_path / "photos").mkdir()
    works = (
        lambda: (place / "page.html").write_text("corrected"),
        lambda: (place / "notes.txt").write_text("mine"),
        lambda: (place / "link").symlink_to(tmp_path / "photos"),
        lambda: (place / folder.MANIFEST).write_text('{"name": "a web app, not of herocat"}'),
    )
    for work in works:
        work()
        before = contents(place)
        with pytest.raises(OutputError, match=r"not herocat's .* nothing was written"):
            made(place, "three")
        assert contents(place) == before
        shutil.rmtree(place)
        made(place, "one")
    with pytest.raises(OutputError, match="was changed while"):
        working_meanwhile(place)
    assert (place / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photos", "site"]


def test_the_working_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (Path(), Path(".."), tmp_path, Path("/")):
        with pytest.raises(OutputError, match="the folder that you are in"):
            made(place, "x")


def test_what_a_kill_left_behind_goes_and_the_old_folder_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "site"
    made(place, "old")
    place.rename(tmp_path / ".site.old")  # between the two renames
    (tmp_path / ".site.new").mkdir()
    assert folder.tidied(place) == place
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert (place / "page.html").read_text() == "old"


def test_a_rename_that_fails_loses_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "site"
    made(place, "old")
    monkeypatch.setattr(folder, "_swapped", lambda *_: False)
    real = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == ".site.new":
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OutputError, match="what was there is as it was"):
        made(place, "new")
    assert (place / "page.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_link_leads_to_the_folder_that_is_replaced(tmp_path: Path) -> None:
    made(tmp_path / "disk" / "site", "one")
    (tmp_path / "site").symlink_to(tmp_path / "disk" / "site")
    made(tmp_path / "site", "two")
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "disk" / "site" / "page.html").read_text() == "two"
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["site"]


def test_what_goes_wrong_inside_leaves_the_old_one(tmp_path: Path) -> None:
    made(tmp_path / "site", "old")
    before = contents(tmp_path / "site")
    for broken in (OSError(5, "Input/output error"), KeyboardInterrupt()):
        with pytest.raises((OutputError, KeyboardInterrupt)):
            breaking(tmp_path / "site", broken)
    assert contents(tmp_path / "site") == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_full_disk_says_so_and_leaves_the_old_one(done: CommandLine, tmp_path: Path) -> None:
    """The system itself refuses to write more than so many bytes into a file."""
    site = tmp_path / "site"
    done("export", "album", "--out", site)
    before = contents(site)
    largest = max(path.stat().st_size for path in site.glob("*.jpg"))
    line = [sys.executable, "-c", FULL, str(largest - 1), "-c", str(done.catalog), "export"]
    again = subprocess.run(
        [*line, "album", "--out", str(site), "--credit", "x" * 50],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1, again.stderr
    assert "could not be written" in again.stderr
    assert "what was there is as it was" in again.stderr
    assert "Traceback" not in again.stderr
    assert contents(site) == before
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_killed_at_any_file(done: CommandLine, tmp_path: Path) -> None:
    """kill -9 at a file that is written: the old folder is whole, and the next run finishes."""
    site = tmp_path / "site"
    done("export", "html", "--out", site)
    old = contents(site)
    done("export", "html", "--out", tmp_path / "new", "--top", "2")
    new = contents(tmp_path / "new")
    script = """
import os, signal, sys
from pathlib import Path
at = int(sys.argv.pop(1))
count = 0
def dying(real):
    def write(self, *args, **kwargs):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *args, **kwargs)
    return write
Path.write_text, Path.write_bytes = dying(Path.write_text), dying(Path.write_bytes)
from herocat.cli import main
main()
"""
    for at in (1, 4, 7):
        line = [sys.executable, "-c", script, str(at), "-c", str(done.catalog), "export", "html"]
        killed = subprocess.run([*line, "--out", str(site), "--top", "2"], cwd=ROOT, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert contents(site) == old
        assert os.path.exists(tmp_path / ".site.new")  # noqa: PTH110
    done("export", "html", "--out", site, "--top", "2")
    assert contents(site) == new
    (tmp_path / ".site.new").mkdir()  # as after a kill when the folders had been swapped
    (site / "index.html").unlink()
    done("export", "html", "--out", site, "--top", "2")
    assert contents(site) == new, "what was taken away is there again"
    done("export", "html", "--out", site, "--top", "2")
    assert not (tmp_path / ".site.new").exists()


def test_the_manifest_has_the_hash_of_every_file(done: CommandLine, tmp_path: Path) -> None:
    done("export", "html", "--out", tmp_path / "site")
    told = folder.manifest(tmp_path / "site")["sha256"]
    found = contents(tmp_path / "site")
    found.pop(folder.MANIFEST)
    assert told == found


def test_an_export_among_the_photos_is_not_taken_for_photos(
    done: CommandLine, world: World
) -> None:
    out = world.root / "ridge" / "best"
    done("export", "album", "--out", out)
    assert list(out.glob("*.jpg"))
    assert "none new or changed" in done("ingest", world.root).stdout
