"""The labels JSON of hero-images, readable by its own viewer.

One file a label run; the fields are those that the viewer asks for, the values those of the run.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from herocat import naming
from herocat.catalog import Catalog
from herocat.exports import chosen
from herocat.exports.kind import Format, Job, Kind, Written, option
from herocat.exports.rated import Asked, Label, Rated, Run
from herocat.formats.known import HERO_LABELS

OWN = "hero-images"  # the provider of runs that were read from its files
_IDENTITY = ("timestamp", "processing_method", "server_url", "batch_job_name")
_METHODS = {"gemini": "synchronous_api", "vllm": "local_vllm", "ollama": "local_ollama"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the files hold."""

    top: int | None = option(None, "Only the best so many of each run.", low=1)

    def asked(self, _: Catalog) -> Asked:
        """Return which labels of the runs are wanted."""
        return Asked(top=self.top)


def write(job: Job) -> Written:
    """Write a labels file for each run that has a score."""
    names, images = list[str](), set[int]()
    for one in job.runs:
        if not any(score >= 0 for score in one.scores):
            continue  # its viewer divides by the number of scores
        name = file_name(one.run)
        if name.casefold() in map(str.casefold, names):
            name = name.replace("_labels_", f"_labels_{one.run.id}_")  # two runs of one moment
        text = json.dumps(content(one), indent=2)
        (job.folder / name).write_text(text + "\n", "utf-8")
        names.append(name)
        images |= set(one.images)
    return Written(names, len(images))


def file_name(run: Run) -> str:
    """Return a name that the viewer takes: it looks for ``_labels_`` in it."""
    plain = naming.plain(re.sub(r"[^A-Za-z0-9._-]+", "-", run.name))
    return f"herocat_labels_{plain}_{_begun(run):%Y%m%d_%H%M%S}.json"


def content(one: Rated) -> dict[str, Any]:
    """Return the labels of a run as hero-images writes them."""
    run, labels = one.run, one.labels
    scores = [score for score in one.scores if score >= 0]
    return {
        "labeling_info": {
            "timestamp": f"{_begun(run):%Y-%m-%d %H:%M:%S}",
            "model_used": run.model,
            "processing_method": _METHODS.get(run.provider, run.provider),
            **_theirs(run),
            "total_images": len(labels),
            "successful_labels": len(scores),
            "failed_labels": len(labels) - len(scores),
            "success_rate": round(100 * len(scores) / len(labels), 1),
            "statistics": {
                "avg_score": sum(scores) / len(scores),
                "min_score": min(scores),
                "max_score": max(scores),
            },
        },
        "results": [_result(one, label) for label in one],
    }


def _theirs(run: Run) -> dict[str, Any]:
    """Return what a run that hero-images itself has made said of itself, to say it again."""
    if run.provider != OWN:
        return {}
    params = json.loads(run.params)
    return {key: params[key] for key in _IDENTITY if key in params}


def _result(one: Rated, label: Label) -> dict[str, Any]:
    if one.run.provider == OWN and label.raw.startswith("{"):
        return dict(json.loads(label.raw))  # as it came
    photo = chosen.photo(one.catalog, label.image, label.score, None)
    named = {
        "image_path": str(photo.file.absolute()),
        "image_filename": photo.path.replace("/", "#"),
    }
    if label.score is None:
        return named | {"success": False, "error": label.error}
    took = {} if label.latency_ms is None else {"processing_time": label.latency_ms / 1000}
    scored = {"aesthetic_score": label.score, "reasoning": label.reasoning, "success": True}
    return named | scored | took


def _begun(run: Run) -> datetime:
    return datetime.fromisoformat(run.created_at)


KIND = Kind(
    name="seed",
    title="the labels JSON of hero-images",
    opens="the viewer of agentmorris/hero-images",
    about=(
        "Write the labels JSON of hero-images, a file a label run, readable by its own viewer. "
        "Paths are absolute, as in the original."
    ),
    examples=("herocat export seed --out labels", "herocat export seed --out labels --run gemini"),
    write=write,
    form=Format(
        HERO_LABELS,
        kept="scores, reasons, failures, model and method of a label run; its own files as they came",
        lost="tokens, costs, prompts",
    ),
    options=Options,
    chooses="runs",
    by_path=True,
)
