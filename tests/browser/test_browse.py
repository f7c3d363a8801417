"""Datasette on a catalog: thumbnails, canned queries, and nothing for databases that are not ours."""

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import CommandLine
from tests.world import World, bursts


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def serve(*line: str, port: int, folder: Path) -> subprocess.Popen[str]:
    """Start a server and wait until it answers; say what it printed if it does not."""
    process = subprocess.Popen(
        line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for _ in range(300):
        if process.poll() is not None:
            break
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"no server: {process.communicate()[0]}")


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    return process.returncode


@pytest.fixture
def address(ready: CommandLine, world: World) -> Iterator[str]:
    """Browse a small finished catalog; yield the server's address."""
    bursts(world)
    ready("ingest", world.root, world.detections(), world.sequences())
    for command in ("sequence", "measure", "select", "measure", "label"):
        ready(command)
    port = free_port()
    line = [
        sys.executable,
        "-m",
        "herocat",
        "-c",
        str(ready.catalog),
        "browse",
        "--port",
        str(port),
    ]
    server = serve(*line, port=port, folder=ready.catalog.parent)
    yield f"http://127.0.0.1:{port}"
    stop(server)


def test_the_best_photos_with_their_thumbnails(address: str, page: Page) -> None:
    page.goto(f"{address}/catalog/best")
    expect(page.locator("h1")).to_have_text("Best photos")
    pictures = page.locator("td.col-image_id img")
    expect(pictures).to_have_count(3)
    page.wait_for_function(
        "image => image.complete && image.naturalWidth === 96", arg=pictures.first.element_handle()
    )
    page.locator("td.col-image_id a").first.click()
    expect(page.locator("h1")).to_contain_text("images:")


def test_tables_views_and_canned_queries(address: str, page: Page) -> None:
    page.goto(f"{address}/catalog")
    for title in ("Best photos", "From photos to heroes", "Species", "Held back", "Failures"):
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    page.goto(f"{address}/catalog/holds")
    expect(page.locator("td.col-image_id img")).to_have_count(2)


def test_a_photo_without_a_thumbnail_says_so(address: str) -> None:
    with urlopen(f"{address}/-/herocat/catalog/thumbnail/11.jpg") as answer:
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert b"no thumbnail" in answer.read()
    with urlopen(f"{address}/-/herocat/catalog/thumbnail/999999999999999999.jpg") as answer:
        assert b"no thumbnail" in answer.read()


def test_the_catalog_can_be_written_while_it_is_browsed(
    address: str, ready: CommandLine, page: Page
) -> None:
    ready("label", "--run", "second")
    page.goto(f"{address}/catalog/disagreement")
    expect(page.locator("td.col-scores").first).to_have_text("2")


def test_other_databases_are_none_of_our_business(tmp_path: Path, page: Page) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("create table things (image_id integer)")
        connection.execute("insert into things values (1)")
    port = free_port()
    line = [sys.executable, "-m", "datasette", "serve", "other.db", "--port", str(port)]
    server = serve(*line, port=port, folder=tmp_path)
    try:
        page.goto(f"http://127.0.0.1:{port}/other/things")
        expect(page.locator("td.col-image_id")).to_have_text("1")
        expect(page.locator("img")).to_have_count(0)
        expect(page.get_by_text("Best photos")).to_have_count(0)
        with (
            pytest.raises(OSError, match="404"),
            urlopen(f"http://127.0.0.1:{port}/-/herocat/other/thumbnail/1.jpg"),
        ):
            pass
    finally:
        stop(server)
