"""Records on disk: append-only JSON files named by their content, environments written once.

Knows the JSON form of records. Knows nothing of how they are made or shown.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from catalogue.errors import Diagnostic, Place, Severity
from catalogue.provenance import Environment, Provenance
from catalogue.record import (
    Accuracy,
    AccuracyConditions,
    Complexity,
    ComplexityConditions,
    Conditions,
    Failure,
    Kind,
    Latency,
    LatencyConditions,
    Record,
    Result,
    Subject,
)
from catalogue.roofline import Limits

SCHEMA = "catalogue-record/1"
DEVICE_SCHEMA: Literal["catalogue-device/1"] = "catalogue-device/1"
FOLDER = "measurements"
"""Name of the records' folder, beside the root index file."""
ENVIRONMENTS = "environments"
DEVICES = "devices"

_CONDITIONS: Mapping[Kind, type[Conditions]] = {
    Kind.COMPLEXITY: ComplexityConditions,
    Kind.LATENCY: LatencyConditions,
    Kind.ACCURACY: AccuracyConditions,
}
_RESULTS: Mapping[Kind, type[Result]] = {
    Kind.COMPLEXITY: Complexity,
    Kind.LATENCY: Latency,
    Kind.ACCURACY: Accuracy,
}
_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """Everything the records' folder holds."""

    records: tuple[Record, ...] = ()
    """Oldest first; by content where the times are equal."""
    environments: Mapping[str, Environment]
    """By id."""
    limits: tuple[Limits, ...] = ()
    """What devices were measured to do at most; the newest of each, in alphabetical order.

    A zoo that is opened has those of `catalogue.toml` before them.
    """
    bits: Path | None = None
    """The folder of correctness bits of a zoo that is opened; it need not be there."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Files that are no valid records; they are left alone and not used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _DeviceFile:
    """A file of what a device was measured to do at most."""

    limits: Limits
    provenance: Provenance
    schema: Literal["catalogue-device/1"] = DEVICE_SCHEMA


def to_json(record: Record) -> str:
    """A record as its file holds it: sorted, indented, ending in a newline."""
    outcome = "failure" if isinstance(record.result, Failure) else "result"
    return _canonical(
        {
            "schema": SCHEMA,
            "model": record.model,
            "kind": record.kind.value,
            "method": record.method,
            "subject": msgspec.to_builtins(record.subject),
            "conditions": msgspec.to_builtins(record.conditions),
            outcome: msgspec.to_builtins(record.result),
            "provenance": msgspec.to_builtins(record.provenance),
        }
    )


def from_json(text: str | bytes) -> Record:
    """Read a record.

    Raises:
        ValueError: the text is no record of this schema; the message names the field.
    """
    fields = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    try:
        schema = msgspec.json.decode(fields["schema"], type=str)
        if schema != SCHEMA:
            message = f"schema is '{schema}', expected '{SCHEMA}'"
            raise ValueError(message)
        kind = msgspec.json.decode(fields["kind"], type=Kind)
        outcome: type[Result] = Failure if "failure" in fields else _RESULTS[kind]
        return Record(
            model=_decode(fields, "model", str),
            kind=kind,
            method=_decode(fields, "method", int),
            subject=_decode(fields, "subject", Subject),
            conditions=_decode(fields, "conditions", _CONDITIONS[kind]),
            result=_decode(fields, "failure" if outcome is Failure else "result", outcome),
            provenance=_decode(fields, "provenance", Provenance),
        )
    except KeyError as missing:
        message = f"the key {missing} is missing"
        raise ValueError(message) from None


def save_record(folder: Path, record: Record) -> Path:
    """Write a record under its content's name, atomically.

    Args:
        folder: The records' folder (`model-index/measurements`).
        record: What to write.

    Returns:
        The file; an existing one of the same content is left as it is.
    """
    text = to_json(record)
    path = folder / record.model / f"{record.kind.value}-{_digest(text)}.json"
    _write_once(path, text)
    return path


def save_environment(folder: Path, environment: Environment) -> str:
    """Write an environment once, and give its id (the hash of its content)."""
    text = _canonical(msgspec.to_builtins(environment))
    digest = _digest(text)
    _write_once(folder / ENVIRONMENTS / f"{digest}.json", text)
    return digest


def save_limits(folder: Path, limits: Limits, provenance: Provenance) -> Path:
    """Write what a device was measured to do at most, under its content's name."""
    text = _canonical(msgspec.to_builtins(_DeviceFile(limits=limits, provenance=provenance)))
    path = folder / DEVICES / f"{_digest(text)}.json"
    _write_once(path, text)
    return path


def load(folder: Path, *, only: Collection[str] | None = None) -> Stored:
    """Read every record, environment and device of a folder; a missing folder holds none.

    Args:
        folder: The records' folder.
        only: Models whose records alone are read, and the environments; None for all there is.
    """
    diagnostics: list[Diagnostic] = []
    environments: dict[str, Environment] = {}
    devices: list[_DeviceFile] = []
    records: list[tuple[str, str, Record]] = []
    inner = ("*",) if only is None else (ENVIRONMENTS, *only)
    for path in sorted(path for name in inner for path in folder.glob(f"{name}/*.json")):
        content = path.read_bytes()
        try:
            _check_name(path, content)
            if path.parent.name == ENVIRONMENTS:
                environments[path.stem] = msgspec.json.decode(content, type=Environment)
                continue
            if path.parent.name == DEVICES:
                devices.append(msgspec.json.decode(content, type=_DeviceFile))
                continue
            record = from_json(content)
        except (ValueError, msgspec.MsgspecError) as fault:
            diagnostics.append(_unreadable(folder, path, fault))
            continue
        records.append((record.provenance.time, path.name, record))
    records.sort(key=lambda found: found[:2])
    return Stored(
        records=tuple(record for _, _, record in records),
        environments=environments,
        limits=_newest_limits(devices),
        diagnostics=tuple(diagnostics),
    )


def _newest_limits(devices: Iterable[_DeviceFile]) -> tuple[Limits, ...]:
    oldest_first = sorted(devices, key=lambda one: one.provenance.time)
    newest_of = {one.limits.device: one.limits for one in oldest_first}
    return tuple(newest_of[name] for name in sorted(newest_of))


def newest(records: Iterable[Record]) -> dict[tuple[str, Kind, Conditions], Record]:
    """The last record of each model, kind and conditions; `records` come oldest first."""
    return {(record.model, record.kind, record.conditions): record for record in records}


def _decode(fields: Mapping[str, msgspec.Raw], key: str, form: type[_Value]) -> _Value:
    try:
        return msgspec.json.decode(fields[key], type=form)
    except msgspec.ValidationError as fault:
        message = f"{key}: {fault}"
        raise ValueError(message) from None


def _canonical(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check_name(path: Path, content: bytes) -> None:
    named = path.stem.rpartition("-")[2]
    held = hashlib.sha256(content).hexdigest()[:16]
    if named != held:
        message = f"its content hashes to {held}: the file was edited or damaged"
        raise ValueError(message)


def _unreadable(folder: Path, path: Path, fault: Exception) -> Diagnostic:
    return Diagnostic(
        place=Place(file=path.relative_to(folder.parent).as_posix(), line=1, column=1),
        severity=Severity.ERROR,
        code="bad-record",
        message=f"not a valid record: {fault}; restore it from git, or delete it and refresh again",
    )


def _write_once(path: Path, text: str) -> None:
    """Write through a temporary file, so that a kill leaves the whole file or none."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
