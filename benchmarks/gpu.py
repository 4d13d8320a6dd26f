"""Everything that needs a GPU, tests and records, in one go of under ten minutes.

    python benchmarks/gpu.py OUT [--device cuda] [--time 9m] [--zoo PATH]

Runs from a checkout, offline, and installs nothing. Python has to have torch, torchvision, timm,
click, msgspec, packaging, psutil, PyYAML, rich and safetensors; with nvidia-ml-py clocks,
throttling and energy are watched, with pytest the tests marked `gpu` are run. By worth: those
tests, `catalogue device measure`, the usual grid of the zoo, other precisions and other backends of
a few of its models, then the same of well-known timm models (in a zoo of its own).

Records stay in the zoo; new ones are copied to OUT as soon as they are there, to be carried away,
with what each step said, so that even where all of this is killed none is lost. What is up to date
is not measured again: run it once more with the records at hand, and it goes on.
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
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from stepping import Asked, Ended, watched
from sweep import OTHERS, SWEPT, are_installed

ROOT = Path(__file__).resolve().parent.parent
_FEW = 3
"""Models that are timed in other precisions and by other backends as well."""
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
    before: frozenset[Path]
    """Files of its measurements that were there before."""
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
    zoo = words.zoo.resolve()
    plan = Plan(
        out=words.out.resolve(),
        zoo=zoo,
        before=frozenset(records(zoo)),
        device=words.device,
        deadline=begun + seconds,
        asked=asked,
    )
    plan.out.mkdir(parents=True, exist_ok=True)
    broken = [name for name, is_sound in _steps(plan) if not is_sound]
    copied = len(list((plan.out / "measurements").glob("*/*.json")))
    print(f"\n{copied} files of {plan.zoo} are in {plan.out / 'measurements'}")
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
    yield "zoo", _refresh(plan, plan.zoo, 0.65 * plan.left(), "--all")
    yield from _others(plan, plan.zoo, 0.6 * plan.left())
    if plan.left() < _LEAST_S or plan.asked.to_end:
        return
    zoo = _timm_zoo(plan)
    yield "timm", _refresh(plan, zoo, 0.65 * plan.left(), "--all")
    yield from _others(plan, zoo, plan.left())


def _others(plan: Plan, zoo: Path, seconds: float) -> Iterator[tuple[str, bool]]:
    """Other precisions and backends, at batch size 1, of models that eager has just timed."""
    few = just_timed(zoo, plan.before)[:_FEW]
    others = OTHERS[plan.device] if few else ()
    afterwards = plan.left() - seconds
    for number, (name, option, values) in enumerate(others):
        there = [value for value, needed in values.items() if are_installed(needed)]
        asked = [word for value in there for word in (option, value)]
        share = (plan.left() - afterwards) / (len(others) - number)
        if asked:
            yield name, _refresh(plan, zoo, share, *few, "--batch-size", "1", *asked)


def just_timed(zoo: Path, before: Collection[Path]) -> list[str]:
    """Models with a new latency, those with the most first; else those that have any."""
    timed = [path for path in records(zoo) if path.name.startswith("latency-")]
    new = Counter(path.parent.name for path in timed if path not in before)
    known = new or Counter(path.parent.name for path in timed)
    return sorted(known, key=lambda name: (-known[name], name))


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
        ended = watched(
            process,
            log,
            plan.asked,
            seconds=seconds,
            grace_s=_GRACE_S,
            meanwhile=lambda: copy_new(plan),
        )
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


def copy_new(plan: Plan) -> None:
    """Copy files of the zoo's measurements that were not there before to OUT, each once."""
    for path in sorted(records(plan.zoo) - plan.before):
        target = plan.out / "measurements" / path.relative_to(plan.zoo / "model-index/measurements")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(".part")
            shutil.copyfile(path, part)
            part.replace(target)


def records(zoo: Path) -> set[Path]:
    """The files of a zoo's measurements."""
    return set((zoo / "model-index" / "measurements").glob("*/*.json"))


if __name__ == "__main__":
    sys.exit(main())
