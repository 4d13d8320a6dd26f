"""Everything that needs a GPU, tests and records, in one go of under ten minutes.

    python benchmarks/gpu.py OUT [--device cuda] [--time 9m] [--zoo PATH]

Runs from a checkout on any Python with torch and timm, offline, and installs nothing: the tests
marked `gpu`, `catalogue device measure`, the latencies of every model of the zoo, and, in what
time is left, those of well-known timm models in a zoo of its own. Records stay in the zoo; new
ones are copied to OUT as well, to be carried away. Interrupt it when you like.
"""

import argparse
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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
_INTERRUPTED = 130
"""The exit status of a run that somebody interrupted."""
_GRACE_S = 20.0
"""How much longer than its budget a command may take before it is interrupted."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is run on what, until when."""

    out: Path
    zoo: Path
    device: str
    deadline: float
    """On the monotonic clock."""

    def left(self) -> float:
        """Seconds that are left."""
        return self.deadline - time.monotonic()


def main() -> int:
    """Run it all.

    Returns:
        0; 1 where a test failed or a command broke down, 2 where there is no such device.
    """
    words = _words()
    seconds = 60 * float(words.time.removesuffix("m"))
    plan = Plan(
        out=words.out.resolve(),
        zoo=words.zoo.resolve(),
        device=words.device,
        deadline=time.monotonic() + seconds,
    )
    if not _is_there(plan.device):
        print("no CUDA device here, so nothing was run; --device cpu tries the script out")
        return 2
    plan.out.mkdir(parents=True, exist_ok=True)
    before = _records(plan.zoo)
    broken = [name for name, status in _steps(plan) if status]
    new = sorted(_records(plan.zoo) - before)
    for path in new:
        target = plan.out / "measurements" / path.relative_to(plan.zoo / "model-index/measurements")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    print(f"\n{len(new)} new files of {plan.zoo} are in {plan.out / 'measurements'}")
    print(
        f"{seconds - plan.left():.0f} s; " + (f"broken: {', '.join(broken)}" if broken else "sound")
    )
    return int(bool(broken))


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for what is new")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--time", default="9m", metavar="MINUTES", help="time to spend, such as 9m")
    parser.add_argument("--zoo", type=Path, default=ROOT, help="the zoo; the checkout's by default")
    return parser.parse_args()


def _is_there(device: str) -> bool:
    if device == "cpu":
        return True
    import torch  # noqa: PLC0415  # seconds, which --help need not wait

    return torch.cuda.is_available()


def _steps(plan: Plan) -> list[tuple[str, int]]:
    """Each step's name, with 0 where nothing broke; a recorded failure of a model is no break."""
    done = [("tests", _tests(plan, plan.left() / 3))]
    measured = _catalogue(plan, plan.zoo, plan.left() / 3, "device", "measure")
    done.append(("device measure", measured))
    done.append(("zoo", _refresh(plan, plan.zoo, 0.7 * plan.left())))
    if plan.left() > _GRACE_S:
        done.append(("timm", _refresh(plan, _timm_zoo(plan), plan.left() - _GRACE_S / 2)))
    return done


def _tests(plan: Plan, seconds: float) -> int:
    """The tests marked gpu; only the files that have some, as others may need what is not here."""
    if importlib.util.find_spec("pytest") is None:
        print("\n== tests: left out, there is no pytest here")
        return 0
    marked = [
        str(path)
        for path in sorted((ROOT / "tests").glob("test_*.py"))
        if "mark.gpu" in path.read_text(encoding="utf-8")
    ]
    if not marked:
        print("\n== tests: none is marked gpu")
        return 0
    words = ("-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider", "-o", "filterwarnings=")
    return _run("tests", [*words, *marked], folder=ROOT, seconds=min(seconds, plan.left()))


def _refresh(plan: Plan, zoo: Path, seconds: float) -> int:
    budget = f"{max(1, round(seconds))}s"
    words = ("refresh", "--all", "--only", "latency", "--time-budget", budget)
    status = _catalogue(plan, zoo, seconds, *words)
    return 0 if status in (1, _INTERRUPTED) else status  # what failed or was done is recorded


def _catalogue(plan: Plan, zoo: Path, seconds: float, *words: str) -> int:
    command = ["-m", "catalogue", *words, "--device", plan.device]
    return _run(" ".join(words), command, folder=zoo, seconds=seconds + _GRACE_S)


def _run(name: str, words: list[str], *, folder: Path, seconds: float) -> int:
    """Run Python until it ends, or as if a person interrupted it, so that nothing is lost."""
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *words], cwd=folder, env=_environment(), start_new_session=True
    )
    try:
        status = process.wait(timeout=max(1.0, seconds))
    except (subprocess.TimeoutExpired, KeyboardInterrupt) as cause:
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=60)
        if isinstance(cause, KeyboardInterrupt):
            raise
        print(f"== interrupted after {seconds:.0f} s")
    print(f"== {name}: status {status} after {time.monotonic() - begun:.0f} s", flush=True)
    return status


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


def _records(zoo: Path) -> set[Path]:
    return set((zoo / "model-index" / "measurements").glob("*/*.json"))


if __name__ == "__main__":
    sys.exit(main())
