"""Looks through HDF5 files in a process of its own: see :mod:`planner.scenario.apart`.

The library that reads HDF5 trusts a file: what is damaged in the right place makes it run in
a circle, or end the program. So everything that leads to the values is gone through here
first. A line of JSON with a path is answered by one with what was found; it ends with its
input. It runs by its file's name, with nothing of the planner loaded.
"""

from __future__ import annotations

import json
import sys
from typing import Any

MOST_MEMORY = 4 << 30
"""Bytes that a damaged file can make the library ask for."""


def looked_through(path: str) -> dict[str, Any]:
    """What there is to say of a file.

    Returns
    -------
    dict
        ``elsewhere``: a part that is drawn from another file, or None; ``longest``: name and
        length of the longest axis; ``error``: why it cannot be read, or None.
    """
    import h5py

    def elsewhere(name: str, link: Any) -> str | None:
        return name if isinstance(link, h5py.ExternalLink) else None

    found: dict[str, Any] = {"elsewhere": None, "longest": ["", 0], "error": None}

    def seen(name: str, item: Any) -> None:
        dict(item.attrs)
        if not isinstance(item, h5py.Dataset):
            return
        if item.is_virtual or item.external:
            found["elsewhere"] = found["elsewhere"] or name
        if item.ndim == 1 and item.size > found["longest"][1]:
            found["longest"] = [name, int(item.size)]
        for dim in item.dims:
            len(dim)
            list(dim)
        if item.chunks is not None:
            item.id.get_num_chunks()

    try:
        with h5py.File(path, "r") as file:
            found["elsewhere"] = file.visititems_links(elsewhere)
            if found["elsewhere"] is None:
                dict(file.attrs)
                file.visititems(seen)
    except Exception as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        found["error"] = lines[0][:120]
    return found


def main() -> None:
    """Answer every line of the input."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass
    for line in sys.stdin:
        print(json.dumps(looked_through(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
