"""timm's result and benchmark tables as reported figures of entries that a zoo has.

Knows timm's columns and entries; reads no files.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import TypeAlias

from catalogue.entry import Entry, Json, Zoo
from catalogue.errors import CatalogueError
from catalogue.importing.batch import Batch
from catalogue.importing.csv_table import Row, Table
from catalogue.importing.spell import Digits
from catalogue.importing.timm_conditions import (
    Bench,
    bench_note,
    bench_of,
    dataset_of,
    result_note,
)
from catalogue.read.numbers import shown

_Member: TypeAlias = dict[str, Json]
_Figures: TypeAlias = dict[str, list[_Member]]
"""Members of an entry's lists, by the list's key."""

_NUMBER = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?|\d{1,15}(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"[1-9]\d{0,5}", re.ASCII)
_LISTED = 5
_PERCENT = 100.0
_COSTS = {
    "param_count": ("Parameters", "M"),
    "infer_gmacs": ("MACs", "G"),
    "infer_macts": ("Activations", "M"),
}
"""Columns of counts: quantity and unit. Only parameters do not depend on the input size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """A table with what all of its rows share."""

    table: Table
    source: str
    """Id of the source."""
    bench: Bench | None
    """Of a benchmark; None for a table of accuracies."""


def import_tables(tables: Sequence[Table], zoo: Zoo, *, url: str | None = None) -> Batch:
    """Reported figures from tables.

    Args:
        tables: timm's `results-*.csv` and `benchmark-infer-*.csv`.
        zoo: Whose entries take the figures.
        url: The folder that the files are published in.

    Raises:
        CatalogueError: a table is of another kind, or its name does not tell its conditions.
    """
    names = _names(zoo)
    figures: dict[str, _Figures] = {}
    sources: dict[str, Json] = {}
    remarks: list[str] = []
    for table in tables:
        sheet = _sheet(table, zoo)
        remarks += (*table.remarks, *_rows(sheet, names, figures))
        if sheet.source == _own_source(table.file):
            sources[sheet.source] = _source_value(sheet, url)
    return Batch(
        name="timm-results",
        command="timm-results",
        origin=", ".join(table.file for table in tables),
        figures=tuple(_model(names[key], one) for key, one in figures.items()),
        sources=sources,
        remarks=tuple(remarks),
    )


def _model(entry: Entry, figures: _Figures) -> dict[str, Json]:
    return {"ID": entry.id, "Name": entry.name} | {key: [*one] for key, one in figures.items()}


def _rows(sheet: _Sheet, names: Mapping[str, Entry], figures: dict[str, _Figures]) -> list[str]:
    """Add every row's figures to its entry; what cannot be added is said, one line each."""
    file, size = sheet.table.file, "infer_img_size" if sheet.bench else "img_size"
    seen: set[tuple[str, str]] = set()
    unknown: list[str] = []
    remarks: list[str] = []
    for row in sheet.table.rows:
        key = (row.cells["model"], row.cells[size])
        entry = names.get(key[0])
        if key in seen:
            remarks.append(
                f"{file}:{row.line}: {key[0]} at {key[1]} stands here twice; the first is used"
            )
        elif entry is None:
            unknown.append(key[0])
        else:
            try:
                found = _figures(sheet, row, entry)
            except CatalogueError as fault:
                remarks.append(f"{file}:{row.line}: {fault}; the row is not read")
                continue
            _add(figures.setdefault(entry.id, {}), found)
        seen.add(key)
    if unknown:
        more = ", …" if len(unknown) > _LISTED else ""
        remarks.append(
            f"{file}: {len(unknown)} of {len(sheet.table.rows)} rows are of models without an "
            f"entry ({', '.join(unknown[:_LISTED])}{more}); `catalogue import timm` adds entries"
        )
    return remarks


def _names(zoo: Zoo) -> dict[str, Entry]:
    """Entries by all that timm's tables may call them; ids before names before the rest."""
    names: dict[str, Entry] = {}
    by_architecture: dict[str, list[Entry]] = {}
    for entry in zoo.entries:
        if entry.builder is not None and entry.builder.scheme == "timm":
            by_architecture.setdefault(entry.builder.name.partition(".")[0], []).append(entry)
    for architecture, entries in by_architecture.items():
        if len(entries) == 1:
            names[architecture] = entries[0]
    builders = {e.builder.name: e for e in zoo.entries if e.builder and e.builder.scheme == "timm"}
    names |= {alias: entry for entry in zoo.entries for alias in entry.aliases} | builders
    return names | {e.name: e for e in zoo.entries} | {e.id: e for e in zoo.entries}


def _sheet(table: Table, zoo: Zoo) -> _Sheet:
    columns = set(table.header)
    benchmark = {"model", "infer_img_size", "infer_batch_size", "infer_step_time"}
    results = {"model", "img_size", "top1", "top5"}
    if not (benchmark <= columns or results <= columns):
        message = (
            f"{table.file}:1:1: the columns are {shown(','.join(table.header))}; expected those of "
            f"timm's results ({', '.join(sorted(results))}) or of its inference benchmarks "
            f"({', '.join(sorted(benchmark))})"
        )
        raise CatalogueError(message)
    told = (one.id for one in zoo.sources if (one.url or "").endswith(f"/{table.file}"))
    return _Sheet(
        table=table,
        source=next(told, _own_source(table.file)),
        bench=bench_of(table.file) if benchmark <= columns else None,
    )


def _own_source(file: str) -> str:
    return "timm-" + re.sub(r"[^A-Za-z0-9._-]+", "-", file.removesuffix(".csv"))


def _source_value(sheet: _Sheet, url: str | None) -> dict[str, Json]:
    file = sheet.table.file
    address: dict[str, Json] = {"URL": f"{url.rstrip('/')}/{file}"} if url else {}
    note = bench_note(sheet.bench) if sheet.bench else result_note()
    return {"Title": f"timm {file}", **address, "Note": note}


def _figures(sheet: _Sheet, row: Row, entry: Entry) -> _Figures:
    """What a row says, as members of an entry's lists."""
    size = _whole(row, "infer_img_size" if sheet.bench else "img_size")
    if sheet.bench is None:
        result = _result(sheet, row, entry, size)
        # Other weights may have another classifier, and so other counts.
        own = "Applies To" not in result
        return {"Results": [result], **({"Costs": _costs(sheet, row, size)} if own else {})}
    latency: dict[str, Json] = {
        "Device": sheet.bench.device,
        "Precision": sheet.bench.precision,
        "Runtime": sheet.bench.runtime,
        "Input Size": size,
        "Unit": "ms",
        "By Batch": {
            Digits(_whole(row, "infer_batch_size")): _number(row, "infer_step_time"),
        },
        "Source": sheet.source,
    }
    return {"Costs": _costs(sheet, row, size), "Latency": [latency]}


def _result(sheet: _Sheet, row: Row, entry: Entry, size: int) -> dict[str, Json]:
    dataset, split = dataset_of(sheet.table.file)
    result: dict[str, Json] = {"Task": "Image Classification", "Dataset": dataset}
    if split:
        result["Split"] = split
    result["Metrics"] = {
        "Top 1 Accuracy": _percent(row, "top1"),
        "Top 5 Accuracy": _percent(row, "top5"),
    }
    result["Input Size"] = size
    recipe = _recipe(row, entry, size)
    if recipe:
        result["Preprocessing"] = recipe
    if row.cells["model"] not in _own_weights(entry):
        result["Applies To"] = f"timm:{row.cells['model']}"
    result["Source"] = sheet.source
    crop, filtering = row.cells.get("crop_pct"), row.cells.get("interpolation")
    if not recipe and crop and filtering:
        en = f"Crop fraction {crop}, {filtering} resize."
        result["Note"] = {"en": en, "zh": f"裁剪比例 {crop}，{filtering} 缩放。"}
    return result


def _own_weights(entry: Entry) -> set[str]:
    """The timm names of the weights that an entry's figures are of: its first."""
    builder = entry.builder.name if entry.builder and entry.builder.scheme == "timm" else entry.id
    if "." in builder:
        return {builder}
    tags = [weights.name for weights in entry.weights if weights.name]
    aliases = [alias for alias in entry.aliases if alias.startswith(f"{builder}.")]
    first = f"{builder}.{tags[0]}" if tags else (aliases[0] if len(aliases) == 1 else builder)
    return {first, builder}


def _recipe(row: Row, entry: Entry, size: int) -> str | None:
    """The entry's recipe that a row was measured with; of a tag's own first."""
    tag = row.cells["model"].partition(".")[2]
    crop, filtering = row.cells.get("crop_pct", ""), row.cells.get("interpolation")
    if not _NUMBER.fullmatch(crop):
        return None
    fitting = [
        recipe.id
        for recipe in entry.preprocessing
        if recipe.id
        and recipe.input_size is not None
        and recipe.input_size[1:] == (size, size)
        and recipe.interpolation == filtering
        and isclose(recipe.crop_pct or 0, float(crop), abs_tol=5e-4)
    ]
    own = [one for one in fitting if one in (tag, f"{tag}-test")]
    return next(iter(own or fitting), None)


def _costs(sheet: _Sheet, row: Row, size: int) -> list[_Member]:
    costs: list[_Member] = []
    for column, (quantity, unit) in _COSTS.items():
        if row.cells.get(column):
            sized: dict[str, Json] = {} if quantity == "Parameters" else {"Input Size": size}
            costs.append(
                {
                    "Quantity": quantity,
                    "Value": _number(row, column),
                    "Unit": unit,
                    **sized,
                    "Source": sheet.source,
                }
            )
    return costs


def _add(figures: _Figures, found: _Figures) -> None:
    """Add members to an entry's lists; one that several tables print names all of them."""
    for name, members in found.items():
        held = figures.setdefault(name, [])
        for one in members:
            alike = next((other for other in held if _alike(one, other)), None)
            if alike is None:
                held.append(one)
            else:
                sources = dict.fromkeys((*_sources(alike), *_sources(one)))
                alike["Source"] = list(sources) if len(sources) > 1 else alike["Source"]


def _alike(one: _Member, other: _Member) -> bool:
    """Whether two members say the same of the same thing, whoever says it."""
    return {**one, "Source": None} == {**other, "Source": None}


def _sources(member: _Member) -> list[str]:
    source = member["Source"]
    return [str(one) for one in source] if isinstance(source, list) else [str(source)]


def _number(row: Row, column: str) -> Digits:
    found = row.cells.get(column, "")
    if _NUMBER.fullmatch(found):
        return Digits(found.replace(",", ""))
    message = f"{column} is {shown(found)}, expected a number"
    raise CatalogueError(message)


def _percent(row: Row, column: str) -> str:
    digits = _number(row, column)
    if float(digits) <= _PERCENT:
        return f"{digits}%"
    message = f"{column} is {digits}, expected 0 to 100"
    raise CatalogueError(message)


def _whole(row: Row, column: str) -> int:
    found = row.cells.get(column, "")
    if _WHOLE.fullmatch(found):
        return int(found)
    message = f"{column} is {shown(found)}, expected a whole number"
    raise CatalogueError(message)
