"""A processor's name: hypervisors give one name to several, which must not share a column."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.machine import cpu_name, describe
from catalogue.processor import Processor, from_cpuinfo, from_sysctl, processor
from catalogue.store import load, save_environment

GENOA = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
stepping\t: 1

processor\t: 1
cpu family\t: 99
"""
GRAVITON = """\
processor\t: 0
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x1
CPU part\t: 0xd40
CPU revision\t: 1
"""
NUMBERS = (("family", 6), ("model", 85), ("stepping", 7))


def test_processors_of_one_name_are_told_apart_by_their_numbers() -> None:
    here, there = (from_cpuinfo(GENOA.replace("17", model), "x86_64") for model in ("17", "1"))
    assert here.name == there.name == "AMD EPYC"
    assert here.device == "AMD EPYC (family 25, model 17, stepping 1)"
    assert there.device == "AMD EPYC (family 25, model 1, stepping 1)"


def test_arms_processors_have_numbers_in_place_of_a_name() -> None:
    found = from_cpuinfo(GRAVITON, "aarch64")
    assert found.device == "aarch64 (implementer 65, part 3392, variant 1, revision 1)"


def test_a_mac_tells_names_and_intels_numbers() -> None:
    intel = "machdep.cpu.family: 6\nmachdep.cpu.brand_string: Intel(R) Core(TM) i7-9750H\n"
    found = from_sysctl(intel, "x86_64")
    assert (found.device, found.numbers) == ("Intel(R) Core(TM) i7-9750H", (("family", 6),))
    assert from_sysctl("machdep.cpu.brand_string: Apple M2\n", "arm64").device == "Apple M2"
    assert from_sysctl("", "arm64").device == "arm64"


@pytest.mark.parametrize(
    "name",
    [
        "AMD EPYC",
        "AMD EPYC-Rome Processor",
        "AMD EPYC Processor (with IBPB)",
        "Intel(R) Xeon(R) CPU @ 2.20GHz",
        "Intel Xeon Processor (Skylake, IBRS)",
        "QEMU Virtual CPU version 2.5+",
        "ARMv7 Processor rev 4 (v7l)",
        "AMD Eng Sample 64-Core Processor",
        "x86_64",
    ],
)
def test_a_name_without_a_models_number_gets_the_numbers(name: str) -> None:
    device = Processor(name=name, numbers=NUMBERS).device
    assert device == f"{name} (family 6, model 85, stepping 7)"
    assert Processor(name=name).device == name


@pytest.mark.parametrize(
    "name",
    [
        "AMD EPYC 7763 64-Core Processor",
        "AMD EPYC 7B13",
        "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz",
        "Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz",
        "12th Gen Intel(R) Core(TM) i7-12700H",
        "Apple M2",
    ],
)
def test_a_models_number_is_enough(name: str) -> None:
    assert Processor(name=name, numbers=NUMBERS).device == name


def test_the_environment_holds_name_and_numbers_and_conditions_the_device() -> None:
    environment = describe(device_type="cpu")
    assert (environment.cpu, environment.cpu_numbers) == (processor().name, processor().numbers)
    assert cpu_name() == processor().device


def test_environments_keep_the_numbers_and_old_ones_have_none(tmp_path: Path) -> None:
    numbered = describe(device_type="cpu")
    saved = save_environment(tmp_path, replace(numbered, cpu_numbers=NUMBERS))
    written = json.loads((tmp_path / "environments" / f"{saved}.json").read_text())
    del written["cpu_numbers"]
    old = json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    name = hashlib.sha256(old.encode()).hexdigest()[:16]
    (tmp_path / "environments" / f"{name}.json").write_text(old)
    stored = load(tmp_path)
    assert stored.diagnostics == ()
    assert stored.environments[saved].cpu_numbers == NUMBERS
    assert stored.environments[name] == replace(numbered, cpu_numbers=())
