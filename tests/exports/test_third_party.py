"""Each format by something that is not ours, where that is installed: `pytest -m third_party`.

HEROCAT_THIRD_PARTY names the Python that has them (frictionless, megadetector, labelme, datasets, mlflow);
HEROCAT_CAMTRAP_DP the folder of the Camtrap DP schemas.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES, CommandLine
from tests.measured import fill
from tests.stages.test_train import signal
from tests.world import World

pytestmark = pytest.mark.third_party

PYTHON = os.environ.get("HEROCAT_THIRD_PARTY", sys.executable)
SCHEMAS = Path(os.environ.get("HEROCAT_CAMTRAP_DP", ROOT.parent / "shared/reference/camtrap-dp"))

MEGADETECTOR = """
import sys
from megadetector.postprocessing.validate_batch_results import (
    ValidateBatchResultsOptions, validate_batch_results)
options = ValidateBatchResultsOptions()
options.raise_errors = True
options.return_data = True
found = validate_batch_results(sys.argv[1], options)["validation_results"]
assert not found["errors"] and not found["warnings"], found
"""
LABELME = """
import sys
from labelme._label_file import LabelFile
file = LabelFile(sys.argv[1])
assert set(file.flags) == {"hero", "reject"}, file.flags
assert file.shapes and file.image_data
file.save(sys.argv[1], file.shapes, file.image_path, None, None, None, file.other_data, file.flags)
"""
DATASETS = """
import sys
from datasets import load_dataset
rows = load_dataset("imagefolder", data_dir=sys.argv[1], split="train", cache_dir=sys.argv[1] + ".cache")
assert len(rows) == 3
assert {"image", "text", "species", "score"} <= set(rows.features)
assert rows[0]["image"].size[0] > 0
"""
FRICTIONLESS = """
import json, sys
from pathlib import Path
from frictionless import validate
place, schemas = Path(sys.argv[1]), Path(sys.argv[2])
about = json.loads((place / "datapackage.json").read_text())
tables = ("deployments", "media", "observations")
about["resources"] = [one for one in about["resources"] if one["name"] in tables]
for one in about["resources"]:
    one["schema"] = json.loads((schemas / f"{one['name']}-table-schema.json").read_text())
del about["profile"]
(place / "checked.json").write_text(json.dumps(about))
report = validate(str(place / "checked.json"))
assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
assert len(report.tasks) == 3
"""


MLFLOW = """
import json, os, sys
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.chdir(sys.argv[1])
from mlflow.tracking import MlflowClient
client = MlflowClient(".")
(experiment,) = [one for one in client.search_experiments() if one.name == "herocat"]
runs = {one.info.run_name: one for one in client.search_runs([experiment.experiment_id])}
assert sorted(runs) == ["chance", "one"], runs
card = json.loads(sys.argv[2])
run = runs[card["name"]]
assert run.info.status == "FINISHED", run.info
for name in ("spearman", "error_low", "beats_baseline", "num_photos"):
    assert run.data.metrics[name] == card[name], (name, run.data.metrics)
assert run.data.params["target"] == card["target"]
assert run.data.params["grouped_by"] == "place"
assert run.data.tags["state"] == card["state"]
assert [one.path for one in client.list_artifacts(run.info.run_id)] == ["card.json"]
with open(client.download_artifacts(run.info.run_id, "card.json")) as file:
    assert json.load(file)["spearman"] == card["spearman"]
refused = client.search_runs([experiment.experiment_id], "metrics.spearman > -1 and tags.state = 'refused'")
assert [one.info.run_name for one in refused] == ["chance"], refused
"""


def ask(script: str, module: str, *words: object) -> None:
    """Run a script in the Python that has a module; skip where it has not."""
    line = [
        PYTHON,
        "-c",
        f"import importlib.util as u; raise SystemExit(u.find_spec({module!r}) is None)",
    ]
    if subprocess.run(line, check=False).returncode:
        pytest.skip(f"there is no {module}")
    line = [PYTHON, "-c", script, *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_megadetector(done: CommandLine, tmp_path: Path) -> None:
    done("export", "megadetector", "--out", tmp_path / "md")
    ask(MEGADETECTOR, "megadetector", tmp_path / "md" / "timelapse_recognition_file.json")


def test_labelme(done: CommandLine, world: World, tmp_path: Path) -> None:
    """It reads the files, and saves them with all that herocat needs to see that nobody changed them."""
    done("export", "labelme", "--out", tmp_path / "check")
    files = sorted((tmp_path / "check").glob("0*.json"))
    written = [path.read_bytes() for path in files]
    for path in files:
        ask(LABELME, "labelme", path)
    assert written != [path.read_bytes() for path in files]
    done("ingest", "--root", world.root, *files)
    with sqlite3.connect(done.catalog) as connection:
        assert connection.execute("select count(*) from observations").fetchone() == (0,)


def test_imagefolder(done: CommandLine, tmp_path: Path) -> None:
    done("export", "training", "--layout", "imagefolder", "--out", tmp_path / "set")
    ask(DATASETS, "datasets", tmp_path / "set")


def test_mlflow(ready: CommandLine, tmp_path: Path) -> None:
    fill(ready.catalog, places=8, each=12, score=signal)
    ready("train", "--name", "one")
    chance = "update labels set score = 10 * ((image_id * 7919) % 97) / 97.0 where label_run_id = 1"
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute(chance)
    ready("train", "--name", "chance")
    with sqlite3.connect(ready.catalog) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("select * from scorers where name = 'one'").fetchone()
    card = {key: row[key] for key in row.keys() if key != "fitted_to"}  # noqa: SIM118
    ready("export", "mlflow", "--out", tmp_path / "mlruns")
    ask(MLFLOW, "mlflow", tmp_path / "mlruns", json.dumps(card))


def test_camtrap_dp(ready: CommandLine, tmp_path: Path) -> None:
    """The example package of its authors: valid before, and with favourites, rounded places and all."""
    if not SCHEMAS.is_dir() or not SAMPLES.is_dir():
        pytest.skip("the schemas or the sample photos are not here")
    package = tmp_path / "samples" / "camtrap_dp"
    shutil.copytree(SAMPLES / "camtrap_dp", package)
    root = package.parent
    ready("ingest", root, SAMPLES / "detections.json", package / "datapackage.json")
    for words in (["sequence"], ["measure"], ["select"], ["measure"], ["label"]):
        ready(*words)
    for number, more in enumerate(([], ["--release", "1", "--reason", "x"])):
        out = tmp_path / f"out{number}"
        ready("export", "camtrap-dp", "--out", out, "--package", package, *more)
        ask(FRICTIONLESS, "frictionless", out, SCHEMAS)
    with sqlite3.connect(ready.catalog) as connection:
        connection.execute("insert into sensitive_species (name) values ('ardea')")
    ready("export", "camtrap-dp", "--out", tmp_path / "coarse", "--package", package)
    ask(FRICTIONLESS, "frictionless", tmp_path / "coarse", SCHEMAS)
