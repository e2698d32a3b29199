"""File names that every system, memory card and archive accepts.

Chart plotters read cards formatted decades ago and Windows keeps some names
for devices, so a name is plain ASCII: letters, digits, ``-`` and ``_``, not
too long, not reserved, and different from its neighbours also where capitals
do not count. What a name loses the file still says inside, in full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 64
"""Characters of a name without its ending."""

PORTS = frozenset(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))
RESERVED = PORTS | {"con", "prn", "aux", "nul", "conin", "conout", "clock"}
"""Names of devices under Windows, with any ending."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_]+")


def safe_name(text: str, otherwise: str = "unnamed") -> str:
    """Name of a file for a text, without an ending.

    Parameters
    ----------
    text
        Words of a scenario, or anything else.
    otherwise
        The name if nothing of the text can be kept; safe by itself.

    Examples
    --------
    >>> safe_name("S001_42-ft boats 1"), safe_name("../Zürich: *.*"), safe_name("Катер", "hull")
    ('S001_42-ft-boats-1', 'Zurich', 'hull')
    >>> safe_name("CON")
    'CON_'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    name = _UNSAFE.sub("-", plain).replace("_-", "_")[:LONGEST].strip("-_")
    if not name:
        return otherwise
    return f"{name}_" if name.lower() in RESERVED else name


def safe_names(
    texts: Iterable[str], taken: Iterable[str] = (), otherwise: str = "unnamed"
) -> list[str]:
    """Names for texts, one each in their order, all different also without regard to capitals.

    Parameters
    ----------
    texts
        Words to make names of.
    taken
        Names that are in use.
    otherwise
        As for :func:`safe_name`.

    Examples
    --------
    >>> safe_names(["Boat 1", "boat-1", "Boat/1"])
    ['Boat-1', 'boat-1-2', 'Boat-1-3']
    """
    used = {name.lower() for name in taken}
    names = []
    for text in texts:
        first = name = safe_name(text, otherwise)
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{first[: LONGEST - 8]}-{number}"
        used.add(name.lower())
        names.append(name)
    return names
