"""What is left out of a latency because something disturbed it after sampling.

Remarks go from the timing process to the record; this knows their words and no torch.
"""

from dataclasses import replace

from catalogue.record import Failure, Latency

RATE_DISTURBED = "throughput and energy were left out: passes sent back to back were disturbed"


def sound(result: Latency | Failure) -> Latency | Failure:
    """Without throughput and energy, where a process found them disturbed twice."""
    if isinstance(result, Failure) or RATE_DISTURBED not in result.remarks:
        return result
    return replace(result, images_per_second=None, joules=None)
