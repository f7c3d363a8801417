"""Take the pictures of the pages in the browser: part of `make screenshots`.

python -m tests.screenshots_browse CATALOG OUT [PREFIX]

It works on a copy of the catalog beside it. The demo has one rater; two more are made up on the copy,
near the first, so that there is something to compare.
"""

import random
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from herocat.catalog import Catalog
from herocat.stages.album import album
from tests.screenshots import take
from tests.serving import Server, browsing

_SIZES = {"wide": (1440, 1000), "phone": (390, 844)}
_ON_A_PHONE = {"gallery", "photo", "rate"}
_REASONS = (
    "The animal stands in soft side light, its head turned to the camera; the background is calm.",
    "A branch crosses the body and the eye is not sharp, but the gesture is strong.",
    "Half of the animal is cut off by the frame, and it is blurred.",
    "Clean profile, crisp fur, a little tight at the top edge.",
)


def make_up_raters(catalog: Path) -> None:
    """Add two label runs whose scores lie near those of the first."""
    rng = random.Random(3)
    with closing(sqlite3.connect(catalog)) as connection:
        first = connection.execute(
            "select image_id, score from labels where label_run_id = 1 and score is not null"
        ).fetchall()
        for name, off, noise in (("model-a", -0.4, 1.2), ("model-b", 0.6, 2.0)):
            run = connection.execute(
                "insert into label_runs (name, rater, provider, model, params, image_size, state,"
                " created_at) values (?, 'vlm', 'made up', ?, '{}', 768, 'done', ?) returning id",
                [name, name, "2026-01-01T10:00:00Z"],
            ).fetchone()[0]
            for image, score in first:
                seen = round(min(10.0, max(0.0, rng.gauss(score + off, noise))), 1)
                connection.execute(
                    "insert into labels (label_run_id, image_id, status, score, reasoning, cost_usd,"
                    " latency_ms, created_at) values (?, ?, 'ok', ?, ?, ?, ?, ?)",
                    [
                        run,
                        image,
                        seen,
                        rng.choice(_REASONS),
                        0.0003 * noise,
                        rng.uniform(400, 2500),
                        "2026-01-01T10:00:00Z",
                    ],
                )
        connection.commit()


def pages(server: Server, image: int) -> dict[str, str]:
    """Return the address of each page by the name of its picture."""
    return {
        "gallery": server.page(),
        "photo": server.page(f"photo/{image}"),
        "album": server.page("album/1"),
        "compare": server.page("compare?run=model-a&run=model-b"),
        "overview": server.page("overview"),
        "cameras": server.page("cameras"),
        "runs": server.page("runs"),
        "files": server.page("files"),
        "rate": server.page("rate"),
        "pairs": server.page("rate?mode=pairs"),
    }


def picture(browser: Browser, server: Server, out: Path, prefix: str, image: int) -> None:
    """Picture every page, light and dark; some on a phone too."""
    for scheme in ("light", "dark"):
        for kind, (width, height) in _SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
            )
            page = context.new_page()
            page.goto(server.door)
            for name, address in pages(server, image).items():
                if kind == "phone" and name not in _ON_A_PHONE:
                    continue
                page.goto(address)
                take(page, out, f"{prefix}{name}-{scheme}-{kind}")
            context.close()


def main(catalog: Path, out: Path, prefix: str = "browse-") -> None:
    """Picture a catalog's pages."""
    copy = catalog.absolute().with_name(
        "catalog-pictures.db"
    )  # beside it: the photos' folder is relative
    shutil.copy(catalog, copy)
    make_up_raters(copy)
    with Catalog.open(copy) as opened:
        album(opened, name="Report", n=8)
    try:
        with closing(sqlite3.connect(copy)) as connection:
            best = "select image_id from labels where label_run_id = 1 order by score desc limit 1"
            image = connection.execute(best).fetchone()[0]
        with (
            browsing(copy, "jane", command="rate") as server,
            sync_playwright() as playwright,
        ):
            path = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            picture(browser, server, out, prefix, image)
            browser.close()
    finally:
        for leftover in copy.parent.glob("catalog-pictures.db*"):
            leftover.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
