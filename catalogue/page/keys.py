"""Conditions as words for addresses: short, stable, and in need of no escaping."""

import re


def address_key(*parts: str) -> str:
    """Parts as one word: `ms.tesla-t4.fp16.b1`; empty ones are left out."""
    return ".".join(_UNSAFE.sub("-", part.casefold()).strip("-") for part in parts if part)


_UNSAFE = re.compile(r"[^\w]+")


def at(size: tuple[int, int] | None) -> str:
    """An input size within a key."""
    return f"{size[0]}x{size[1]}" if size else ""
