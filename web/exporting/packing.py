"""A zip that is sent while it is written: nothing is kept but the directory of names, sizes and checksums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

AT_ONCE = 1 << 16  # bytes, gathered before they are sent
LEVEL = 4  # of compression: source and reports shrink to a tenth, whatever the effort


class Wire:
    """What the zip writes to: gathered until it is taken. No seek, no tell, so that the zip expects none."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self._size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: what was written is taken when there is enough."""

    def taken(self, at_least: int = AT_ONCE) -> Iterator[bytes]:
        if self._size and self._size >= at_least:
            yield b"".join(self._parts)
            self._parts, self._size = [], 0


@dataclass
class Packer:
    """Writes files one after another; each method yields what can be sent."""

    moment: datetime
    wire: Wire = field(default_factory=Wire)
    sums: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.zip = ZipFile(self.wire, "w", ZIP_DEFLATED, compresslevel=LEVEL)  # type: ignore[call-overload]

    def add(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """A file of any length."""
        info = ZipInfo(name, self.moment.timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
        size, digest = 0, sha256()
        with self.zip.open(info, "w", force_zip64=True) as entry:
            for chunk in chunks:
                size += len(chunk)
                digest.update(chunk)
                entry.write(chunk)
                yield from self.wire.taken()
        self.sums[name] = (size, digest.hexdigest())
        yield from self.wire.taken()

    def close(self) -> Iterator[bytes]:
        """The directory; without it nobody takes the archive for whole."""
        self.zip.close()
        yield from self.wire.taken(1)


def line(record: dict[str, Any]) -> bytes:
    """A record as a line of JSON, in ASCII: a lone half of a character survives."""
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def document(value: Any) -> bytes:
    """JSON for people to read as well."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"
