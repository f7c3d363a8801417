"""What a server gives away, and to whom: files, hidden photos, host names, writes."""

import base64
import html
import http.client
import io
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.collection import copied
from tests.conftest import ROOT, CommandLine, lacking
from tests.exports.test_strips import BOX, pink, stamped
from tests.serving import Server, browsing, served
from tests.world import World, animal


@pytest.fixture(scope="module")
def made(built: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return copied(built, tmp_path_factory.mktemp("safety"))


@pytest.fixture(scope="module")
def server(made: CommandLine) -> Iterator[Server]:
    with browsing(made.catalog, "--rate", "jane") as started:
        yield started


@pytest.fixture(scope="module")
def public(made: CommandLine) -> Iterator[Server]:
    with browsing(made.catalog, "--public") as started:
        yield started


def request(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    body: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    """Ask just this, with nothing straightened on the way."""
    where = urlsplit(server.root)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)
    connection.request(method, path, body, dict(headers or {}))
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, content


def below(path: str) -> str:
    return f"/-/herocat/catalog/{path}"


def image_of(made: CommandLine, path: str) -> int:
    with closing(sqlite3.connect(made.catalog)) as connection:
        row = connection.execute("select id from images where path = ?", [path]).fetchone()
    return int(row[0])


def test_an_original_whole_in_part_and_never_twice(server: Server, made: CommandLine) -> None:
    image = image_of(made, "ridge/a1.jpg")
    file = (made.catalog.parent / "photos/ridge/a1.jpg").read_bytes()
    status, headers, content = request(server, below(f"original/{image}?v=1"))
    assert (status, headers["content-type"], content) == (200, "image/jpeg", file)
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    for asked, part in (("0-9", file[:10]), ("10-", file[10:]), ("-5", file[-5:])):
        status, headers, content = request(
            server, below(f"original/{image}"), headers={"Range": f"bytes={asked}"}
        )
        assert (status, content) == (206, part)
        assert headers["content-range"].endswith(f"/{len(file)}")
    far = {"Range": "bytes=99999999-"}
    assert request(server, below(f"original/{image}"), headers=far)[0] == 416


@pytest.mark.parametrize(
    "path",
    [
        "original/../../../etc/passwd",
        "original/..%2f..%2fetc%2fpasswd",
        "original//etc/passwd",
        "original/1/../../x",
        "original/-1",
        "original/1.jpg",
        "original/99999999",
        "thumbnail/99999999.jpg",
        "thumbnail/1.jpg%0a",
        "sheet",
        "sheet?of=1,../2",
        "sheet?of=" + ",".join(map(str, range(1, 62))),
        "preview/..%00.jpg",
        "original/9999999999999999999",
        "photo/1%0a",
    ],
)
def test_only_numbers_of_photos_lead_to_files(server: Server, path: str) -> None:
    status, _, content = request(server, below(path))
    assert status in {404, 400}, content
    assert b"root:" not in content


def test_what_lies_outside_or_is_no_photo_is_not_sent(built: Path, tmp_path: Path) -> None:
    """A link out of the collection, a path that climbs out in a catalog from elsewhere, a web page."""
    made = copied(built, tmp_path / "own")
    photos, secret = tmp_path / "own/photos", tmp_path / "secret.jpg"
    shutil.copy(photos / "ridge/a0.jpg", secret)
    linked, climbing, absolute = "meadow/more02.jpg", "meadow/more05.jpg", "meadow/more08.jpg"
    images = {path: image_of(made, path) for path in (linked, climbing, absolute, "ridge/a1.jpg")}
    (photos / linked).unlink()
    (photos / linked).symlink_to(secret)
    shutil.move(photos / "ridge", tmp_path / "ridge")
    (photos / "ridge").symlink_to(tmp_path / "ridge")
    page = image_of(made, "pond/more01.jpg")
    (photos / "pond/more01.jpg").write_text("<html><script>alert(1)</script>")
    with closing(sqlite3.connect(made.catalog)) as connection:
        for path, changed in ((climbing, "../../secret.jpg"), (absolute, str(secret))):
            connection.execute("update images set path = ? where id = ?", [changed, images[path]])
        connection.commit()
    with browsing(made.catalog) as server:
        for image in images.values():
            assert request(server, below(f"original/{image}"))[0] == 404
            assert request(server, below(f"preview/{image}.jpg"))[0] == 404
            assert request(server, below(f"photo/{image}"))[0] == 200
        for path in (f"original/{page}", f"preview/{page}.jpg"):
            _, headers, content = request(server, below(path))
            assert headers["content-type"].split(";")[0] in {"image/svg+xml", "image/jpeg"}
            assert b"<script" not in content
        assert request(server, below(f"photo/{page}"))[0] == 200


def test_a_disk_that_is_not_here_says_so(built: Path, tmp_path: Path) -> None:
    made = copied(built, tmp_path / "own")
    image = image_of(made, "ridge/a1.jpg")
    (tmp_path / "own/photos").rename(tmp_path / "elsewhere")
    with browsing(made.catalog) as server:
        status, headers, content = request(server, below(f"original/{image}"))
        assert (status, headers["content-type"]) == (200, "image/svg+xml")
        assert b"its disk is not here" in content
        assert "max-age=10" in headers["cache-control"]
        assert request(server, below(f"thumbnail/{image}.jpg"))[1]["content-type"] == "image/jpeg"
        assert b"its disk is not here" in request(server, below(f"photo/{image}"))[2].lower()


def test_a_catalog_with_an_odd_name_is_served(built: Path, tmp_path: Path) -> None:
    """Datasette would read ``?`` and ``#`` as parts of an address, and open another file."""
    made = copied(built, tmp_path / "own #1")
    image, odd = image_of(made, "ridge/a1.jpg"), tmp_path / "own #1" / "-was? 50% ä.db"
    made.catalog.rename(odd)
    with browsing(odd, "--rate", "jane") as server:
        at = urlsplit(server.door).path.removesuffix("rate")
        assert request(server, at)[0] == 200
        status, headers, _ = request(server, f"{at}original/{image}")
        assert (status, headers["content-type"]) == (200, "image/jpeg"), "found beside the catalog"


@pytest.mark.parametrize("words", [["--public"], []])
def test_the_public_does_not_see_where_sensitive_species_live(
    ready: CommandLine, world: World, words: list[str]
) -> None:
    """Nor in the pixels: the camera prints its name on a strip."""
    path = world.photo("pond/a.jpg", animal(*BOX))
    stamped().save(world.root / path, quality=95)
    ready("ingest", world.root, world.detections(classification_categories={"0": "rhino"}))
    for command in (["sequence"], ["measure", "--all"], ["select"], ["measure"]):
        ready(*command)
    paths = ("sheet?of=1", "thumbnail/1.jpg", "preview/1.jpg", "original/1")
    with browsing(ready.catalog, *words) as started:
        sheet, *seen = (request(started, below(path))[2] for path in paths)
    seen.append(base64.b64decode(sheet.split()[1]))
    left = [pink(Image.open(io.BytesIO(content))) for content in seen]
    assert all(left) is not bool(words)
    assert any(left) is not bool(words)


def test_the_public_sees_neither_places_nor_hidden_photos(
    public: Server, made: CommandLine, page: Page
) -> None:
    with closing(sqlite3.connect(made.catalog)) as connection:
        held = {row[0] for row in connection.execute("select image_id from vetoes")}
        places = {row[0] for row in connection.execute("select location from images")} - {None}
        paths = {row[0] for row in connection.execute("select path from images")}
        seen = [row[0] for row in connection.execute("select id from images")]
        rated = next(image for image in seen if image not in held)
        run = "insert into label_runs (name, rater, provider, model, params, state, created_at)"
        connection.execute(run + " values ('Zoe', 'person', 'person', 'Zoe', '{}', 'done', '')")
        label = "insert into labels (label_run_id, image_id, status, score, created_at)"
        connection.execute(label + " select max(id), ?, 'ok', 9, '' from label_runs", [rated])
        connection.execute("update images set failure = '/cards/7: gone' where id = ?", [rated])
        failure = "update labels set status = 'failed', score = null, error = 'http://gpu.internal'"
        connection.execute(failure + " where image_id = ? and label_run_id = 2", [rated])
        strip = "update labels set reasoning = 'on its strip stands: Ridge 7' where image_id in"
        connection.execute(strip + " (select id from images where location = 'ridge')")
        connection.commit()
    texts = []
    for image in seen:
        for path in (
            f"photo/{image}",
            f"thumbnail/{image}.jpg",
            f"original/{image}",
            f"preview/{image}.jpg",
        ):
            status, headers, content = request(public, below(path))
            assert status == (404 if image in held else 200), (path, status)
            if path.startswith("original") and "jpeg" in headers["content-type"]:
                assert b"Exif" not in content
                assert content != (made.catalog.parent / "photos/ridge/a1.jpg").read_bytes()
            texts.append(content if path.startswith("photo") else b"")
    sheet = request(public, below(f"sheet?of={','.join(map(str, seen))}"))[2]
    shown = {int(line.split()[0]) for line in sheet.splitlines()}
    assert shown
    assert not shown & held
    for path in ("", "?sort=time", "?run=baseline", "compare", "overview", "runs", "rate"):
        status, _, content = request(public, below(path))
        assert status == 200, path
        texts.append(content)
    text = b"".join(texts).decode()
    assert "a person" in text
    for word in ("Zoe", *paths, *(place for place in places if place != "pond")):
        assert word not in text, word
    for word in ("Ridge 7", "gpu.internal", "/cards"):
        assert word not in text, word
    for words, there in (("Ridge", False), ("strip stands", False), ("leaping", True)):
        content = request(public, below(f"?q={quote(words)}"))[2]
        assert (b'class="by"' in content) is there, words
    for path in (
        "?run=Zoe",
        "compare?run=Zoe&run=baseline",
        "compare?run=Zoe",
        "?failed=yes",
        "?failed=yes&run=model-a",
        "?location=ridge",
        "?held=yes",
        "?sort=name",
    ):
        assert request(public, below(path))[0] == 400
    for path in (
        "/catalog",
        "/catalog/images.json",
        "/catalog.db",
        "/-/databases",
        "/-/metadata",
        "/catalog.json?sql=select+1",
        "/catalog/best",
        "/catalog/images/-/herocat/",
        "/catalog%2Fimages%2F-%2Fherocat%2F",
        "/catalog/images%2F-/herocat/",
        "//catalog/images",
        "/-/databases%2F-/herocat/",
        below("") + ".json?_shape=array",
        below("files"),
        below("files/without_results"),
    ):
        assert request(public, path)[0] == 404, path
    page.goto(public.page())
    expect(page.locator(".tile").first).to_be_visible()
    expect(page.get_by_role("link", name="Tables")).to_have_count(0)


def test_the_public_is_told_only_of_what_it_may_see(
    public: Server, server: Server, made: CommandLine
) -> None:
    """A run has scored a photo that must stay, and failed on another: neither counts."""
    with closing(sqlite3.connect(made.catalog)) as connection:
        held = connection.execute("select distinct image_id from vetoes limit 2").fetchall()
        label = "insert or replace into labels (label_run_id, image_id, status, score, error, cost_usd, created_at)"
        label += " values (2, ?, ?, ?, ?, 100, '')"
        for (image,), said in zip(held, (("ok", 10, None), ("failed", None, "gone")), strict=True):
            connection.execute(label, [image, *said])
        connection.commit()
        scored, failed, mean, cost = connection.execute(
            "select count(score), sum(status <> 'ok'), avg(score), sum(cost_usd) from labels where label_run_id = 2"
            " and image_id not in (select image_id from vetoes)"
        ).fetchone()

    def told(who: Server) -> tuple[str, str]:
        runs = request(who, below("runs"))[2].decode().split("model-a</a>", 1)[1]
        compare = request(who, below("compare?run=model-a"))[2].decode()
        return (
            " ".join(re.findall(r"<d[dt]>([^<]*)</d[dt]>", runs)[:5]),
            " ".join(re.findall(r"<td>([^<]*)</td>", compare)[:6]),
        )

    run, row = told(public)
    assert run == f"scored {scored} mean {mean:.2f} ${1000 * cost / scored:.2f} per 1,000"
    assert row == f"vlm {scored} {failed} {mean:.2f} ${cost:.2f} ${1000 * cost / scored:.2f}"
    run, row = told(server)
    assert run.startswith(f"scored {scored + 1} mean")
    assert row.startswith(f"vlm {scored + 1} {failed + 1} ")


def test_the_public_is_led_nowhere_that_is_not_there(public: Server) -> None:
    for path in ("", "compare", "overview", "runs"):
        content = request(public, below(path))[2].decode()
        for link in set(re.findall(r'href="(/[^"#]*)', content)):
            assert request(public, html.unescape(link))[0] in {200, 302}, (path, link)


def test_other_host_names_are_refused(server: Server) -> None:
    assert request(server, below(""), headers={"Host": "evil.example"})[0] == 421
    assert request(server, below(""), headers={"Host": "localhost:8001"})[0] == 200
    assert request(server, "/catalog.json", headers={"Host": "evil.example"})[0] == 421


def test_writing_needs_the_cookie_of_this_start_and_our_own_page(
    server: Server, made: CommandLine
) -> None:
    body = json.dumps({"image": 1, "score": 5})
    kind = {"Content-Type": "application/json"}

    def send(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(server, below("rate"), method="POST", body=body, headers=kind | named)[0]

    assert send() == 403
    assert send(Cookie="herocat_rater=abc") == 403
    token = urlsplit(server.door).query.removeprefix("token=")
    status, headers, _ = request(server, below(f"rate?token={token}"))
    assert status == 302
    cookie = headers["set-cookie"].split(";")[0]
    assert send(Cookie=f"{cookie.partition('=')[0]}={token}") == 403, "the cookie is signed"
    assert "httponly" in headers["set-cookie"].lower()
    assert "samesite=lax" in headers["set-cookie"].lower()
    evil = send(Cookie=cookie, Origin="http://evil.example", Sec_Fetch_Site="cross-site")
    assert evil in {403, 400}
    plain = {"Cookie": cookie, "Content-Type": "text/plain"}
    assert request(server, below("rate"), method="POST", body=body, headers=plain)[0] in {400, 403}
    with closing(sqlite3.connect(made.catalog)) as connection:
        rows = connection.execute(
            "select count(*) from label_runs where rater = 'person'"
        ).fetchone()
    assert rows[0] <= 1
    assert send(Cookie=cookie) in {400, 403}, "photo 1 was not asked for"


@pytest.mark.parametrize(
    "values",
    [
        {"image": 1, "score": 11},
        {"image": 1, "score": "5"},
        {"image": 1, "score": True},
        {"image": "1", "score": 5},
        {"image": 1e99, "score": 5},
        {"pair": [1], "outcome": "first"},
        {"pair": [1, 1], "outcome": "first"},
        {"pair": [1, 2], "outcome": "better"},
        [],
        "x",
    ],
)
def test_answers_that_make_no_sense_are_refused(server: Server, values: object) -> None:
    token = urlsplit(server.door).query.removeprefix("token=")
    cookie = request(server, below(f"rate?token={token}"))[1]["set-cookie"].split(";")[0]
    headers = {"Content-Type": "application/json", "Cookie": cookie}
    status, _, content = request(
        server, below("rate"), method="POST", body=json.dumps(values), headers=headers
    )
    assert status in {400, 403}, content


def test_an_answer_that_was_taken_survives_a_kill(built: Path, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    with browsing(made.catalog, "jane", "-n", "3", command="rate") as server:
        token = urlsplit(server.door).query
        cookie = request(server, below(f"rate?{token}"))[1]["set-cookie"].split(";")[0]
        status, headers, content = request(server, below("rate"), headers={"Cookie": cookie})
        start = re.search(r'id="start">(.*?)</script>', content.decode())
        csrf = re.search(r'data-csrf="([^"]*)"', content.decode())
        assert start
        assert csrf
        image = json.loads(start[1])["items"][0]["image"]
        sent = {"Content-Type": "application/json", "x-csrftoken": csrf[1]}
        more = headers.get("set-cookie", "").split(";")[0]
        sent["Cookie"] = f"{cookie}; {more}" if more else cookie
        body = json.dumps({"image": image, "score": 7})
        status, _, content = request(server, below("rate"), method="POST", body=body, headers=sent)
        server.process.kill()
        assert status == 200, content
    with closing(sqlite3.connect(made.catalog)) as connection:
        rows = connection.execute("select image_id, score from labels order by id desc limit 1")
        assert rows.fetchone() == (image, 7.0)
    assert "0 broken" in made("verify").stdout


def test_pages_carry_a_policy_that_lets_nothing_in(server: Server) -> None:
    for path in ("", "compare", "rate", "photo/1"):
        headers = request(server, below(path))[1]
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_plain_datasette_looks_but_does_not_write(made: CommandLine) -> None:
    """`datasette catalog.db` with herocat installed: our pages, descriptions, and no rating."""
    line = [sys.executable, "-m", "datasette", "serve", str(made.catalog)]
    with served(line, folder=made.catalog.parent) as server:
        assert request(server, below(""))[0] == 200
        assert request(server, below("rate?token="))[0] == 200
        assert b"Nobody rates here" in request(server, below("rate"))[2]
        assert request(server, below("rate"), method="POST", body="{}")[0] in {400, 403}
        images = request(server, "/catalog/images")[2].decode()
        assert "One photo, known by its collection" in images
        assert "below the root, with / separators" in images
        assert request(server, "/")[0] == 200
        assert b"Best photos" in request(server, "/catalog")[2]


_WITHOUT_HEROCAT = (
    "import importlib.metadata as m, sys\n"
    "real = m.distributions\n"
    "m.distributions = lambda **k: (d for d in real(**k) if d.metadata['name'] != 'herocat')\n"
    "from datasette.cli import cli\ncli()"
)


@pytest.mark.parametrize("release", ["0.65", "1.0"])
def test_a_datasette_without_herocat_gets_the_descriptions_from_a_file(
    made: CommandLine, release: str, page: Page
) -> None:
    """`metadata.yaml` makes a plain Datasette useful; `browse --metadata` prints it for other names."""
    python = sys.executable if release == "0.65" else os.environ.get("HEROCAT_DATASETTE_PRE", "")
    if not python:
        lacking("Python with Datasette 1.0: HEROCAT_DATASETTE_PRE names one")
    file = ROOT / "metadata.yaml"
    plain = "\n".join(line for line in file.read_text().splitlines() if line[:1] != "#")
    assert made("browse", "--metadata").stdout.strip() == plain.strip()
    line = [python, "-c", _WITHOUT_HEROCAT, "serve", str(made.catalog), "--metadata", str(file)]
    line += ["--config", str(file)] if release == "1.0" else []
    with served(line, folder=made.catalog.parent, env=dict(os.environ)) as server:
        assert request(server, below("?size=5"))[0] != 200, "the plugin is not there"
        page.goto(f"{server.root}/catalog/labels")
        about = page.locator(".metadata-description")
        expect(about).to_contain_text("One score, or one failure with its reason")
        columns = page.locator(".column-descriptions")
        expect(columns).to_contain_text("null unless status is ok")
        expect(page.locator(".facet-info").first).to_contain_text("baseline")
        expect(page.locator("td.col-image_id").first).to_contain_text(".jpg")
        page.goto(f"{server.root}/catalog/best?species=badger")
        expect(about).to_contain_text("Every photo that anybody has rated")
        expect(page.locator("td.col-species").first).to_have_text("badger")
        page.goto(f"{server.root}/catalog")
        expect(page.get_by_role("link", name="Best photos")).to_be_visible()


def test_other_databases_are_none_of_our_business(tmp_path: Path, page: Page) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("create table things (image_id integer)")
        connection.execute("insert into things values (1)")
        connection.commit()
    line = [sys.executable, "-m", "datasette", "serve", "other.db"]
    with served(line, folder=tmp_path) as server:
        page.goto(f"{server.root}/other/things")
        expect(page.locator("td.col-image_id")).to_have_text("1")
        expect(page.locator("img")).to_have_count(0)
        expect(page.get_by_text("Best photos")).to_have_count(0)
        for path in ("/-/herocat/other/thumbnail/1.jpg", "/-/herocat/other/", "/-/herocat/none/"):
            assert request(server, path)[0] == 404


def test_nobody_is_shown_photos_of_no_burst(ready: CommandLine, world: World) -> None:
    world.photo("a.jpg", animal())
    ready("ingest", world.root, world.detections())
    assert "first: herocat sequence" in ready("browse", "--public", code=1).stderr


def test_a_port_that_is_taken(made: CommandLine, server: Server) -> None:
    port = str(urlsplit(server.root).port)
    result = made("browse", "--port", port, code=1)
    assert "choose another with --port" in result.output
