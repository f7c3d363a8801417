"""Contact sheets name what they show, in any script that the machine has letters for."""

import sqlite3
from pathlib import Path

from PIL import ImageFont

from herocat.exports import lettering
from tests.conftest import CommandLine, lacking


def test_letters_that_the_usual_font_lacks_come_from_another() -> None:
    usual = ImageFont.load_default(16)
    assert lettering.lacking("red fox", usual) == 0
    assert lettering.lacking("Рысь, Ñandú", usual) == 6
    assert lettering.font("red fox", 16).getlength("red fox") == usual.getlength("red fox")
    try:
        ImageFont.truetype("DejaVuSans.ttf", 16)
    except OSError:
        lacking("font with Cyrillic letters")
    assert lettering.lacking("Рысь, Ñandú", lettering.font("Рысь, Ñandú", 16)) == 0


def test_names_that_cannot_be_drawn_are_told(done: CommandLine, tmp_path: Path) -> None:
    with sqlite3.connect(done.catalog) as connection:
        connection.execute("update detections set species = '\U0010fffd\U0010fffc'")
    assert (
        "names have letters that no font" in done("export", "sheet", "--out", tmp_path / "s").stdout
    )
