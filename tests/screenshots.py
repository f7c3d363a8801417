"""Take the pictures of the pages that the documentation shows: `make screenshots`.

python -m tests.screenshots SITE OUT
"""

import io
import shutil
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

_WIDE, _PHONE = (1440, 1100), (390, 844)
_QUALITY = 82


def take(page: Page, out: Path, name: str) -> None:
    """Save what a page shows as a JPEG."""
    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.save(out / f"{name}.jpg", quality=_QUALITY, optimize=True, progressive=True)
    print(out / f"{name}.jpg")


def gallery(site: Path, out: Path) -> None:
    """Picture the exported gallery: light and dark, wide and on a phone, and one photo large."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            for kind, (width, height) in (("wide", _WIDE), ("phone", _PHONE)):
                size = {"width": width, "height": height}
                page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
                page.goto((site / "index.html").absolute().as_uri())
                take(page, out, f"gallery-{scheme}-{kind}")
                if (scheme, kind) == ("dark", "wide"):
                    page.locator("a.frame").first.click()
                    take(page, out, "photo")
                page.close()
        browser.close()


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    gallery(Path(sys.argv[1]), folder)
