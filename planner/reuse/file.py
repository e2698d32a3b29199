"""``learned.npz``: what a run learned, as one compressed file of plain arrays.

An npz archive without pickled objects. ``header`` is JSON (format, planner
version, parts of the problem, the bounds' plain values); the other members
are the arrays of :class:`planner.reuse.model.Learned`. Equal contents give
equal bytes: members are sorted and carry no time.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from planner.errors import PlanError
from planner.files import write_file
from planner.reuse.model import Aims, Columns, Learned, field_names
from planner.reuse.parts import Parts

LEARNED_FILE = "learned.npz"
PLAN_FILE = "plan.json"

FORMAT: Literal["patrol-learned/1"] = "patrol-learned/1"

MOST_BYTES = 1 << 30
"""An archive that unpacks to more is refused."""

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time an archive can hold; every member gets it."""

FAST = 1
"""Level of packing: a little larger than by default, in a third of the time."""

TYPES = {
    "cell": np.uint64,
    "unit": np.int32,
    "depart": np.int32,
    "worth": np.float32,
    "visit_ptr": np.int32,
    "visit_step": np.int32,
    "visit_cell": np.int32,
    "window": np.int32,
    "offset": np.int64,
    "weight": np.float64,
    "seen_h": np.float64,
}
"""Types of the arrays; those of bounds (``cut_…``) are float64."""

CUT = "cut_"


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["patrol-learned/1"] = FORMAT
    planner_version: str
    parts: Parts
    cut_values: tuple[dict[str, Any], ...]


def write_learned(learned: Learned, directory: str | Path) -> Path:
    """Write ``learned.npz`` into a plan's folder: whole, or not at all.

    Returns
    -------
    Path
        The file.
    """
    return write_file(Path(directory) / LEARNED_FILE, learned_bytes(learned))


def learned_bytes(learned: Learned) -> bytes:
    """The bytes of ``learned.npz``."""
    header = _Header(
        planner_version=learned.planner_version,
        parts=learned.parts,
        cut_values=learned.cut_values,
    )
    text = json.dumps(header.model_dump(mode="json"), sort_keys=True)
    members: dict[str, NDArray[Any]] = {
        "header": np.frombuffer(text.encode(), np.uint8),
        **{name: getattr(learned.columns, name) for name in field_names(Columns)},
        **{name: getattr(learned.aims, name) for name in field_names(Aims)},
        **{f"{CUT}{name}": array for name, array in learned.cut_arrays.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(f"{name}.npy", NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, _npy(members[name]), compresslevel=FAST)
    return out.getvalue()


def check_folder(directory: str | Path) -> None:
    """Make sure that a plan lies in a folder.

    Raises
    ------
    PlanError
        If it does not exist, or 'patrol plan' wrote nothing there.
    """
    folder = Path(directory)
    if not folder.is_dir():
        why = "is not a folder" if folder.exists() else "does not exist"
    elif not any((folder / name).is_file() for name in (LEARNED_FILE, PLAN_FILE)):
        why = "holds no plan"
    else:
        return
    raise PlanError(f"{folder}: {why}; name a folder that 'patrol plan' wrote")


def read_learned(directory: str | Path) -> Learned:
    """Read ``learned.npz`` of a plan's folder.

    Raises
    ------
    PlanError
        If it is missing, damaged, of a newer planner, or something else. One
        line says which.
    """
    path = Path(directory) / LEARNED_FILE
    return _told(path, path)


def learned_from(content: bytes, name: str) -> Learned:
    """Read the bytes of ``learned.npz``.

    Raises
    ------
    PlanError
        As of :func:`read_learned`; ``name`` tells where they are from.
    """
    return _told(io.BytesIO(content), name)


def _told(source: Path | io.BytesIO, path: Path | str) -> Learned:
    try:
        return _read(source)
    except FileNotFoundError as error:
        raise PlanError(f"{path}: is missing") from error
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from error
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror or 'input error'})") from error
    except (
        ValueError, KeyError, EOFError, IndexError, MemoryError, NotImplementedError,
        OverflowError, RuntimeError, SyntaxError, TypeError, zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise PlanError(f"{path}: is damaged, or was not written by 'patrol plan'") from error


def _read(source: Path | io.BytesIO) -> Learned:
    with zipfile.ZipFile(source) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise PlanError("unpacks to more than it may")
        members = {
            member.filename.removesuffix(".npy"): _array(archive.read(member))
            for member in archive.infolist()
        }
    header = _header(members.pop("header").tobytes())
    for name, array in members.items():
        wanted = np.float64 if name.startswith(CUT) else TYPES[name]
        if array.dtype != wanted:
            raise PlanError(f"{name} is of another type than it should be")
    learned = Learned(
        header.planner_version,
        header.parts,
        Columns(**{name: members[name] for name in field_names(Columns)}),
        Aims(**{name: members[name] for name in field_names(Aims)}),
        {name.removeprefix(CUT): a for name, a in members.items() if name.startswith(CUT)},
        header.cut_values,
    )
    learned.check()
    return learned


def _header(text: bytes) -> _Header:
    held = json.loads(text)
    written_as = held.get("format") if isinstance(held, dict) else None
    name, _, number = str(written_as).partition("/")
    if name == FORMAT.partition("/")[0] and number.isdecimal() and written_as != FORMAT:
        raise PlanError(f"is of format {written_as}, this planner reads {FORMAT}")
    try:
        return _Header.model_validate(held)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "header"
        raise PlanError(f"its header is not of format {FORMAT} ({where})") from error


def _npy(array: NDArray[Any]) -> bytes:
    """An array in numpy's own format, C order, little-endian."""
    held = io.BytesIO()
    plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    np.lib.format.write_array(held, plain, allow_pickle=False)
    return held.getvalue()


def _array(data: bytes) -> NDArray[Any]:
    """Read an array; its header may not claim more than the data hold."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise PlanError("holds an array of an unknown version")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or fortran:
        raise PlanError("holds an array of objects")
    values = np.frombuffer(data, dtype, offset=file.tell())
    return values.reshape(shape).astype(dtype.newbyteorder("="), copy=False)
