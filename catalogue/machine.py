"""The machine measurements are made on, and the checkout they are made in.

Reads the system at the edge; returns plain values. Imports torch only when asked for devices.
"""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from catalogue.backend import INSTEAD, Backend
from catalogue.errors import UnreadyError
from catalogue.processor import processor
from catalogue.provenance import Environment

_PACKAGES = (
    "fvcore",
    "numpy",
    "onnxruntime",
    "onnxruntime-gpu",
    "openvino",
    "pillow",
    "tensorrt",
    "timm",
    "torch",
    "torch-tensorrt",
    "torchvision",
    "triton",
)
_DRIVERS = ("proc/driver/nvidia/version", "usr/lib/wsl/lib/libcuda.so.1")
_WSL = "/usr/lib/wsl/lib"
"""Where WSL 2 puts `nvidia-smi`, which not every shell has in its path."""
_BF16_FLAGS = {"avx512_bf16", "amx_bf16", "avx_ne_convert", "bf16"}


def usable_cpus() -> int:
    """Logical processors that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def user_cache(environment: Mapping[str, str]) -> Path:
    """Where this program keeps what it can make anew.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/ for XDG_CACHE_HOME.
    """
    home = environment.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "catalogue"


def physical_threads() -> int:
    """Threads for compute: one per physical core that this process may use."""
    return min(psutil.cpu_count(logical=False) or 1, usable_cpus())


def affinity() -> str:
    """Whether a timing on a CPU is bound to its processors here: `pinned` or `free`."""
    return "pinned" if hasattr(os, "sched_setaffinity") else "free"


def has_gpu(root: Path = Path("/")) -> bool:
    """Whether there is an NVIDIA driver; cheap, and no promise that torch can use it.

    Below WSL 2 it runs in Windows: Linux sees its library, but neither /proc/driver/nvidia nor
    /dev/nvidia*.
    Source: https://docs.nvidia.com/cuda/wsl-user-guide
    """
    return any((root / one).exists() for one in _DRIVERS) or _nvidia_smi() is not None


def gpu_name(root: Path = Path("/")) -> str | None:
    """The first GPU's own name, as the driver tells without torch; None where it does not."""
    folders = sorted((root / "proc/driver/nvidia/gpus").glob("*/information"))
    for path in folders[:1]:
        found = re.search(r"^Model:\s*(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        return " ".join(found[1].split()) if found else None
    return _told_by_smi("name")


def computes_bf16() -> bool:
    """Whether the processor has instructions for bf16; without them it is many times slower.

    Source: the flags that Linux tells in /proc/cpuinfo, of x86 and of Arm.
    """
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return flags_tell_bf16(text)


def flags_tell_bf16(cpuinfo: str) -> bool:
    """Whether the text of /proc/cpuinfo names such instructions."""
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", cpuinfo, flags=re.MULTILINE)
    return found is not None and not _BF16_FLAGS.isdisjoint(found[1].split())


def absent(backend: Backend) -> tuple[str, ...]:
    """The distributions that a backend lacks here; none where it can be asked."""
    return tuple(one for one in backend.distributions if not _is_installed(one))


def _is_installed(distribution: str) -> bool:
    for name in (distribution, *dict(INSTEAD).get(distribution, ())):
        try:
            version(name)
        except PackageNotFoundError:
            continue
        return True
    return False


def cpu_name() -> str:
    """A name that tells the processor apart, of `processor`; what figures call the device."""
    return processor().device


def describe(*, device_type: str) -> Environment:
    """The environment of measurements on a device of that type (`cpu` or `cuda`)."""
    gpu, driver, cuda = _gpu() if device_type == "cuda" else (None, None, None)
    cpu = processor()
    return Environment(
        machine=platform.machine(),
        system=f"{platform.system()} {platform.release()}",
        cpu=cpu.name,
        cpu_numbers=cpu.numbers,
        cpus=usable_cpus(),
        memory_bytes=psutil.virtual_memory().total,
        gpu=gpu,
        driver=driver,
        cuda=cuda,
        python=platform.python_version(),
        packages=tuple(_installed_versions()),
    )


def device_name(device_type: str) -> str:
    """The device's own name.

    Raises:
        UnreadyError: CUDA was asked for and there is none.
    """
    if device_type == "cpu":
        return cpu_name()
    name, _, _ = _gpu()
    return name


def git_commit(folder: Path) -> str | None:
    """Commit checked out around a folder, with `+` behind it when tracked files differ."""
    head = _git(folder, "rev-parse", "HEAD")
    if not head:
        return None
    return head + ("+" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")


def _git(folder: Path, *arguments: str) -> str | None:
    return _said_by("git", "-C", str(folder), *arguments)


def _said_by(*command: str) -> str | None:
    """What a command says; None where it is not there, fails, or does not end."""
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, no shell
            command, capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _gpu() -> tuple[str, str | None, str | None]:
    import torch  # noqa: PLC0415  # seconds; only measurements on a GPU need it

    if not torch.cuda.is_available():
        message = (
            "--device cuda: torch finds no CUDA device; expected a GPU with a working driver; "
            "measure with --device cpu, or check `nvidia-smi`"
        )
        raise UnreadyError(message)
    return torch.cuda.get_device_name(), _driver(), torch.version.cuda


def _driver() -> str | None:
    try:
        text = Path("/proc/driver/nvidia/version").read_text(encoding="utf-8")
    except OSError:
        return _told_by_smi("driver_version")
    found = re.search(r"\b(\d{3}\.\d+(?:\.\d+)?)\b", text)
    return found[1] if found else None


def _nvidia_smi() -> str | None:
    return shutil.which("nvidia-smi") or shutil.which("nvidia-smi", path=_WSL)


def _told_by_smi(what: str) -> str | None:
    """What NVIDIA's own command says of the first GPU; None where it says nothing."""
    command = _nvidia_smi()
    if command is None:
        return None
    lines = (_said_by(command, f"--query-gpu={what}", "--format=csv,noheader") or "").splitlines()
    return " ".join(lines[0].split()) if lines else None


def _installed_versions() -> list[tuple[str, str]]:
    found = []
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found
