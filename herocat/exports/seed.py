"""The labels JSON of hero-images, readable by its own viewer.

One file a label run; the fields are those that the viewer asks for, the values those of the run.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from herocat.exports.rated import Rated, Run

_METHODS = {"gemini": "synchronous_api", "vllm": "local_vllm", "ollama": "local_ollama"}


def write(folder: Path, chosen: Mapping[Run, Sequence[Rated]]) -> list[str]:
    """Write a labels file for each run that has a score; return their names."""
    names = list[str]()
    for run, labels in chosen.items():
        if not any(one.score is not None for one in labels):
            continue  # its viewer divides by the number of scores
        name = file_name(run)
        text = json.dumps(content(run, labels), indent=2)
        (folder / name).write_text(text + "\n", "utf-8")
        names.append(name)
    return names


def file_name(run: Run) -> str:
    """Return a name that the viewer takes: it looks for ``_labels_`` in it."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run.name)
    return f"herocat_labels_{plain}_{_begun(run):%Y%m%d_%H%M%S}.json"


def content(run: Run, labels: Sequence[Rated]) -> dict[str, Any]:
    """Return the labels of a run as hero-images writes them."""
    scores = [one.score for one in labels if one.score is not None]
    return {
        "labeling_info": {
            "timestamp": f"{_begun(run):%Y-%m-%d %H:%M:%S}",
            "model_used": run.model,
            "processing_method": _METHODS.get(run.provider, run.provider),
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
        "results": [_result(one) for one in labels],
    }


def _result(one: Rated) -> dict[str, Any]:
    named = {
        "image_path": str((one.root / one.path).absolute()),
        "image_filename": one.path.replace("/", "#"),
    }
    if one.score is None:
        return named | {"success": False, "error": one.error}
    took = {} if one.latency_ms is None else {"processing_time": one.latency_ms / 1000}
    scored = {"aesthetic_score": one.score, "reasoning": one.reasoning, "success": True}
    return named | scored | took


def _begun(run: Run) -> datetime:
    return datetime.fromisoformat(run.created_at)
