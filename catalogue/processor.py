"""The processor that a system tells of: its name, its numbers, and a name that tells it apart.

Reads text of /proc/cpuinfo and of macOS's sysctl. Knows nothing of measurements.
"""

import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Numbers = tuple[tuple[str, int], ...]
"""(what, number): `family`, `model`, `stepping` of x86; `implementer`, `part`, … of Arm."""

_X86 = (("family", "cpu family"), ("model", "model"), ("stepping", "stepping"))
_ARM = (
    ("implementer", "CPU implementer"),
    ("part", "CPU part"),
    ("variant", "CPU variant"),
    ("revision", "CPU revision"),
)
_APPLE = tuple((word, f"machdep.cpu.{word}") for word, _ in _X86)
_NO_NUMBER = re.compile(
    r"\(.*?\)|@.*|\bversion\b.*|\brev \d+|\bv\d+\b|\b\d+-(?:Cores?|Bit)\b"
    r"|\b(?:x86_64|i\d86|aarch64|arm64|armv\d\w*)\b",
    flags=re.IGNORECASE,
)
"""What holds digits in a processor's name and is none of its model: `@ 2.20GHz`, `64-Core`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Processor:
    """What a system tells of its first processor."""

    name: str
    """As the vendor or the hypervisor calls it."""
    numbers: Numbers = ()
    """Its identity in numbers, as far as the system tells."""

    @property
    def device(self) -> str:
        """A name that tells it apart: with the numbers where the name itself has none.

        Hypervisors call unlike processors `AMD EPYC` or `Intel(R) Xeon(R) CPU @ 2.20GHz`. Their
        stepping belongs to it: of Intel's family 6, model 85, it alone tells Skylake, Cascade Lake
        and Cooper Lake apart. Which product the numbers stand for is not said: a hypervisor may
        hide that as well.
        """
        if not self.numbers or re.search(r"\d", _NO_NUMBER.sub(" ", self.name)):
            return self.name
        return f"{self.name} ({', '.join(f'{what} {number}' for what, number in self.numbers)})"


def processor() -> Processor:
    """The first processor; the architecture for its name where the system does not tell one."""
    try:
        return from_cpuinfo(Path("/proc/cpuinfo").read_text(encoding="utf-8"), platform.machine())
    except OSError:
        pass
    if platform.system() == "Darwin":
        return from_sysctl(_sysctl(), platform.machine())
    return Processor(name=platform.processor() or platform.machine())


def from_cpuinfo(text: str, architecture: str) -> Processor:
    """Of the text of Linux's /proc/cpuinfo; Arm's has no name there, only numbers."""
    first = _fields(text)
    return Processor(
        name=first.get("model name") or architecture,
        numbers=_numbers(first, _X86) or _numbers(first, _ARM),
    )


def from_sysctl(text: str, architecture: str) -> Processor:
    """Of what `sysctl machdep.cpu` prints on macOS; Apple's own processors have a full name."""
    told = _fields(text)
    name = told.get("machdep.cpu.brand_string") or architecture
    return Processor(name=name, numbers=_numbers(told, _APPLE))


def _fields(text: str) -> Mapping[str, str]:
    """`key: value` of each line; of a key that stands several times, the first."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), " ".join(value.split()))
    return found


def _numbers(told: Mapping[str, str], wanted: tuple[tuple[str, str], ...]) -> Numbers:
    found = []
    for word, key in wanted:
        try:
            found.append((word, int(told[key], 0)))
        except (KeyError, ValueError):
            continue
    return tuple(found)


def _sysctl() -> str:
    try:
        done = subprocess.run(
            ["/usr/sbin/sysctl", "machdep.cpu"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
