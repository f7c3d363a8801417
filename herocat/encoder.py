"""Image encoders in ONNX: pictures become vectors. The file is the user's own, and nothing is fetched.

How pictures are prepared is read from the model (its input's shape) and from the
``preprocessor_config.json`` that exports of Hugging Face's kind have beside them; what neither says
is given by the user, or is as for models trained on ImageNet.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herocat.errors import ChoiceError

Pictures = NDArray[np.uint8]  # n, size, size, 3: RGB
Vectors = NDArray[np.float32]  # n, dimensions

_SIZE = 224  # pixels, where neither the model nor its neighbour says
_BATCH = 16
_LARGEST = 1024
NORMALISATIONS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),  # DINOv2, most others
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),  # -1 to 1: SigLIP
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),  # 0 to 1
}
_CONFIG = "preprocessor_config.json"
_OUTPUTS = ("image_embeds", "pooler_output", "embedding", "embeddings", "last_hidden_state")
_HERE = {"CUDAExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider"}


@dataclass(frozen=True, slots=True)
class Preparation:
    """What is done to a picture before the model sees it."""

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def to_text(self) -> str:
        """Return the preparation as a key."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> "Preparation":
        """Return the preparation that a key stands for."""
        kept = json.loads(text)
        return cls(kept["size"], tuple(kept["mean"]), tuple(kept["std"]))


class OnnxEncoder:
    """An image encoder in an .onnx file."""

    def __init__(
        self,
        path: Path,
        *,
        size: int | None = None,
        normalisation: str | None = None,
        preparation: Preparation | None = None,
    ) -> None:
        """Open a model; raise ChoiceError for a file that is no image encoder.

        ``preparation`` is one from before, and takes the place of what would be found out.
        """
        self.sha256 = digest(path)
        self._session = _session(path)
        self._input, self._last, self._batch, own_size = _input(self._session, path)
        self._output = _output(self._session)
        self.preparation = preparation or _preparation(path, own_size, size, normalisation)
        blank = np.zeros((2, self.preparation.size, self.preparation.size, 3), np.uint8)
        try:
            self.dimensions = int(self.encode(blank).shape[1])
        except ChoiceError:
            raise
        except Exception as error:  # onnxruntime's own are of no common kind
            raise ChoiceError(
                f"{path} does not take pictures of {self.preparation.size} pixels ({error}); "
                "say which: --embedding-size"
            ) from error

    def encode(self, pictures: Pictures) -> Vectors:
        """Return a vector of length 1 for each picture."""
        mean, std = (
            np.array(one, np.float32) for one in (self.preparation.mean, self.preparation.std)
        )
        values = (pictures.astype(np.float32) / 255 - mean) / std
        if not self._last:
            values = values.transpose(0, 3, 1, 2)
        step = self._batch or _BATCH
        said = []
        for first in range(0, len(values), step):
            some = values[first : first + step]
            missing = (self._batch or 0) - len(some)
            if missing > 0:  # the model takes so many at a time, and no others
                some = np.concatenate([some, np.zeros((missing, *some.shape[1:]), np.float32)])
            (given,) = self._session.run([self._output], {self._input: np.ascontiguousarray(some)})
            said.append(_pooled(np.asarray(given, np.float32))[: min(step, len(values) - first)])
        vectors = np.concatenate(said)
        if len(vectors) != len(pictures):
            raise ChoiceError(
                f"the model gives {len(vectors)} vectors for {len(pictures)} pictures: it is no image encoder"
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        made: Vectors = vectors / np.maximum(lengths, 1e-12)
        return made


def _session(path: Path) -> Any:  # noqa: ANN401 - onnxruntime has no types
    try:
        import onnxruntime
    except ImportError:
        raise ChoiceError(
            "image embeddings need onnxruntime, which is not installed: "
            "pip install 'herocat[embeddings]'; nothing was changed"
        ) from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Only what computes on this machine: photos go nowhere.
    here = [name for name in onnxruntime.get_available_providers() if name in _HERE]
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=here)
    except Exception as error:  # onnxruntime's own are of no common kind
        raise ChoiceError(f"{path} is not a model that ONNX Runtime opens: {error}") from error


def digest(path: Path) -> str:
    """Return what tells a model's file from all others; raise ChoiceError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ChoiceError(f"{path} cannot be read: {error.strerror}") from error


def _input(session: Any, path: Path) -> tuple[str, bool, int | None, int | None]:  # noqa: ANN401
    """Return the input's name, whether colours come last, how many it takes at a time, its size."""
    inputs = session.get_inputs()
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type != "tensor(float)":
        wants = ", ".join(f"{one.name} {one.shape} {one.type}" for one in inputs)
        raise ChoiceError(
            f"{path} is no image encoder: it wants {wants}, not one picture in 32-bit floats. "
            "Export the image part alone"
        )
    batch, *shape = [one if isinstance(one, int) and one > 0 else None for one in inputs[0].shape]
    last = shape[2] == 3 and shape[0] != 3
    high, wide = shape[:2] if last else shape[1:]
    if high != wide:
        raise ChoiceError(
            f"{path} wants pictures of {wide} by {high} pixels; only squares can be made"
        )
    return inputs[0].name, last, batch, high


def _output(session: Any) -> str:  # noqa: ANN401
    names = [one.name for one in session.get_outputs()]
    return next((name for name in _OUTPUTS if name in names), names[0])


def _pooled(given: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one vector a picture: of tokens the first, of a map the mean."""
    if given.ndim == 3:
        return given[:, 0]
    if given.ndim == 4:
        mean: NDArray[np.float32] = given.mean(axis=(2, 3))
        return mean
    if given.ndim != 2:
        raise ChoiceError(f"the model gives an array of {given.ndim} dimensions, and not vectors")
    return given


def _preparation(
    path: Path, own_size: int | None, size: int | None, normalisation: str | None
) -> Preparation:
    beside = _config(path.with_name(_CONFIG))
    if own_size and size and size != own_size:
        raise ChoiceError(f"{path} takes pictures of {own_size} pixels, not of {size}")
    chosen = own_size or size or _size(beside) or _SIZE
    if not 8 <= chosen <= _LARGEST:
        raise ChoiceError(f"{path} wants pictures of {chosen} pixels; 8 to {_LARGEST} can be made")
    return Preparation(chosen, *(NORMALISATIONS[normalisation] if normalisation else _told(beside)))


def _told(beside: Mapping[str, Any]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the mean and the standard deviation that a preprocessor's file tells."""
    if beside.get("do_normalize") is False:
        return NORMALISATIONS["unit"]
    mean, std = _three(beside.get("image_mean")), _three(beside.get("image_std"))
    return NORMALISATIONS["imagenet"] if mean is None or std is None or 0 in std else (mean, std)


def _config(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ChoiceError(f"{path} cannot be read ({error}); mend it or move it away") from error
    return found if isinstance(found, dict) else {}


def _size(beside: Mapping[str, Any]) -> int | None:
    """Return the side of pictures as a preprocessor's file has it, in either of its shapes."""
    for name in ("crop_size", "size"):
        found = beside.get(name)
        if isinstance(found, dict):
            found = found.get("height") or found.get("shortest_edge")
        if isinstance(found, int):
            return found
    return None


def _three(values: object) -> tuple[float, ...] | None:
    if not isinstance(values, list) or len(values) != 3:
        return None
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    return tuple(numbers) if len(numbers) == 3 else None
