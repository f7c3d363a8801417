"""Label Studio tasks with copies of the photos: boxes and a rating are filled in already."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from herocat.exports import copies, words
from herocat.exports.chosen import Photo
from herocat.exports.kind import Format, Job, Kind, Written, option

TASKS, CONFIG, IMAGES = "tasks.json", "labeling_config.xml", "images"
_STARS = 10
_CONFIG = f"""<View>
  <Image name="image" value="$image" zoom="true"/>
  <Rating name="rating" toName="image" maxRating="{_STARS}"/>
  <RectangleLabels name="box" toName="image">
    <Label value="animal"/>
  </RectangleLabels>
  <TextArea name="reason" toName="image" rows="2" editable="true" maxSubmissions="1"/>
</View>
"""


@dataclass(frozen=True, slots=True)
class Options:
    """Where Label Studio finds the copies."""

    url: str = option(
        "/data/local-files/?d=",
        "What stands before the name of a picture in a task.",
        metavar="PREFIX",
    )


def write(job: Job) -> Written:
    """Write the tasks, the copies that they show, and the labelling configuration."""
    (job.folder / IMAGES).mkdir()
    failed = copies.write(_copies(job), len(job.photos))
    tasks = [task(job, photo) for photo in job.photos if photo.image not in failed]
    text = json.dumps(tasks, indent=1, ensure_ascii=False)
    (job.folder / TASKS).write_text(text + "\n", "utf-8")
    (job.folder / CONFIG).write_text(_CONFIG, "utf-8")
    note = (
        f"Give Label Studio {CONFIG} as the labelling interface, serve the folder {IMAGES} "
        "(LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true), and import the tasks."
    )
    return Written([TASKS, CONFIG], len(tasks), [*copies.notes(failed), note])


def task(job: Job, photo: Photo) -> dict[str, Any]:
    """Return one task: the picture, and what herocat would answer."""
    reason, run = words.reasoning(job.catalog, photo, job.choice)
    results = list(_results(job, photo, reason))
    data = {
        "image": job.options.url + quote(f"{IMAGES}/{photo.stem}.jpg"),
        "herocat_id": photo.image,
        "species": photo.species,
        "captured_at": photo.captured_at,
    }
    guess = {"model_version": run or "herocat", "score": photo.score, "result": results}
    return {"data": {k: v for k, v in data.items() if v is not None}, "predictions": [guess]}


def _results(job: Job, photo: Photo, reason: str) -> Iterator[dict[str, Any]]:
    size = {
        "original_width": photo.width,
        "original_height": photo.height,
        "image_rotation": 0,
        "to_name": "image",
    }
    if photo.score is not None:
        value: dict[str, Any] = {"rating": round(photo.score)}
        yield {"id": "rating", "type": "rating", "from_name": "rating", "value": value} | size
    if reason:
        value = {"text": [reason]}
        yield {"id": "reason", "type": "textarea", "from_name": "reason", "value": value} | size
    for number, one in enumerate(words.boxes(job.catalog, photo), 1):
        x, y, w, h = (round(100 * side, 3) for side in one.box)
        value = {"x": x, "y": y, "width": w, "height": h, "rotation": 0}
        value["rectanglelabels"] = ["animal"]
        name = f"box{number}"
        yield {"id": name, "type": "rectanglelabels", "from_name": "box", "value": value} | size


def _copies(job: Job) -> Iterator[copies.Copy]:
    for photo in job.photos:
        target = job.folder / IMAGES / f"{photo.stem}.jpg"
        yield copies.Copy(photo.image, photo.file, target, strips=photo.strips)


KIND = Kind(
    name="label-studio",
    title="Label Studio tasks with copies, rating and boxes filled in",
    opens="Label Studio",
    about=(
        "Write tasks for Label Studio with cleaned copies of the chosen photos; rating, reason and boxes are "
        "filled in as predictions."
    ),
    examples=("herocat export label-studio --out tasks --top 300",),
    write=write,
    form=Format(
        None,
        kept="the rating rounded, the reason and boxes of animals, as predictions",
        lost="species of each box, bursts, places",
    ),
    options=Options,
)
