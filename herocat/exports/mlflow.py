"""The scorers that were trained, as runs in MLflow's file store: params, metrics, tags and the card.

It is written by hand, without MLflow: a folder for each run, and in it a file for each value.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from sqlite3 import Row

from herocat.errors import ChoiceError
from herocat.exports.kind import Job, Kind, Written

_EXPERIMENT = "830145"  # any number but 0, which is MLflow's own
_NAME = "herocat"
_FINISHED, _LOCAL = 3, 4  # as MLflow numbers them
_METRICS = (
    "spearman",
    "spearman_low",
    "spearman_high",
    "error",
    "error_low",
    "error_high",
    "baseline_spearman",
    "geometry_spearman",
    "beats_baseline",
    "beats_geometry",
    "num_photos",
    "num_places",
)
_PARAMS = ("target", "seed", "grouped_by", "measure_version")


def write(job: Job) -> Written:
    """Write every scorer's run."""
    scorers = list(job.catalog.rows("export.scorers"))
    if not scorers:
        raise ChoiceError("there is no scorer yet; first: herocat train")
    times = [_milliseconds(scorer["made_at"]) for scorer in scorers]
    experiment = job.folder / _EXPERIMENT
    experiment.mkdir()
    about = {
        "artifact_location": _EXPERIMENT,
        "creation_time": min(times),
        "experiment_id": _EXPERIMENT,
        "last_update_time": max(times),
        "lifecycle_stage": "active",
        "name": _NAME,
    }
    _meta(experiment, about)
    for scorer, moment in zip(scorers, times, strict=True):
        _run(experiment, scorer, moment)
    note = (
        "Look from inside the folder: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri . "
        "(newer MLflow asks for the variable; mlflow migrate-filestore makes a database of it)."
    )
    return Written([f"{_EXPERIMENT}/meta.yaml"], 0, [note])


def _run(experiment: Path, scorer: Row, moment: int) -> None:
    name = hashlib.sha256(f"{scorer['name']}\n{scorer['made_at']}".encode()).hexdigest()[:32]
    folder = experiment / name
    for part in ("artifacts", "metrics", "params", "tags"):
        (folder / part).mkdir(parents=True)
    about = {
        "artifact_uri": f"{_EXPERIMENT}/{name}/artifacts",
        "end_time": moment,
        "entry_point_name": "",
        "experiment_id": _EXPERIMENT,
        "lifecycle_stage": "active",
        "run_id": name,
        "run_name": scorer["name"],
        "run_uuid": name,
        "source_name": "herocat train",
        "source_type": _LOCAL,
        "source_version": "",
        "start_time": moment,
        "status": _FINISHED,
        "tags": [],
        "user_id": "",
    }
    _meta(folder, about)
    for metric in _METRICS:
        if scorer[metric] is not None:
            _file(folder / "metrics" / metric, f"{moment} {float(scorer[metric])} 0\n")
    for param, value in _params(scorer).items():
        _file(folder / "params" / param, value)
    tags = {
        "mlflow.runName": scorer["name"],
        "mlflow.source.name": "herocat train",
        "mlflow.source.type": "LOCAL",
        "mlflow.note.content": _note(scorer),
        "state": scorer["state"],
    }
    for tag, value in tags.items():
        _file(folder / "tags" / tag, value)
    card = {key: scorer[key] for key in scorer.keys()}  # noqa: SIM118 - a row is no mapping
    card |= {
        key: json.loads(card[key]) for key in ("learned_from", "settings", "features", "made_with")
    }
    _file(folder / "artifacts" / "card.json", json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def _params(scorer: Row) -> dict[str, str]:
    params = {name: str(scorer[name]) for name in _PARAMS}
    params["learned_from"] = ", ".join(
        f"{run} ({photos})" for run, photos in json.loads(scorer["learned_from"]).items()
    )
    params["features"] = str(len(json.loads(scorer["features"])))
    for group in ("settings", "made_with"):
        params |= {name: str(value) for name, value in json.loads(scorer[group]).items()}
    if scorer["encoder"]:
        params["encoder"] = scorer["encoder"]
    return params


def _note(scorer: Row) -> str:
    if scorer["state"] == "good":
        return "Better than the baseline and box geometry on what it has not seen."
    return "Refused: not for certain better than what needs no training."


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def _meta(folder: Path, values: Mapping[str, object]) -> None:
    """Write YAML whose values are JSON, which YAML holds."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    _file(folder / "meta.yaml", "".join(lines))


def _file(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


KIND = Kind(
    name="mlflow",
    title="the scorers that were trained, as runs in MLflow's file store",
    opens="MLflow",
    about=(
        "Write a run for each scorer that was trained, good or refused: params, metrics, tags and its card. It holds "
        "no photos, places or scores of single photos."
    ),
    examples=("herocat export mlflow --out mlruns",),
    write=write,
    chooses="nothing",
    repeatable=False,
)
