"""What the predecessor hero-images wrote: labels and their checkpoints, candidates, batch files.

Its scores were not all checked: one out of range, or the 0 that its local labeling put where a model
gave none, is a failure here, not a score. Photos are named by the path they had on its machine.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from herocat.errors import InputError
from herocat.formats import stream, values
from herocat.records import Judgement, Record, Run, Unmatched

_NO_REASON = "no reasoning provided"
# Who rated in files of this form that herocat wrote; in its own files it is always a model.
_RATERS = {
    "baseline": "baseline",
    "scorer": "scorer",
    "person": "person",
    "addaxai": "person",
    "camtrap-dp": "person",
    "labelme": "person",
    "timelapse": "person",
    "wildlife-insights": "person",
    "xmp": "person",
}
_IDENTITY = ("processing_method", "timestamp", "server_url", "batch_job_name", "is_checkpoint")


def labels(path: Path) -> Iterator[Record]:
    """Yield the scores and failures of a labels file or a checkpoint."""
    about = _about(path, ("labeling_info", "checkpoint_info"))
    model = str(about.get("model_used") or "unknown").removeprefix("models/")
    params = {key: about[key] for key in _IDENTITY if about.get(key) is not None}
    moment = str(about.get("timestamp") or "").partition(" ")[0]
    name = " ".join(filter(None, (model.replace("/", "-"), moment)))
    rater = _RATERS.get(str(about.get("processing_method")), "vlm")
    run = Run(rater, "hero-images", model, json.dumps(params, sort_keys=True), name)
    for number, entry in _entries(path, "results"):
        yield _label(entry, path, number, run)


def _label(entry: dict[str, Any], path: Path, number: int, run: Run) -> Judgement:
    place, name = values.text(entry.get("image_path")), values.text(entry.get("image_filename"))
    if place is None and name is None:
        raise InputError(f"{path}: entry {number:,} of 'results' names no image; nothing was taken")
    raw = json.dumps(entry, ensure_ascii=False)
    reasoning = values.text(entry.get("reasoning"))
    score = values.decimal(entry.get("aesthetic_score"))
    error = None
    if entry.get("success") is not True:
        said = entry.get("error") or entry.get("error_message")
        error = values.text(said) or "it failed, and does not say why"
    elif score is None:
        error = "there is no score"
    elif not 0 <= score <= 10:
        error = f"the score {score:g} is not between 0 and 10"
    elif score == 0 and (reasoning or _NO_REASON).lower().startswith(_NO_REASON):
        error = "a score of 0 without a reason: the model gave none"
    return Judgement(
        place or name or "", run, None if error else score, raw, reasoning, error, name
    )


def batch_responses(path: Path) -> Iterator[Record]:
    """Yield the scores in the raw answers of a batch: some never made it into its labels file."""
    order = dict[str, str]()
    for _, entry in _entries(path, "expected_image_order", required=False):
        order[str(entry.get("filename"))] = str(entry.get("path"))
        order[str(entry.get("index"))] = str(entry.get("path"))
    about = _about(path, ("timestamp",), required=False)
    params = json.dumps({"timestamp": about.get("timestamp"), "processing_method": "batch_api"})
    run = Run("vlm", "hero-images", "batch", params, "hero-images batch")
    for number, entry in _entries(path, "raw_responses"):
        found = entry.get("parsed_json")
        reply = found if isinstance(found, dict) else {}
        name = values.text(reply.get("image_filename"))
        place = order.get(str(name)) or order.get(str(entry.get("response_index", number - 1)))
        if place is None:
            yield Unmatched(name or f"answer {number:,}", "it is not in the order of the batch")
            continue
        raw = json.dumps(entry, ensure_ascii=False)
        score = values.decimal(reply.get("score"))
        error = None
        if score is None:
            error = values.text(entry.get("parsing_error")) or "there is no score in the answer"
        elif not 0 <= score <= 10:
            error = f"the score {score:g} is not between 0 and 10"
        reasoning = values.text(reply.get("reasoning"))
        yield Judgement(place, run, None if error else score, raw, reasoning, error, name)


def batch_images(path: Path) -> Iterator[str]:
    """Yield the photos that a batch was asked about."""
    for number, entry in _entries(path, "image_list"):
        place = entry.get("path")
        if not isinstance(place, str):
            raise InputError(
                f"{path}: entry {number:,} of 'image_list' has no path; nothing was taken"
            )
        yield place


def candidates(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the candidates of a selection; its older form nests what it knows under ``metadata``."""
    for number, entry in _entries(path, "candidates"):
        nested = entry.get("metadata")
        found = (nested if isinstance(nested, dict) else {}) | entry
        if not isinstance(found.get("original_path"), str):
            raise InputError(
                f"{path}: entry {number:,} of 'candidates' has no original_path; nothing was taken"
            )
        yield found


def about_candidates(path: Path) -> dict[str, Any]:
    """Return what a candidates file says of its selection."""
    return _about(path, ("generation_info",), required=False)


def _about(path: Path, keys: tuple[str, ...], *, required: bool = True) -> dict[str, Any]:
    """Return the part of a file that says what it is, wherever it stands."""
    for key, value, listed in stream.items(path):
        if key in keys and not listed:
            return value if isinstance(value, dict) else {key: value}
    if required:
        raise InputError(f"{path} has no {' or '.join(keys)}; nothing was taken from it")
    return {}


def _entries(
    path: Path, name: str, *, required: bool = True
) -> Iterator[tuple[int, dict[str, Any]]]:
    number, met = 0, False
    for key, value, listed in stream.items(path):
        if key == name and listed:
            number += 1
            if not isinstance(value, dict):
                raise InputError(
                    f"{path}: entry {number:,} of {name!r} is no object; nothing was taken"
                )
            yield number, value
        elif key == name:
            met = True
            if not isinstance(value, list):
                raise InputError(f"{path}: {name!r} is not a list; nothing was taken from it")
    if required and not met:
        raise stream.lacks(path, name)
