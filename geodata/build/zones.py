"""Named zones: outlines a planner would draw, all of them approximate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from write import write_geojson

from planner.geodata.geodesy import as_area, buffer_nm
from planner.units import nm_from_m

GEOD = Geod(ellps="WGS84")
PLANE = Transformer.from_crs(
    "EPSG:4326", "+proj=laea +lat_0=42 +lon_0=51 +datum=WGS84", always_xy=True
)

URAL_MOUTH = (51.8, 46.9)
KIGASH_MOUTH = (49.33, 46.28)
VOLGA_FRONT = (47.6, 45.6, 49.35, 46.6)
DELTA_EDGE_NM = 10.8  # 20 km to either side of the mouth
CLOSURE_NM = 27.0  # 50 km
PRE_ESTUARY_NM = 20.0
KASHAGAN_CENTRE, KASHAGAN_ISLAND = (51.583, 46.167), (52.2693, 46.438)
KASHAGAN_SIZE_KM = (75.0, 45.0)
KALAMKAS = (51.0, 45.8)
KALAMKAS_RADIUS_NM = 13.5  # 25 km, half the field's length
LANE_HALF_WIDTH_NM = 3.0
LANE_CLEARANCE_M = 4000.0

CLOSURE_SOURCE = (
    "Environmental Code of Kazakhstan 2007, Art. 257: shipping barred within 50 km of the delta "
    "edges from 1 April to 15 July (check whether current); which stretch of shore is the delta "
    "edge is an assumption"
)


@dataclass(frozen=True)
class Drawn:
    """A zone before it is cut to the water."""

    key: str
    name: str
    shape: BaseGeometry
    source: str
    season: tuple[str, str] | None = None
    sector: str | None = None


def _edge(shore: BaseGeometry, mouth: tuple[float, float]) -> BaseGeometry:
    """Stretch of shore within 20 km of a river's mouth."""
    return shore.intersection(buffer_nm(Point(mouth), DELTA_EDGE_NM))


def ellipse(
    centre: tuple[float, float], azimuth_deg: float, length_km: float, width_km: float
) -> Polygon:
    """Return a geodesic ellipse: full length along an azimuth, full width across it."""
    around = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    along, across = length_km / 2 * np.cos(around), width_km / 2 * np.sin(around)
    bearing = azimuth_deg + np.degrees(np.arctan2(across, along))
    lon, lat, _ = GEOD.fwd(
        np.full(72, centre[0]), np.full(72, centre[1]), bearing, 1000 * np.hypot(along, across)
    )
    return Polygon(np.column_stack([lon, lat]))


def _kashagan() -> Polygon:
    azimuth, _, distance_m = GEOD.inv(*KASHAGAN_CENTRE, *KASHAGAN_ISLAND)
    lon, lat, _ = GEOD.fwd(*KASHAGAN_CENTRE, azimuth, distance_m / 2)
    return ellipse((lon, lat), azimuth, *KASHAGAN_SIZE_KM)


def _in_plane(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions in an equal-area plane about the sea, metres, (n, 2)."""
    return np.column_stack(PLANE.transform(lonlat[:, 0], lonlat[:, 1]))


class Lanes:
    """Shortest ways between ports at least 4 km off the shore, islands of 2 km² and more."""

    def __init__(self, water: Polygon) -> None:
        polygon = shapely.transform(water, _in_plane)
        islands = [ring for ring in polygon.interiors if Polygon(ring).area > 2e6]
        clear = Polygon(polygon.exterior, islands).buffer(-LANE_CLEARANCE_M, quad_segs=3)
        self.clear = max(shapely.get_parts(clear.simplify(1000.0)), key=lambda part: part.area)
        self.allowed = self.clear.buffer(1.0)
        shapely.prepare(self.allowed)

    def lane(self, start: tuple[float, float], end: tuple[float, float]) -> LineString:
        """Return the shortest clear way between two ports, lon/lat."""
        ends = _in_plane(np.array([start, end]))
        inside = shapely.get_coordinates(
            [shapely.shortest_line(self.clear, Point(p)).interpolate(0.0) for p in ends]
        )
        nodes = np.vstack([inside, shapely.get_coordinates(self.clear)])
        first, second = np.triu_indices(len(nodes), 1)
        segments = shapely.linestrings(np.stack([nodes[first], nodes[second]], axis=1))
        seen = shapely.covers(self.allowed, segments)
        first, second = first[seen], second[seen]
        length = np.hypot(*(nodes[first] - nodes[second]).T)
        graph = coo_matrix((length, (first, second)), (len(nodes), len(nodes))).tocsr()
        _, previous = dijkstra(graph, directed=False, indices=[0], return_predecessors=True)
        way, node = [ends[1]], 1
        while node >= 0:
            way.append(nodes[node])
            node = int(previous[0, node])
        way.append(ends[0])
        xy = np.asarray(way[::-1])
        lon, lat = PLANE.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
        return LineString(np.column_stack([lon, lat]))


def length_nm(line: LineString) -> float:
    """Geodesic length of a line."""
    return nm_from_m(float(GEOD.geometry_length(line)))


def _lanes(ports: dict[str, tuple[float, float]], water: Polygon) -> list[Drawn]:
    lanes = Lanes(water)
    names = {"aktau": "Aktau", "kuryk": "Kuryk", "baku": "Baku", "alat": "Alat",
             "makhachkala": "Makhachkala", "anzali": "Anzali"}  # fmt: skip
    drawn = []
    for start, end in (
        ("aktau", "baku"), ("aktau", "alat"), ("kuryk", "alat"),
        ("aktau", "makhachkala"), ("aktau", "anzali"),
    ):  # fmt: skip
        lane = lanes.lane(ports[start], ports[end])
        source = (
            f"derived: 3 nm to either side of the shortest way at least 4 km off the present "
            f"shore ({length_nm(lane):.0f} nm); ships' real tracks differ"
        )
        shape = buffer_nm(lane, LANE_HALF_WIDTH_NM)
        name = f"Ferry lane {names[start]}-{names[end]}"
        drawn.append(Drawn(f"ferry-lane-{start}-{end}", name, shape, source))
    return drawn


def _approaches(ports: dict[str, tuple[float, float]]) -> list[Drawn]:
    return [
        Drawn(
            f"{key}-approaches", f"{name} approaches", buffer_nm(Point(ports[key]), radius_nm),
            f"assumption: water within {radius_nm:.0f} nm of the port",
        )
        for key, name, radius_nm in (
            ("aktau", "Aktau", 12.0), ("bautino", "Bautino", 10.0), ("kuryk", "Kuryk", 10.0)
        )
    ]  # fmt: skip


def _rivers(shore: BaseGeometry) -> list[Drawn]:
    ural, kigash = _edge(shore, URAL_MOUTH), _edge(shore, KIGASH_MOUTH)
    volga = shapely.clip_by_rect(shore, *VOLGA_FRONT)
    spring = ("04-01", "07-15")
    estuary = (
        "assumption: water within 20 nm of the shore to 20 km either side of the mouth; poaching "
        "off the Ural and Kigash is reported by vestikavkaza and kaspika.org"
    )
    return [
        Drawn("ural-pre-estuary", "Ural (Zhayik) pre-estuary", buffer_nm(ural, PRE_ESTUARY_NM),
              estuary, sector="kazakhstan"),
        Drawn("kigash-pre-estuary", "Kigash pre-estuary", buffer_nm(kigash, PRE_ESTUARY_NM),
              estuary, sector="kazakhstan"),
        Drawn("spring-closure-ural", "Spring closure off the Ural (Zhayik) delta",
              buffer_nm(ural, CLOSURE_NM), CLOSURE_SOURCE, spring, "kazakhstan"),
        Drawn("spring-closure-volga", "Spring closure off the Volga delta, Kazakh part",
              buffer_nm(volga, CLOSURE_NM), CLOSURE_SOURCE, spring, "kazakhstan"),
    ]  # fmt: skip


def zones(
    waters: dict[str, Polygon],
    sectors: dict[str, BaseGeometry],
    ports: dict[str, tuple[float, float]],
    out: Path,
) -> None:
    """Write ``zones.geojson``, every zone cut to the -28 m water (and to its sector)."""
    legal = waters["legal-28m"]
    drawn = [
        *_rivers(legal.boundary),
        Drawn("kashagan", "Kashagan field", _kashagan(),
              "ellipse of 75 by 45 km (GRID-Arendal, North Caspian giant oilfields) over the "
              "encyclopedia's 46.167 N 51.583 E and the artificial island at 46.438 N 52.269 E; "
              "its place and bearing are an assumption"),
        Drawn("kalamkas", "Kalamkas-Sea field", buffer_nm(Point(KALAMKAS), KALAMKAS_RADIUS_NM),
              "assumption: circle of 25 km about 45.8 N 51.0 E, the place 64 km off the shore "
              "(The Astana Times, 2024-06-05: 64 km offshore, 7 m deep, 50 km long) and 120 km "
              "south-west of Kashagan (mizenaft.ir)"),
        *_approaches(ports),
        *_lanes(ports, waters["present"]),
    ]  # fmt: skip
    features = []
    for zone in drawn:
        water = sectors[zone.sector] if zone.sector else legal
        simple = zone.shape.simplify(0.001)
        shape = as_area(shapely.set_precision(simple.intersection(water), 1e-5))
        properties = {
            "key": zone.key,
            "name": zone.name,
            "approximate": True,
            "season": list(zone.season) if zone.season else None,
            "source": zone.source,
        }
        features.append((properties, shape))
    write_geojson(out, features)
