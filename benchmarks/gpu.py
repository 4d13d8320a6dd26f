"""Everything that needs a GPU, tests and records, in one go of under ten minutes.

    python benchmarks/gpu.py OUT [--device cuda] [--time 9m] [--zoo PATH]

Runs from a checkout, offline, and installs nothing. Python has to have torch, torchvision, timm,
click, msgspec, packaging, psutil, PyYAML, rich and safetensors; with nvidia-ml-py clocks,
throttling and energy are watched, with pytest the tests marked `gpu` are run. By worth: those
tests, `catalogue device measure`, the usual grid of the zoo and of well-known timm models (in a
zoo of its own), other precisions and other backends of a few.

Records stay in the zoo; new ones are copied to OUT as well, to be carried away, with what each
step said. Ctrl-C and SIGTERM end the step that runs, and copy what there is.
"""

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stepping import Asked, Ended, watched

ROOT = Path(__file__).resolve().parent.parent
SWEPT = (
    "resnet50",
    "resnet18",
    "mobilenetv3_large_100",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_base_patch16_224",
    "swin_tiny_patch4_window7_224",
    "regnety_032",
    "resnet101",
    "mobilenetv2_100",
    "vgg16",
    "inception_v3",
    "resnext50_32x4d",
    "seresnet50",
    "efficientnetv2_rw_s",
    "deit_small_patch16_224",
    "convnext_base",
    "resnet152",
    "repvgg_a2",
    "mobileone_s1",
    "fastvit_t8",
    "ghostnet_100",
    "hrnet_w18",
    "nfnet_f0",
    "mixer_b16_224",
    "efficientformerv2_s0",
    "coatnet_0_rw_224",
    "vit_large_patch16_224",
)
"""What most people compare with, the best known first."""
_FEW = SWEPT[:4]
"""Timed in other precisions and by other backends as well."""
_ONNX = (("onnxruntime-gpu",), ("onnxscript",))
_TENSOR_RT = ("tensorrt", "tensorrt-cu12", "tensorrt-cu13")
_OTHERS = {
    "cuda": (
        ("precisions", "--precision", {"tf32": (), "bf16": ()}),
        (
            "backends",
            "--backend",
            {
                "cudagraph": (),
                "compile": (),
                "onnxruntime": _ONNX,
                "onnxruntime-tensorrt": (*_ONNX, _TENSOR_RT),
                "torch-tensorrt": (("torch-tensorrt",),),
            },
        ),
    ),
    "cpu": (("backends", "--backend", {"compile": ()}),),
}
"""By device: a step's name, its option, and values with the distributions that each needs, one of
each tuple: the command refuses all where one that is asked for is missing."""
_NEEDED = (
    "torch",
    "torchvision",
    "timm",
    "click",
    "msgspec",
    "packaging",
    "psutil",
    "rich",
    "safetensors",
    "yaml",
)
"""What `catalogue refresh` and `catalogue device measure` import."""
_LEAST_S = 10.0
"""A step for which there is less time is not begun."""
_BOLD = 10
"""How much more time `refresh` is told of where backends compile: it goes by the slowest compiling
that was seen, would begin none, and keeps what is done when it is told to end."""
_GRACE_S = 15.0
"""How long a step may take to end once it is told to."""
_CLOSING_S = _GRACE_S + 10
"""What ending a step and copying takes at most."""
_COUNTS = re.compile(r"\d+ (measured|failed|up to date|known to fail|skipped|left)\b|nothing to do")
"""How a line begins by which `catalogue refresh` ends when it did not crash."""
_PARTS = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is run on what, until when."""

    out: Path
    zoo: Path
    device: str
    deadline: float
    """On the monotonic clock."""
    asked: Asked

    def left(self) -> float:
        """Seconds that are left for a step, its end and the copying not counted."""
        return self.deadline - time.monotonic() - _CLOSING_S


def main() -> int:
    """Run it all.

    Returns:
        0; 1 where a test failed or a command broke down, 2 where nothing can be run so, 130 where
        somebody ended it.
    """
    begun = time.monotonic()
    asked = Asked()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, asked)
    words = _words()
    seconds = seconds_of(words.time)
    fault = _fault(words.time, seconds, words.device)
    if fault or seconds is None:
        print(fault)
        return 2
    plan = Plan(
        out=words.out.resolve(),
        zoo=words.zoo.resolve(),
        device=words.device,
        deadline=begun + seconds,
        asked=asked,
    )
    plan.out.mkdir(parents=True, exist_ok=True)
    before = records(plan.zoo)
    broken = []
    try:
        broken = [name for name, is_sound in _steps(plan) if not is_sound]
    finally:
        copy_new(plan, before)
    found = f"broken: {', '.join(broken)}" if broken else "sound"
    print(f"{time.monotonic() - begun:.0f} s; {'ended early' if asked.to_end else found}")
    return 130 if asked.to_end else int(bool(broken))


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for what is new")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--time", default="9m", help="time to spend, such as 9m, 540s or 1h30m")
    parser.add_argument("--zoo", type=Path, default=ROOT, help="the zoo; the checkout's by default")
    return parser.parse_args()


def seconds_of(text: str) -> float | None:
    """A time such as 9m, 540s or 1h30m in seconds; None where it is none."""
    found = _PARTS.fullmatch(text)
    if found is None or not text:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 3600.0 * hours + 60 * minutes + seconds


def _fault(text: str, seconds: float | None, device: str) -> str | None:
    """Why nothing can be run, in a line."""
    if seconds is None or seconds < 60:  # noqa: PLR2004  # a minute
        return f"--time is {text!r}; expected a minute or more, such as 9m, 540s or 1h30m"
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return f"this Python lacks {', '.join(missing)}; use one that has them ({sys.executable})"
    if device == "cuda":
        import torch  # noqa: PLC0415  # seconds, which --help need not wait

        if not torch.cuda.is_available():
            return "no CUDA device here, so nothing was run; --device cpu tries the script out"
    return None


def _steps(plan: Plan) -> Iterator[tuple[str, bool]]:
    """Each step's name, and whether it was sound; a recorded failure of a model is sound."""
    yield "tests", _tests(plan, min(120.0, plan.left() / 4))
    seconds = min(90.0, plan.left() / 4)
    measured = _catalogue(plan, plan.zoo, seconds, "device", "measure")
    yield "device measure", measured is None or measured.status == 0
    yield "zoo", _refresh(plan, plan.zoo, 0.5 * plan.left(), "--all")
    if plan.left() < _LEAST_S or plan.asked.to_end:
        return
    zoo = _timm_zoo(plan)
    yield "timm", _refresh(plan, zoo, 0.6 * plan.left(), "--all")
    others = _OTHERS[plan.device]
    for number, (name, option, values) in enumerate(others):
        there = [value for value, needed in values.items() if are_installed(needed)]
        asked = [word for value in there for word in (option, value)]
        share = plan.left() / (len(others) - number)
        if asked:
            yield name, _refresh(plan, zoo, share, *_FEW, "--batch-size", "1", *asked)


def are_installed(needed: tuple[tuple[str, ...], ...]) -> bool:
    """Whether of each tuple one distribution is installed."""
    return all(any(map(_is_installed, either)) for either in needed)


def _is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _tests(plan: Plan, seconds: float) -> bool:
    """The tests marked gpu; only the files that have some, as others may need what is not here."""
    if importlib.util.find_spec("pytest") is None:
        print("\n== tests: left out, there is no pytest here")
        return True
    marked = [
        str(path)
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        if "mark.gpu" in path.read_text(encoding="utf-8")
    ]
    if not marked:
        print("\n== tests: none is marked gpu")
        return True
    words = ("-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider", "-o", "filterwarnings=")
    ended = _run(plan, "tests", [*words, *marked], folder=ROOT, seconds=seconds)
    return ended is None or ended.status == 0


def _refresh(plan: Plan, zoo: Path, seconds: float, *words: str) -> bool:
    """Time a grid, cheap things first; what other backends do not end in time is cut."""
    spare = _BOLD if "--backend" in words else 1
    budget = f"{max(1, round(spare * (seconds - 5)))}s"
    asked = ("refresh", *words, "--only", "latency", "--time-budget", budget)
    ended = _catalogue(plan, zoo, seconds, *asked)
    return ended is None or is_sound(ended)


def is_sound(ended: Ended) -> bool:
    """Whether `catalogue refresh` did what it could: what failed is recorded, a crash is not.

    Both have exit status 1, but only a run that came to its end counts what came of it.
    """
    if ended.status == 0 or ended.cut:
        return True
    lines = [line for line in ended.said.splitlines() if line.strip()]
    return ended.status == 1 and any(_COUNTS.match(line) for line in lines[-2:])


def _catalogue(plan: Plan, zoo: Path, seconds: float, *words: str) -> Ended | None:
    command = ["-m", "catalogue", *words, "--device", plan.device]
    return _run(plan, " ".join(words), command, folder=zoo, seconds=seconds)


def _run(plan: Plan, name: str, words: list[str], *, folder: Path, seconds: float) -> Ended | None:
    """Run Python until it ends, its time is over or somebody asks for an end.

    Returns:
        None where there was no time to begin.
    """
    seconds = min(seconds, plan.left())
    if plan.asked.to_end or seconds < _LEAST_S:
        print(f"\n== {name}: left out, no time")
        return None
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    logs = plan.out / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{len(list(logs.iterdir())) + 1}.txt"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env=_environment(),
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        ended = watched(process, log, plan.asked, seconds=seconds, grace_s=_GRACE_S)
    how = "told to end, " if ended.cut else ""
    spent = time.monotonic() - begun
    print(f"== {name}: {how}status {ended.status} after {spent:.0f} s", flush=True)
    return ended


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return os.environ | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}


def _timm_zoo(plan: Plan) -> Path:
    """A zoo of timm models below OUT, with what the main zoo knows of this device."""
    zoo = plan.out / "timm"
    index = zoo / "model-index" / "model-index.yml"
    index.parent.mkdir(parents=True, exist_ok=True)
    entries = (f"  - Name: {name}\n    Builder: timm:{name}\n" for name in SWEPT)
    index.write_text("Models:\n" + "".join(entries), encoding="utf-8")
    devices = plan.zoo / "model-index" / "measurements" / "devices"
    if devices.is_dir():
        target = index.parent / "measurements" / "devices"
        shutil.copytree(devices, target, dirs_exist_ok=True)
    return zoo


def copy_new(plan: Plan, before: set[Path]) -> None:
    """Copy the files of the zoo's measurements that were not there before to OUT."""
    new = sorted(records(plan.zoo) - before)
    for path in new:
        target = plan.out / "measurements" / path.relative_to(plan.zoo / "model-index/measurements")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    print(f"\n{len(new)} new files of {plan.zoo} are in {plan.out / 'measurements'}")


def records(zoo: Path) -> set[Path]:
    """The files of a zoo's measurements."""
    return set((zoo / "model-index" / "measurements").glob("*/*.json"))


if __name__ == "__main__":
    sys.exit(main())
