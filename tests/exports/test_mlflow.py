"""Scorers as MLflow's file store; that MLflow itself reads it is tested where it is installed."""

import json
from pathlib import Path

from tests.conftest import CommandLine
from tests.measured import fill
from tests.stages.test_train import signal


def test_every_value_is_a_file(ready: CommandLine, tmp_path: Path) -> None:
    assert (
        "first: herocat train" in ready("export", "mlflow", "--out", tmp_path / "no", code=2).stderr
    )
    fill(ready.catalog, places=5, each=10, score=signal)
    said = json.loads(ready("train", "--json").stdout)
    ready("export", "mlflow", "--out", tmp_path / "mlruns")
    (experiment,) = [one for one in (tmp_path / "mlruns").iterdir() if one.is_dir()]
    (run,) = [one for one in experiment.iterdir() if one.is_dir()]
    moment, value, step = (run / "metrics/spearman").read_text().split()
    assert float(value) == said["report"]["spearman"]["value"]
    assert step == "0"
    assert f"start_time: {moment}\n" in (run / "meta.yaml").read_text()
    assert (run / "params/learned_from").read_text() == "ann (50)"
    assert (run / "tags/state").read_text() == ("good" if said["good"] else "refused")
    card = json.loads((run / "artifacts/card.json").read_text())
    assert card["num_places"] == 5
    assert "fitted_to" not in card
