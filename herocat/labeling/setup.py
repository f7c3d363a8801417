"""What to install and to start for a provider, in words."""

import subprocess
from dataclasses import dataclass

# By memory of the GPU, in GiB as nvidia-smi tells it, which is a little less than what a card is
# sold as: the weights fit, with room for the pictures of many questions. It is a judgement from the
# sizes of the weights, not a measurement.
_MODELS = (
    (79, "Qwen/Qwen3.6-35B-A3B", ""),
    (44, "Qwen/Qwen3.6-35B-A3B-FP8", ""),
    (22, "Qwen/Qwen3-VL-8B-Instruct", ""),
    (15, "Qwen/Qwen3-VL-8B-Instruct-FP8", ""),
    (7.9, "Qwen/Qwen3-VL-4B-Instruct", " --max-num-seqs 16"),
)


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as nvidia-smi names it."""

    name: str
    gigabytes: float


def gpus() -> list[Gpu]:
    """Return the GPUs of this machine, as far as nvidia-smi knows any."""
    line = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return []
    return read_gpus(done.stdout)


def read_gpus(text: str) -> list[Gpu]:
    """Read what nvidia-smi prints, a line a GPU; lines that say something else are skipped."""
    found = []
    for line in text.splitlines():
        name, _, memory = line.rpartition(",")
        if name and memory.strip().isdigit():
            found.append(Gpu(name.strip(), int(memory) / 1024))
    return found


def model_for(gigabytes: float) -> tuple[str, str] | None:
    """Return a model that fits a GPU, and what else its server should be told; None: none does."""
    for least, model, more in _MODELS:
        if gigabytes >= least:
            return model, more
    return None


def setup_help(provider: str) -> str:
    """Return what to install, to start and to run for a provider."""
    return {
        "baseline": _BASELINE,
        "gemini": _GEMINI,
        "ollama": _OLLAMA,
        "openai": _OPENAI,
        "vllm": vllm(gpus()) if provider == "vllm" else "",
    }[provider]


def vllm(found: list[Gpu]) -> str:
    """Return how to start vLLM on the GPUs of this machine."""
    if not found:
        first = (
            "nvidia-smi finds no GPU here. On a machine that has one, run this again there; or "
            "start vLLM there and give its address with --endpoint."
        )
        model, more = "Qwen/Qwen3-VL-8B-Instruct", ""
    else:
        least = min(gpu.gigabytes for gpu in found)
        names = ", ".join(f"{gpu.name} ({gpu.gigabytes:.0f} GB)" for gpu in found)
        fits = model_for(least)
        if fits is None:
            return f"{names}: too small for vLLM with a vision model.\n\n{_OLLAMA}"
        model, more = fits
        first = f"{names}: {model} fits."
    lines = [first, "", "  pip install vllm", ""]
    count = max(1, len(found))
    for number in range(count):
        device = f"CUDA_VISIBLE_DEVICES={number} " if count > 1 else ""
        lines.append(
            f"  {device}vllm serve {model} --port {8000 + number} --max-model-len 8192"
            f""" --limit-mm-per-prompt '{{"image": 6, "video": 0}}'"""
            f" --mm-processor-cache-gb 0{more}"
        )
    ends = " ".join(f"--endpoint http://127.0.0.1:{8000 + number}" for number in range(count))
    lines += [
        "",
        f"  herocat label --provider vllm{' ' + ends if count > 1 else ''} --limit 20",
        "",
    ]
    lines.append(
        "The first start fetches the weights. One server for each GPU is fastest; herocat sends "
        "each photo to the one that has most room."
    )
    return "\n".join(lines)


_BASELINE = "Nothing to install: herocat label --provider baseline"
_GEMINI = """\
1. Make a key in Google AI Studio (https://aistudio.google.com/apikey).
2. Put it into the variable GEMINI_API_KEY, or alone into a file GEMINI_API_KEY.txt in this folder,
   or into any other file that you name with --api-key-file. herocat never stores or shows it.
3. Look what it would cost, try a few, then do the rest:

  herocat label --provider gemini --dry-run
  herocat label --provider gemini --limit 20
  herocat label --provider gemini --max-cost 5
  herocat label --provider gemini --batch --wait     (half the price, within a day)

Photos with people, private ones, and those that no detector has looked at, are not sent."""
_OLLAMA = """\
1. Install Ollama (https://ollama.com/download); it runs on this machine, with or without a GPU.
2. Fetch a vision model, and start the server if it is not running:

  ollama pull qwen3-vl:8b        (about 6 GB; qwen3-vl:4b for less)
  ollama serve

3. herocat label --provider ollama --model qwen3-vl:8b --limit 20

With several GPUs, start one server for each, and name them all:

  CUDA_VISIBLE_DEVICES=0 OLLAMA_HOST=127.0.0.1:11434 ollama serve
  CUDA_VISIBLE_DEVICES=1 OLLAMA_HOST=127.0.0.1:11435 ollama serve
  herocat label --provider ollama --model qwen3-vl:8b \\
    --endpoint http://127.0.0.1:11434 --endpoint http://127.0.0.1:11435"""
_OPENAI = """\
Any server that speaks OpenAI's chat completions, on this machine or another:

  llama.cpp   llama-server -m MODEL.gguf --mmproj MMPROJ.gguf --port 8080
              herocat label --provider openai --endpoint http://127.0.0.1:8080
  LM Studio   load a vision model, start its server
              herocat label --provider openai --endpoint http://127.0.0.1:1234
  SGLang      herocat label --provider openai --endpoint http://127.0.0.1:30000
  LiteLLM     herocat label --provider openai --endpoint http://127.0.0.1:4000 --model NAME
  OpenRouter  herocat label --provider openai --endpoint https://openrouter.ai/api/v1 \\
                --model NAME --api-key-file FILE
  OpenAI      herocat label --provider openai --model NAME     (OPENAI_API_KEY)

A proxy on this machine may hand photos on to somebody else's: herocat cannot see that."""
