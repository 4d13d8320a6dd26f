"""What NVML says of a GPU, and Linux of processors, and what is refused for it."""

import os
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from catalogue.measure.clocks import (
    LOW_CLOCK,
    NOT_TOLD,
    OTHERS_ON_GPU,
    SPLIT,
    THROTTLING,
    Gpu,
    Processors,
    Unwatched,
    find_gpu,
    watched,
)


class FakeError(Exception):
    """As `pynvml.NVMLError`."""


def raising(*_: object) -> int:
    raise FakeError


def nvml(clock: int = 1500, reasons: int = 0) -> ModuleType:
    """A library that knows one card, called by UUID GPU-1 or at bus 0."""
    fake = ModuleType("pynvml")

    def known(name: bytes) -> str:
        if name not in (b"GPU-1", b"00000000:00:00.0"):
            raise FakeError
        return "handle"

    fake.__dict__.update(
        NVMLError=FakeError,
        nvmlDeviceGetHandleByUUID=known,
        nvmlDeviceGetHandleByPciBusId=known,
        nvmlDeviceGetClockInfo=lambda *_: clock,
        nvmlDeviceGetCurrentClocksEventReasons=lambda _: reasons,
        nvmlDeviceGetTotalEnergyConsumption=lambda _: 2500,
        nvmlDeviceGetUtilizationRates=lambda _: SimpleNamespace(gpu=11),
        nvmlDeviceGetMigMode=raising,
        nvmlDeviceGetComputeRunningProcesses=lambda _: [SimpleNamespace(pid=os.getpid())],
        nvmlDeviceGetProcessUtilization=raising,
    )
    return fake


def gpu(library: ModuleType) -> Gpu:
    found = find_gpu(library, uuid="1", bus=None)
    assert isinstance(found, Gpu)
    found.begin()
    return found


def tell(library: ModuleType, **answers: object) -> None:
    """Let the library answer so from now on."""
    library.__dict__.update({name: lambda *_, one=one: one for name, one in answers.items()})


def test_a_gpu_is_found_by_what_it_is_never_by_its_number() -> None:
    assert isinstance(find_gpu(nvml(), uuid="GPU-1", bus=None), Gpu)
    assert isinstance(find_gpu(nvml(), uuid="2", bus="00000000:00:00.0"), Gpu)
    assert find_gpu(nvml(), uuid="2", bus=None) == Unwatched(why=NOT_TOLD)


def test_an_instance_of_a_split_gpu_is_not_watched_for_what_others_do_beside_it() -> None:
    library = nvml()
    tell(library, nvmlDeviceGetMigMode=[1, 1])
    assert find_gpu(library, uuid="1", bus=None) == Unwatched(why=SPLIT)
    tell(library, nvmlDeviceGetMigMode=[0, 1])
    assert isinstance(find_gpu(library, uuid="1", bus=None), Gpu)
    tell(library, nvmlDeviceIsMigDeviceHandle=1)
    assert find_gpu(library, uuid="1", bus=None) == Unwatched(why=SPLIT)


def test_clocks_are_noted_at_each_look() -> None:
    card = gpu(nvml(clock=1400))
    assert card.look() == card.look() == ()
    assert card.clocks == [1400, 1400]
    assert card.joules() == 2.5
    assert card.is_busy()


@pytest.mark.parametrize(("clock", "found"), [(1192, (LOW_CLOCK,)), (1193, ())])
def test_a_clock_below_three_quarters_of_the_highest_seen_is_refused(
    clock: int, found: tuple[str, ...]
) -> None:
    library = nvml(clock=585)
    card = gpu(library)
    assert card.look() == ()
    tell(library, nvmlDeviceGetClockInfo=1590)
    assert card.look() == ()
    watched(card, "cuda", ())  # another batch size: what was the highest stays so
    tell(library, nvmlDeviceGetClockInfo=clock)
    assert card.look() == found
    assert card.clocks == [clock]


def test_a_card_at_its_power_limit_may_run_at_any_clock() -> None:
    library = nvml(clock=1590, reasons=0x4)
    card = gpu(library)
    card.look()
    tell(library, nvmlDeviceGetClockInfo=800)
    assert card.look() == ()


def test_a_process_that_comes_later_is_other_work_and_one_that_idles_there_is_none() -> None:
    library = nvml()
    own, idle, new = (SimpleNamespace(pid=pid) for pid in (os.getpid(), 2**22 + 1, 2**22 + 2))
    tell(library, nvmlDeviceGetComputeRunningProcesses=[own, idle])
    card = gpu(library)
    assert card.look() == ()
    tell(library, nvmlDeviceGetComputeRunningProcesses=[own, idle, new])
    assert card.look() == (OTHERS_ON_GPU,)
    tell(library, nvmlDeviceGetComputeRunningProcesses=[own])
    assert card.look() == ()


@pytest.mark.parametrize(("percent", "found"), [(11, (OTHERS_ON_GPU,)), (10, ())])
def test_a_process_from_before_that_begins_to_work_is_other_work(
    percent: int, found: tuple[str, ...]
) -> None:
    library = nvml()
    own, other = (SimpleNamespace(pid=pid) for pid in (os.getpid(), 2**22 + 1))
    tell(library, nvmlDeviceGetComputeRunningProcesses=[own, other])
    card = gpu(library)
    seen = [
        SimpleNamespace(pid=own.pid, smUtil=100, timeStamp=7),
        SimpleNamespace(pid=other.pid, smUtil=percent, timeStamp=8),
    ]
    tell(library, nvmlDeviceGetProcessUtilization=seen)
    assert card.look() == found


def test_where_own_work_goes_by_an_unknown_number_only_new_processes_count() -> None:
    library = nvml()
    ours, new = (SimpleNamespace(pid=pid) for pid in (2**22 + 1, 2**22 + 2))
    tell(library, nvmlDeviceGetComputeRunningProcesses=[ours])
    card = gpu(library)
    busy = [SimpleNamespace(pid=ours.pid, smUtil=100, timeStamp=7)]
    tell(library, nvmlDeviceGetProcessUtilization=busy)
    assert card.look() == ()
    tell(library, nvmlDeviceGetComputeRunningProcesses=[ours, new])
    assert card.look() == (OTHERS_ON_GPU,)


def test_heat_and_brakes_are_throttling_and_a_power_cap_is_not() -> None:
    assert [gpu(nvml(reasons=bit)).look() for bit in (0x8, 0x20, 0x40, 0x80)] == 4 * [(THROTTLING,)]
    assert gpu(nvml(reasons=0x4)).look() == ()
    old = nvml()
    del old.__dict__["nvmlDeviceGetCurrentClocksEventReasons"]
    tell(old, nvmlDeviceGetCurrentClocksThrottleReasons=0x20)
    assert gpu(old).look() == (THROTTLING,)


def test_what_a_card_does_not_tell_is_none() -> None:
    library = nvml()
    library.__dict__.update(
        nvmlDeviceGetClockInfo=raising,
        nvmlDeviceGetCurrentClocksEventReasons=raising,
        nvmlDeviceGetComputeRunningProcesses=raising,
        nvmlDeviceGetTotalEnergyConsumption=raising,
        nvmlDeviceGetUtilizationRates=raising,
    )
    card = gpu(library)
    assert card.look() == ()
    assert (card.clocks, card.joules(), card.is_busy()) == ([], None, False)


def test_the_clocks_of_processors_are_read_where_the_system_tells_them(tmp_path: Path) -> None:
    place = tmp_path / "cpu3" / "cpufreq"
    place.mkdir(parents=True)
    (place / "scaling_cur_freq").write_text("1400000\n")
    processors = Processors((3, 4), tmp_path)
    assert processors.look() == ()
    (place / "base_frequency").write_text("2000000\n")
    assert processors.look() == (LOW_CLOCK,)
    assert processors.clocks == [1400, 1400]


def test_processors_do_not_tell_of_a_gpu_that_nvml_does_not() -> None:
    card = gpu(nvml())
    assert watched(card, "cuda", (0,)) is card
    unknown = watched(None, "cuda", (0,))
    assert vars(unknown) == vars(Processors(()))
    assert vars(watched(None, "cpu", (0,))) == vars(Processors((0,)))


def test_a_card_tells_its_power_limit_and_its_state_as_far_as_it_does() -> None:
    library = nvml()
    card = gpu(library)
    assert card.settings() == ()
    tell(library, nvmlDeviceGetEnforcedPowerLimit=699_500, nvmlDeviceGetPerformanceState=32)
    assert card.settings() == (("power_limit_w", "699.5"),)
    tell(library, nvmlDeviceGetPerformanceState=0)
    assert card.settings() == (("power_limit_w", "699.5"), ("performance_state", "P0"))
    library.__dict__.update(nvmlDeviceGetEnforcedPowerLimit=raising)
    assert card.settings() == (("performance_state", "P0"),)


def test_what_decides_the_clocks_of_processors_is_read_where_the_system_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.sensors_battery", lambda: None, raising=False)
    processors = Processors((0, 1, 2), tmp_path)
    assert processors.settings() == ()
    for number, governor in enumerate(("powersave", "performance", "powersave")):
        place = tmp_path / f"cpu{number}" / "cpufreq"
        place.mkdir(parents=True)
        (place / "scaling_governor").write_text(f"{governor}\n")
    (tmp_path / "intel_pstate").mkdir()
    (tmp_path / "intel_pstate" / "no_turbo").write_text("1\n")
    governors = (("governor", "powersave"), ("governor", "performance"))
    assert processors.settings() == (*governors, ("boost", "off"))
    (tmp_path / "cpufreq").mkdir()
    (tmp_path / "cpufreq" / "boost").write_text("1\n")
    plugged = SimpleNamespace(power_plugged=False)
    monkeypatch.setattr("psutil.sensors_battery", lambda: plugged, raising=False)
    assert processors.settings() == (*governors, ("boost", "on"), ("power", "battery"))
    assert Processors((), tmp_path).settings() == ()  # beside a GPU
