/* ---- positions, distances, and what lies under the plan: coast, depth, degrees ---- */
patrol.ground = (() => {
  const STEPS_DEG = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
  const METRES_PER_NM = 1852, EQUATOR_M = 6378137, FLATTENING = 1 / 298.257223563;

  /* Whole steps of a line: first position, then differences (planner/present/geometry.py). */
  function decode(flat) {
    const {step, lon: middle} = patrol.plan, turn = 360 / step, near = middle / step;
    const points = [];
    let lon = 0, lat = 0;
    for (let k = 0; k < flat.length; k += 2) {
      lon += flat[k];
      lat += flat[k + 1];
      lon -= turn * Math.round((lon - near) / turn);      // seas across the date line stay whole
      points.push([lat * step, lon * step]);
    }
    return points;
  }
  const decodeAreas = (areas) => areas.map((rings) => rings.map(decode));

  /* Geodesic between two [lat, lon], nm: Lambert's formula for long lines on WGS84, which
   * errs by some ten metres in thousands of kilometres. */
  function distanceNm(from, to) {
    const rad = Math.PI / 180;
    const reduced = (lat) => Math.atan((1 - FLATTENING) * Math.tan(lat * rad));
    const b1 = reduced(from[0]), b2 = reduced(to[0]), east = (to[1] - from[1]) * rad;
    const half = Math.sin((b2 - b1) / 2) ** 2 + Math.cos(b1) * Math.cos(b2) * Math.sin(east / 2) ** 2;
    const angle = 2 * Math.asin(Math.min(1, Math.sqrt(half)));
    if (!angle) { return 0; }
    const p = (b1 + b2) / 2, q = (b2 - b1) / 2;
    const x = (angle - Math.sin(angle)) * (Math.sin(p) * Math.cos(q) / Math.cos(angle / 2)) ** 2;
    const y = (angle + Math.sin(angle)) * (Math.cos(p) * Math.sin(q) / Math.sin(angle / 2)) ** 2;
    return EQUATOR_M * (angle - FLATTENING * (x + y) / 2) / METRES_PER_NM;
  }

  /* First course from one [lat, lon] to another, degrees from north. */
  function bearing(from, to) {
    const rad = Math.PI / 180, east = (to[1] - from[1]) * rad;
    const [a, b] = [from[0] * rad, to[0] * rad];
    const y = Math.sin(east) * Math.cos(b);
    const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(east);
    return (Math.atan2(y, x) / rad + 360) % 360;
  }

  /* Whether a [lat, lon] lies in polygons; islands are rings too. */
  function inside(areas, [lat, lon]) {
    return areas.some((rings) => {
      let odd = false;
      rings.forEach((ring) => {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
          const [a, b] = [ring[i], ring[j]];
          if ((a[0] > lat) !== (b[0] > lat) &&
              lon < (b[1] - a[1]) * (lat - a[0]) / (b[0] - a[0]) + a[1]) { odd = !odd; }
        }
      });
      return odd;
    });
  }

  /* On canvas there is one layer of drawing, so no panes there. */
  function options(wished) {
    if (!patrol.plan.canvas) { return wished; }
    const {pane, ...rest} = wished;
    return rest;
  }

  const still = (pane) => ({pane, interactive: false});

  function coast(group, areas) {
    L.polygon(decodeAreas(areas), {...still("coast"), color: "#8a9aa5", weight: 0.8,
      fillColor: "#dce9f0", fillOpacity: 1}).addTo(group);
  }

  /* Bands under the cells, their edges over them. */
  function depths(group, bands) {
    bands.forEach((band) => {
      const areas = decodeAreas(band.areas);
      L.polygon(areas, {...still("depths"), stroke: false, fillColor: band.colour,
        fillOpacity: 1}).addTo(group);
      L.polygon(areas, {...still("contours"), color: "#2f6a8f", weight: 0.7, opacity: 0.5,
        fill: false}).addTo(group);
      for (const ring of areas.flat().slice(0, 2)) {
        const at = ring[Math.floor(ring.length / 3)];
        patrol.places.label(at, String(band.m), "depth", "center").addTo(group);
      }
    });
  }

  function tiles(group, item) {
    group.addLayer(L.tileLayer(item.url, {maxZoom: 18, pane: "tiles",
      referrerPolicy: "strict-origin-when-cross-origin"}));
  }

  /* Meridians and parallels of what is in view. */
  function graticule(group) {
    const {map} = patrol, frame = map.getBounds(), size = map.getSize();
    const wide = 80 * (frame.getEast() - frame.getWest()) / size.x;
    const step = STEPS_DEG.find((degrees) => degrees >= wide) || STEPS_DEG.at(-1);
    const [south, north] = [frame.getSouth(), frame.getNorth()];
    const [west, east] = [frame.getWest(), frame.getEast()];
    const {t, figure} = patrol.words;
    const names = {N: (degrees) => t("{degrees} N", {degrees}), S: (degrees) => t("{degrees} S", {degrees}),
      E: (degrees) => t("{degrees} E", {degrees}), W: (degrees) => t("{degrees} W", {degrees})};
    const line = (path, at, value, signs, nudge) => {
      L.polyline(path, {...still("coast"), color: "#7f98a6", weight: 0.7, opacity: 0.5}).addTo(group);
      const degrees = value - 360 * Math.round(value / 360);
      const name = names[signs[degrees < 0 ? 1 : 0]](figure(+Math.abs(degrees).toFixed(2)) + "°");
      patrol.places.label(at, name, "graticule", nudge).addTo(group);
    };
    group.clearLayers();
    for (let k = Math.ceil(west / step); k * step < east; k++) {
      const at = map.containerPointToLatLng([0, size.y - 9]);
      line([[south, k * step], [north, k * step]], [at.lat, k * step], k * step, "EW", "center");
    }
    for (let k = Math.ceil(south / step); k * step < north; k++) {
      line([[k * step, west], [k * step, east]], [k * step, east], k * step, "NS", "left");
    }
  }

  return {decode, decodeAreas, distanceNm, bearing, inside, options, coast, depths, tiles, graticule};
})();
