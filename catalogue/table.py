"""Records as one flat table, for notebooks and spreadsheets.

One row a record, one column a field, named by its path: `conditions.batch_size`.
"""

from collections.abc import Iterable

import msgspec
import pandas as pd

from catalogue.record import Complexity, Failure, Record

_NESTED = ("by_operator", "by_module", "uncounted", "top1_by_class", "images_by_class")
"""Tables within a result; they stay in the record."""
_FIRST = ("model", "kind", "failure", "out_of_date")


def records_table(rows: Iterable[tuple[Record, tuple[str, ...]]]) -> pd.DataFrame:
    """Flatten records.

    Args:
        rows: Records, each with what puts it out of date (none where it still holds).

    Returns:
        A row for each record, in their order. Columns are the record's fields, with `flops`
        (2 x MACs) beside `macs`; lists are joined by spaces; what a kind has not is missing.
    """
    flat = pd.json_normalize([_row(record, changed) for record, changed in rows])
    first = [name for name in _FIRST if name in flat.columns]
    return flat[first + sorted(set(flat.columns) - set(first))]


def _row(record: Record, changed: tuple[str, ...]) -> dict[str, object]:
    result = record.result
    fields: dict[str, object] = {} if isinstance(result, Failure) else _flat(result)
    if isinstance(result, Complexity):
        fields["flops"] = result.flops
    return {
        "model": record.model,
        "kind": record.kind.value,
        "failure": result.reason if isinstance(result, Failure) else "",
        "out_of_date": " ".join(changed),
        "method": record.method,
        "conditions": _flat(record.conditions),
        "result": fields,
        "subject": _flat(record.subject),
        "provenance": _flat(record.provenance),
    }


def _flat(value: object) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(value)
    return {name: _cell(one) for name, one in fields.items() if name not in _NESTED}


def _cell(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value
