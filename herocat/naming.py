"""Names for what the user did not name: the first that is free of ``stem``, ``stem-2``, ..."""

from collections.abc import Container


def free_name(stem: str, taken: Container[str]) -> str:
    """Return the stem, or the stem with the first number from 2 on that is not taken."""
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
