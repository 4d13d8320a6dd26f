"""Bytes of images that lie in parquet files.

Parquet is read by groups of rows, so that the last few groups are kept.
"""

import os
import threading
from collections import OrderedDict
from typing import Any, NamedTuple

_GROUPS = 4
_BYTES = 512 * 1024 * 1024
"""What is kept at most; the hub's groups have 100 images, 11 MB."""


class Row(NamedTuple):
    """Where one image lies."""

    file: int
    """Into the list of paths."""
    group: int
    row: int
    """Within its group."""


class _Groups:
    """The groups read last, by one process; threads wait for each other to read one."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.lock = threading.Lock()
        self.kept: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self.footers: dict[str, Any] = {}

    def keep(self, key: tuple[int, int], images: Any) -> None:  # noqa: ANN401  # pyarrow's
        self.kept[key] = images
        while len(self.kept) > 1 and (
            len(self.kept) > _GROUPS or sum(kept.nbytes for kept in self.kept.values()) > _BYTES
        ):
            self.kept.popitem(last=False)


class ParquetSource:
    """Images in parquet files; pickled without what it keeps."""

    def __init__(self, paths: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        self._paths = paths
        self._rows = rows
        self._groups = _Groups()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParquetSource) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash(self._paths)

    def __reduce__(self) -> tuple[type, tuple[tuple[str, ...], tuple[Row, ...]]]:
        return ParquetSource, (self._paths, self._rows)

    def read(self, index: int) -> bytes:
        """See `ByteSource.read`."""
        row = self._rows[index]
        data = self._images(row)[row.row].as_py()
        if data is None:
            message = f"{self._paths[row.file]}: row {row.row} of group {row.group} has no bytes"
            raise OSError(message)
        return bytes(data)

    def fingerprint(self, index: int) -> str:
        """See `ByteSource.fingerprint`."""
        row = self._rows[index]
        status = os.stat(self._paths[row.file])  # noqa: PTH116  # 50,000 of them
        return f"{status.st_size}-{status.st_mtime_ns}-{row.group}-{row.row}"

    def _images(self, row: Row) -> Any:  # noqa: ANN401  # pyarrow's
        # After a fork another process may have held the lock for ever.
        if self._groups.process != os.getpid():
            self._groups = _Groups()
        groups = self._groups
        key = (row.file, row.group)
        with groups.lock:
            if key in groups.kept:
                groups.kept.move_to_end(key)
            else:
                groups.keep(key, self._read_group(row, groups.footers))
            return groups.kept[key]

    def _read_group(self, row: Row, footers: dict[str, Any]) -> Any:  # noqa: ANN401  # pyarrow's
        from pyarrow import ArrowException, chunked_array  # noqa: PLC0415  # optional
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415  # as above

        path = self._paths[row.file]
        try:
            # A footer that describes thousands of groups takes longer to read than one of them.
            with ParquetFile(path, metadata=footers.get(path)) as file:
                footers[path] = file.metadata
                columns = ["image.bytes"]
                table = file.read_row_group(row.group, columns=columns, use_threads=False)
                chunks = [chunk.field("bytes") for chunk in table.column("image").chunks]
                return chunked_array(chunks)
        except ArrowException as fault:
            message = f"{path}: group {row.group} cannot be read: {fault}"
            raise OSError(message) from None
