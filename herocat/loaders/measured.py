"""What was measured of photos, read back from the catalog."""

from sqlite3 import Row

from herocat.catalog import Catalog
from herocat.pixels import Measurement, Subject
from herocat.ports import Request
from herocat.records import Box


def request(catalog: Catalog, row: Row) -> Request:
    """Return what is known of a photo, from its row of measurements."""
    boxes = catalog.rows("select.animals", image=row["image_id"])
    return Request(measurement(row), tuple(Box(*box) for box in boxes))


def measurement(row: Row) -> Measurement:
    """Return the measurement that a row of the table holds."""
    subject = None
    if row["subject_width"] is not None:
        subject = Subject(
            width=row["subject_width"],
            height=row["subject_height"],
            brightness=row["subject_brightness"],
            contrast=row["subject_contrast"],
            clipped=row["subject_clipped"],
            sharpness=row["subject_sharpness"],
            background_sharpness=row["background_sharpness"],
            separation=row["separation"],
        )
    return Measurement(
        monochrome=bool(row["monochrome"]),
        brightness=row["brightness"],
        colourfulness=row["colourfulness"],
        content_top=row["content_top"],
        content_bottom=row["content_bottom"],
        subject=subject,
    )
