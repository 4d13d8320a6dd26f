"""With which software times were taken, and whether several were taken with the same.

Knows no tables, no language and no markup.
"""

from collections import defaultdict
from collections.abc import Iterable

from catalogue.page.evidence import Timed
from catalogue.page.wording import Said, Value, say

_TORCH, _DRIVER = "torch", "driver"


def software(timings: Iterable[Timed]) -> tuple[Said, ...]:
    """Sentences: the version of torch, and in what times differ that stand together."""
    found = _versions(timings)
    torch, mixed = found.get(_TORCH, []), _mixed(found)
    said = [say("latency.software", versions=torch[0])] if len(torch) == 1 else []
    return (*said, say("latency.software.mixed", what=mixed)) if mixed else tuple(said)


def mixture(timings: Iterable[Timed]) -> tuple[Value, ...]:
    """What times that stand together differ in: versions of torch, of a backend, of a driver."""
    return _mixed(_versions(timings))


def alike(one: Timed, other: Timed) -> bool:
    """Whether two times are of one torch and, on a GPU, one driver, as far as that is known."""
    found = _versions((one, other))
    return all(len(found.get(name, ())) <= 1 for name in (_TORCH, _DRIVER))


def _mixed(found: dict[str, list[str]]) -> tuple[Value, ...]:
    return tuple(
        say("software.versions", name=say(f"software.{name}"), versions=" / ".join(versions))
        if name in (_TORCH, _DRIVER)
        else " / ".join(versions)  # which backends tell with their names
        for name, versions in found.items()
        if len(versions) > 1
    )


def _versions(timings: Iterable[Timed]) -> dict[str, list[str]]:
    """By what they are versions of: torch, a backend that is none of torch's own, the driver."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in timings:
        environment, backend = one.finding.environment, one.result.backend_version
        if environment is not None:
            found[_TORCH] |= {each for name, each in environment.packages if name == _TORCH}
            if one.conditions.device_type == "cuda" and environment.driver:
                found[_DRIVER].add(environment.driver)
        if backend and not backend.startswith("torch "):
            found[one.conditions.backend].add(backend)
    return {name: sorted(versions) for name, versions in found.items() if versions}
