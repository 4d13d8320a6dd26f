"""What NVML says of a GPU, and Linux of processors, and what is refused for it."""

from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from catalogue.measure.clocks import LOW_CLOCK, THROTTLING, Gpu, Processors, find_gpu, watched


class FakeError(Exception):
    """As `pynvml.NVMLError`."""


def raising(*_: object) -> int:
    raise FakeError


def nvml(*, clock: int = 1500, reasons: int = 0, default: int | None = 1500) -> ModuleType:
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
        nvmlDeviceGetMaxClockInfo=lambda *_: 2000,
        nvmlDeviceGetDefaultApplicationsClock=raising if default is None else lambda *_: default,
        nvmlDeviceGetCurrentClocksThrottleReasons=lambda _: reasons,
        nvmlDeviceGetTotalEnergyConsumption=lambda _: 2500,
        nvmlDeviceGetUtilizationRates=lambda _: SimpleNamespace(gpu=11),
    )
    return fake


def gpu(library: ModuleType) -> Gpu:
    found = find_gpu(library, uuid="1", bus=None)
    assert found is not None
    return found


def test_a_gpu_is_found_by_what_it_is_never_by_its_number() -> None:
    assert find_gpu(nvml(), uuid="GPU-1", bus=None)
    assert find_gpu(nvml(), uuid="2", bus="00000000:00:00.0")
    assert find_gpu(nvml(), uuid="2", bus=None) is None


def test_clocks_are_noted_at_each_look() -> None:
    card = gpu(nvml(clock=1400))
    assert card.look() == card.look() == ()
    assert card.clocks == [1400, 1400]
    assert card.joules() == 2.5
    assert card.is_busy()


@pytest.mark.parametrize(("clock", "default"), [(1124, 1500), (1499, None)])
def test_a_clock_below_three_quarters_of_the_default_is_refused(
    clock: int, default: int | None
) -> None:
    assert gpu(nvml(clock=clock, default=default)).look() == (LOW_CLOCK,)
    assert gpu(nvml(clock=clock + 1, default=default)).look() == ()


def test_heat_and_brakes_are_throttling_and_a_power_cap_is_not() -> None:
    assert [gpu(nvml(reasons=bit)).look() for bit in (0x8, 0x20, 0x40, 0x80)] == 4 * [(THROTTLING,)]
    assert gpu(nvml(reasons=0x4)).look() == ()


def test_what_a_card_does_not_tell_is_none() -> None:
    library = nvml()
    library.__dict__.update(
        nvmlDeviceGetClockInfo=raising,
        nvmlDeviceGetCurrentClocksThrottleReasons=raising,
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
