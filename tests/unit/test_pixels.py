"""What is read from pixels moves the right way when the picture does."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from herocat import pixels
from herocat.records import Box
from tests.world import draw

BOX = Box(0.3, 0.3, 0.3, 0.3)


def measured(image: Image.Image, box: Box = BOX) -> pixels.Subject:
    subject = pixels.measure(image, box).subject
    assert subject is not None
    return subject


def edge(blur: float, height: float = 0.8) -> pixels.Plane:
    """Return a vertical edge of known height, blurred by a Gaussian of known width."""
    across = np.arange(80) - 40.0
    slope = 1 / (1 + np.exp(-1.702 * across / blur)) if blur else (across > 0).astype(float)
    return np.tile((0.1 + height * slope).astype(np.float32), (60, 1))


def test_steepness_follows_blur_not_contrast() -> None:
    """An edge blurred by s pixels has a steepness near 0.4 / s, whatever its height."""
    found = {}
    for height in (0.8, 0.3):
        for blur in (2.0, 4.0, 8.0):
            plane = edge(blur, height)
            found[height, blur] = pixels.steepness(plane, pixels._slopes(plane))
    for (_, blur), value in found.items():
        assert value == pytest.approx(0.4 / blur, rel=0.25)
    assert found[0.8, 4.0] == pytest.approx(found[0.3, 4.0], rel=0.05)


def test_blur_in_the_box_is_seen_and_blur_around_it_is_not() -> None:
    sharp = draw(640, 480, box=BOX)
    soft = draw(640, 480, box=BOX, blur=4)
    around = sharp.filter(ImageFilter.GaussianBlur(4))
    area = (192, 144, 384, 288)
    around.paste(sharp.crop(area), area)
    assert measured(soft).sharpness < 0.5 * measured(sharp).sharpness
    assert measured(around).sharpness == pytest.approx(measured(sharp).sharpness, rel=0.2)
    assert measured(around).background_sharpness < 0.5 * measured(sharp).background_sharpness


def test_subject_size_is_in_native_pixels() -> None:
    subject = measured(draw(640, 480, box=BOX))
    assert (subject.width, subject.height) == (192, 144)


def test_tone_contrast_and_clipping() -> None:
    dark = Image.new("RGB", (200, 200), (10, 10, 10))
    white = Image.new("RGB", (200, 200), (255, 255, 255))
    assert measured(dark).brightness == pytest.approx(10 / 255, abs=0.01)
    assert measured(white).clipped == 1.0
    assert measured(white).contrast == 0.0


def test_separation_sees_a_small_bright_animal_on_black_water() -> None:
    """Most of a heron's box is water: medians would not tell them apart."""
    plane = np.zeros((100, 100), np.float32)
    plane[20:80, 45:60] = 0.9
    inside = np.zeros_like(plane, bool)
    inside[10:90, 20:80] = True
    assert np.median(plane[inside]) == np.median(plane[~inside])
    assert pixels.separation(plane[inside], plane[~inside]) > 0.1


@pytest.mark.parametrize("tint", [(1.0, 1.0, 1.0), (1.0, 0.92, 0.95)])
def test_infrared_is_monochrome_with_a_tint_and_a_logo(tint: tuple[float, ...]) -> None:
    grey = np.asarray(draw(256, 192, grey=True), np.float32) * tint
    image = Image.fromarray(grey.astype(np.uint8))
    image.paste((240, 90, 20), (0, 172, 24, 192))
    assert pixels.measure(image, None).monochrome


def test_a_colour_photo_is_not_monochrome() -> None:
    scene = np.asarray(draw(256, 192), np.float32)
    scene[:96] *= (0.6, 0.9, 1.3)
    image = Image.fromarray(scene.clip(0, 255).astype(np.uint8))
    assert not pixels.measure(image, None).monochrome


def strip(top: int, bottom: int, tone: int, text: bool) -> Image.Image:
    rng = np.random.default_rng(1)
    scene = rng.normal(110, 25, (480, 640, 3)).clip(0, 255).astype(np.uint8)
    image = Image.fromarray(scene).filter(ImageFilter.GaussianBlur(1))
    if top:
        image.paste((tone,) * 3, (0, 0, 640, top))
    if bottom:
        image.paste((tone,) * 3, (0, 480 - bottom, 640, 480))
    if text:
        ink = 255 - tone
        for x in range(20, 200, 12):
            image.paste((ink,) * 3, (x, 480 - bottom + 4, x + 6, 480 - 5))
    return image


@pytest.mark.parametrize(
    ("top", "bottom", "tone", "text"),
    [(0, 0, 0, False), (12, 14, 0, True), (0, 32, 255, True), (0, 30, 0, False)],
)
def test_strips_of_text_are_found(top: int, bottom: int, tone: int, *, text: bool) -> None:
    found = pixels.content(strip(top, bottom, tone, text and bool(bottom)))
    assert found[0] == pytest.approx(top / 480, abs=0.01)
    assert found[1] == pytest.approx(1 - bottom / 480, abs=0.01)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 1, 1), Box(0.999, 0.999, 0.001, 0.001), Box(0, 0.5, 0.001, 0.4)]
)
def test_odd_boxes_give_finite_numbers(box: Box) -> None:
    subject = measured(draw(97, 31, box=(0.2, 0.2, 0.5, 0.5)), box)
    numbers = (
        subject.brightness,
        subject.contrast,
        subject.clipped,
        subject.sharpness,
        subject.separation,
    )
    assert all(np.isfinite(numbers))
    assert subject.width >= 1


def test_without_an_animal_the_frame_is_measured() -> None:
    found = pixels.measure(draw(64, 48, box=None), None)
    assert found.subject is None
    assert 0 < found.brightness < 1


def test_the_version_is_the_catalogs(catalog: object) -> None:
    from herocat.catalog import Catalog

    assert isinstance(catalog, Catalog)
    sql = "select value from settings where name = 'measure_version'"
    assert catalog.connection.execute(sql).fetchone()[0] == pixels.VERSION
