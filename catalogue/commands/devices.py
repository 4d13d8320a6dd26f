"""`catalogue device measure`: find out what a device can do at most, and keep it for the pages."""

import sys
import time
from datetime import UTC, datetime

from catalogue import __version__, machine
from catalogue.commands.opened import Opened
from catalogue.provenance import Provenance, utc_text
from catalogue.roofline import Limits
from catalogue.store import save_environment, save_limits


def measure_device(opened: Opened, device_type: str) -> int:
    """Measure the peak and the bandwidth of a device of this machine, and save them.

    Returns:
        0.

    Raises:
        CatalogueError: there is no such device.
    """
    name = machine.device_name(device_type)
    threads = machine.physical_threads() if device_type == "cpu" else 0
    start = time.perf_counter()
    found = _measured(name, device_type, threads)
    folder = opened.settings.measurements
    provenance = Provenance(
        time=utc_text(datetime.now(UTC)),
        program=f"catalogue {__version__}",
        commit=machine.git_commit(opened.settings.project),
        environment=save_environment(folder, machine.describe(device_type=device_type)),
        seconds=round(time.perf_counter() - start, 3),
    )
    path = save_limits(folder, found, provenance)
    peaks = ", ".join(f"{precision} {peak / 1e12:.3g} TFLOP/s" for precision, peak in found.peaks)
    sys.stdout.write(f"{name}: {peaks}, memory {found.bandwidth / 1e9:.3g} GB/s; saved as {path}\n")
    return 0


def _measured(name: str, device_type: str, threads: int) -> Limits:
    import torch  # noqa: PLC0415  # seconds, which other commands need not wait

    from catalogue.measure.roof import measure_bandwidth, measure_peaks  # noqa: PLC0415  # torch

    if threads:
        torch.set_num_threads(threads)
    return Limits(
        device=name,
        threads=threads or None,
        peaks=measure_peaks(device_type),
        bandwidth=measure_bandwidth(device_type),
        measured=datetime.now(UTC).date().isoformat(),
    )
