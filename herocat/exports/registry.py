"""The kinds of export by name, in the order in which they are shown."""

from functools import cache
from importlib import resources

from herocat.exports import (
    album,
    cameras,
    camtrap,
    candidates,
    coco,
    crops,
    folders,
    html,
    label_studio,
    labelme,
    megadetector,
    mlflow,
    seed,
    sheet,
    table,
    timelapse,
    training,
    wildlife_insights,
    xmp_files,
)
from herocat.exports.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        html.KIND,
        album.KIND,
        sheet.KIND,
        crops.KIND,
        cameras.KIND,
        xmp_files.KIND,
        camtrap.KIND,
        wildlife_insights.KIND,
        timelapse.KIND,
        megadetector.KIND,
        coco.KIND,
        labelme.KIND,
        label_studio.KIND,
        training.KIND,
        folders.KIND,
        table.KIND,
        mlflow.KIND,
        seed.KIND,
        candidates.KIND,
    )
}


@cache
def looks() -> str:
    """Return the templates and styles that pages are made with: what changes them, changes pages."""
    templates = resources.files("herocat") / "templates"
    return "".join(
        (templates / name).read_text("utf-8")
        for name in sorted(entry.name for entry in templates.iterdir())
    )
