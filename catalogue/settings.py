"""Where a zoo lies, and what its `catalogue.toml` allows and knows of devices."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError, WrongCallError, near
from catalogue.grid import DEVICE_TYPES, Axes
from catalogue.roofline import Limits

FILE = "catalogue.toml"
_DEVICE = '[devices."Tesla T4"] peak-tflops = {fp32 = 8.1, fp16 = 65}, bandwidth-gbs = 320'
_LATENCY = '[latency.cpu] precisions = ["fp32"], batch-sizes = [1, 8], backends = ["eager"]'
_AXES = {
    "precisions": "precisions",
    "batch-sizes": "batch_sizes",
    "backends": "backends",
    "memory-formats": "memory_formats",
}
"""Keys of a grid, and the axes they are."""
_GIGA, _TERA = 1e9, 1e12
_INDEX_NAMES = ("model-index.yml", "model-index.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """A zoo's folders and permissions."""

    index: Path
    """The root index file."""
    project: Path
    """The folder that holds `catalogue.toml`, `mkdocs.yml`, `docs/` and `templates/`."""
    allow: frozenset[str] = frozenset()
    """Top-level Python packages that builders may import."""
    devices: tuple[Limits, ...] = ()
    """What devices can do at most, as their makers say."""
    latency: tuple[tuple[str, Axes], ...] = ()
    """(type of device, what the zoo wants its models timed with there)."""

    @property
    def measurements(self) -> Path:
        """The records' folder."""
        return self.index.parent / "measurements"


def bits_folder(project: Path) -> Path:
    """Where a zoo's correctness bits lie."""
    return project / ".catalogue" / "bits"


def find_settings(start: Path, *, index: Path | None = None) -> Settings:
    """Find the zoo around a folder.

    Args:
        start: Where to begin; its parents are searched as well.
        index: The root index file or its folder, if the user named it.

    Raises:
        CatalogueError: there is no index, or `catalogue.toml` cannot be used.
        WrongCallError: what the user named is not there, or a folder without an index.
    """
    file = _named(index) if index else _search(start)
    if file is None:
        message = (
            f"{start}: no model index found; expected model-index/model-index.yml here or in a "
            "parent folder; name it with --index PATH"
        )
        raise CatalogueError(message)
    project = file.parent.parent if file.parent.name == "model-index" else file.parent
    table = _table(project / FILE)
    return Settings(
        index=file,
        project=project,
        allow=_allowed(table.get("allow", [])),
        devices=_devices(table.get("devices", {})),
        latency=_latency(table.get("latency", {})),
    )


def _named(path: Path) -> Path:
    """The index that a person names."""
    found = _index_in(path)
    if found is not None:
        return found
    if path.is_dir():
        message = (
            f"{path}: the folder has no model index; expected {_INDEX_NAMES[0]} in it or in its "
            "model-index folder; name the file if it is called otherwise"
        )
        raise WrongCallError(message)
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    hint = near(path.name, sorted(one.name for one in beside))
    message = f"{path}: no such file or folder{hint}; expected an index file or a zoo's folder"
    raise WrongCallError(message)


def _search(start: Path) -> Path | None:
    for folder in (start.resolve(), *start.resolve().parents):
        found = _index_in(folder / "model-index") or _index_in(folder)
        if found:
            return found
    return None


def _index_in(path: Path) -> Path | None:
    if path.is_file():
        return path.resolve()
    candidates = (folder / name for folder in (path, path / "model-index") for name in _INDEX_NAMES)
    return next((one.resolve() for one in candidates if one.is_file()), None)


def _table(file: Path) -> dict[str, object]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        message = f"{file.name}: not valid TOML: {fault}"
        raise CatalogueError(message) from None


def _allowed(allow: object) -> frozenset[str]:
    if not isinstance(allow, list) or not all(isinstance(name, str) for name in allow):
        message = f'{FILE}: allow is {allow!r}; expected a list such as ["my_models"]'
        raise CatalogueError(message)
    return frozenset(allow)


def _devices(devices: object) -> tuple[Limits, ...]:
    if not isinstance(devices, dict):
        message = f"{FILE}: devices is {devices!r}; expected tables such as {_DEVICE}"
        raise CatalogueError(message)
    return tuple(_limits(name, given) for name, given in devices.items())


def _limits(name: str, given: object) -> Limits:
    where = f'{FILE}: devices."{name}"'
    peaks = given.get("peak-tflops") if isinstance(given, dict) else None
    bandwidth = given.get("bandwidth-gbs") if isinstance(given, dict) else None
    if not isinstance(peaks, dict) or not peaks or bandwidth is None:
        message = f"{where} is {given!r}; expected {_DEVICE}"
        raise CatalogueError(message)
    wrong = [one for one in (bandwidth, *peaks.values()) if type(one) not in (int, float)]
    if wrong:
        message = f"{where}: {wrong[0]!r} is no number; expected {_DEVICE}"
        raise CatalogueError(message)
    try:
        return Limits(
            device=name,
            peaks=tuple((precision, _TERA * float(peak)) for precision, peak in peaks.items()),
            bandwidth=_GIGA * float(bandwidth),
        )
    except ValueError as fault:
        message = f"{where}: {fault}; expected {_DEVICE}"
        raise CatalogueError(message) from None


def _latency(grids: object) -> tuple[tuple[str, Axes], ...]:
    if not isinstance(grids, dict):
        message = f"{FILE}: latency is {grids!r}; expected tables such as {_LATENCY}"
        raise CatalogueError(message)
    for name in grids:
        if name not in DEVICE_TYPES:
            message = f"{FILE}: latency.{name}; expected latency.cpu or latency.cuda"
            raise CatalogueError(message)
    return tuple((name, _axes(f"{FILE}: latency.{name}", given)) for name, given in grids.items())


_SORTS: tuple[tuple[type, str], ...] = ((str, "names"), (int, "whole numbers"))
"""What lists are of, and its name: those of batch sizes last."""


def _unfit(values: object, sort: type, name: str) -> str:
    """What was expected in place of some values; empty where they will do."""
    if not isinstance(values, list):
        return "a list"
    if not values:
        return "one or more in the list"
    return "" if {type(one) for one in values} == {sort} else f"{name} alone in the list"


def _axes(where: str, given: object) -> Axes:
    if not isinstance(given, dict):
        message = f"{where} is {given!r}; expected {_LATENCY}"
        raise CatalogueError(message)
    for key, values in given.items():
        if key not in _AXES:
            message = (
                f"{where}.{key}: no such key{near(key, _AXES)}; expected one of {', '.join(_AXES)}"
            )
            raise CatalogueError(message)
        expected = _unfit(values, *_SORTS[key == "batch-sizes"])
        if expected:
            message = f"{where}.{key} is {values!r}; expected {expected}, as in {_LATENCY}"
            raise CatalogueError(message)
    try:
        return Axes(**{_AXES[key]: tuple(values) for key, values in given.items()})
    except ValueError as fault:
        message = f"{where}: {fault}"
        raise CatalogueError(message) from None
