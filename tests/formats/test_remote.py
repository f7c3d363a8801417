"""Photos that are elsewhere are fetched once, a few at a time, whole or not at all."""

import io
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest

from herocat import urls
from herocat.loaders import remote
from tests.formats.conftest import Taken
from tests.world import draw


def photo(seed: int = 0, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    draw(seed=seed).save(buffer, kind)
    return buffer.getvalue()


class Server:
    """Serves photos under names that say what goes wrong with them."""

    def __init__(self) -> None:
        self.asked = Counter[str]()
        self.most = self.under_way = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with outer.lock:
                    outer.asked[self.path] += 1
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.rpartition("/")[2]
        body = photo()
        if name == "missing.jpg":
            request.send_error(404)
            return
        if name == "busy.jpg" and self.asked[request.path] < 3:
            request.send_error(503)
            return
        if name == "moved.jpg":
            request.send_response(302)
            request.send_header("Location", "file:///etc/passwd")
            request.end_headers()
            return
        if name == "page.jpg":
            body = b"<html>please log in</html>"
        if name == "film.avi":
            body = b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(4088)
        if name == "small.webp":
            body = photo(kind="WEBP")
        if name == "large.jpg":
            body += b"\x00" * 3_000_000
        if name.startswith("slow"):
            self.wait()
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[:-500] if name == "cut.jpg" else body)

    def wait(self) -> None:
        """Be slow, and count how many are slow at once: until before they answer, or the next may come."""
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        threading.Event().wait(0.02)  # as time.sleep does nothing in these tests
        with self.lock:
            self.under_way -= 1

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("herocat.loaders.remote.time.sleep", lambda _: None)


def test_a_list_of_addresses(taken: Taken, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LARGEST", 2_000_000)
    names = ["a/good.jpg", "a/busy.jpg", "missing.jpg", "page.jpg", "large.jpg", "cut.jpg", "moved.jpg", "asset/7", "film.avi", "small.webp"]  # fmt: skip
    path = taken.write("urls.txt", "\n".join(f"{server.base}/{name}" for name in names))
    said = taken.take("--fetch", path)
    assert "list, 10 photos, 10 not on disk" in said
    assert "none of its paths" not in said
    assert "fetched, 4 photos, 6 could not be fetched" in said
    host = urls.local_path(server.base + "/x.jpg").partition("/")[0]
    there = taken.rows("select path, width from images where bytes is not null order by path")
    assert there == [
        (f"{host}/a/busy.jpg", 96),
        (f"{host}/a/good.jpg", 96),
        (f"{host}/asset/7.jpg", 96),
        (f"{host}/small.webp", 96),
    ]
    reasons = dict(
        taken.rows("select replace(url, rtrim(url, replace(url, '/', '')), ''), failure from remote_photos where failure is not null")
    )  # fmt: skip
    assert reasons == {
        "missing.jpg": "HTTP 404 Not Found",
        "page.jpg": "what came is no photo",
        "film.avi": "what came is no photo",
        "large.jpg": "it is larger than 1 MB",
        "cut.jpg": "it came only in part",
        "moved.jpg": "HTTP 302 Found - Redirection to url 'file:///etc/passwd' is not allowed",
    }
    assert server.asked["/missing.jpg"] == 1
    assert server.asked["/cut.jpg"] == 3
    assert not list(taken.root.rglob(".herocat-*"))
    # Again: what is here is not asked for, what failed is tried once more.
    before = server.asked.copy()
    taken.take("--fetch", path)
    assert server.asked["/a/good.jpg"] == before["/a/good.jpg"]
    assert server.asked["/missing.jpg"] == 2
    path.write_text(path.read_text() + "# read again\n")
    again = taken.take(path)
    assert "list, 10 photos, 6 not on disk" in again
    assert "its paths" not in again
    # A scan of the folder finds them as they are.
    assert "none new or changed" in taken.take(taken.root)
    taken.is_whole()


def test_a_few_at_once(taken: Taken, server: Server) -> None:
    path = taken.write("urls.txt", "\n".join(f"{server.base}/slow{n}.jpg" for n in range(40)))
    taken.take("--fetch", path)
    assert taken.rows("select count(*) from images where bytes is not null") == [(40,)]
    assert 1 < server.most <= remote.AT_ONCE


def test_s3_without_its_extra_says_what_to_install_and_stops_no_other(
    taken: Taken, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    path = taken.write("urls.txt", f"s3://bucket/a.jpg\n{server.base}/good.jpg\n")
    said = taken.take("--fetch", path)
    assert "fetched, 1 photo, 1 could not be fetched" in said
    ((reason,),) = taken.rows("select failure from remote_photos where failure is not null")
    assert "pip install 'herocat[s3]'" in reason


def test_s3(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
            if Key != "a/b.jpg":
                raise RuntimeError("NoSuchKey")
            return {"Body": io.BytesIO(photo())}

    fake = ModuleType("boto3")
    fake.client = lambda _: Client()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "boto3", fake)
    taken.take("--fetch", taken.write("urls.txt", "s3://bucket/a/b.jpg\ns3://bucket/none.jpg\n"))
    assert taken.rows("select path, bytes is not null from images order by path") == [
        ("bucket/a/b.jpg", 1),
        ("bucket/none.jpg", 0),
    ]
    assert taken.rows("select failure from remote_photos where failure is not null") == [
        ("S3: NoSuchKey",)
    ]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://Host.example/a%20b/c.JPG", "host.example/a b/c.JPG"),
        ("https://user:secret@host.example/../../etc/x", "host.example/etc/x.jpg"),
        ("https://host.example:8080/a//b/./c.png", "host.example_8080/a/b/c.png"),
        ("gs://bucket/deployment/1/x.jpg", "bucket/deployment/1/x.jpg"),
    ],
)
def test_where_a_photo_from_an_address_lies(url: str, path: str) -> None:
    assert urls.local_path(url) == path


def test_addresses_that_differ_in_their_query_differ() -> None:
    one, other = (urls.local_path(f"https://host.example/get?id={n}") for n in (1, 2))
    assert one != other
    assert one.startswith("host.example/get-")
    assert one.endswith(".jpg")
