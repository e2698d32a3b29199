/* ---- what the page calls, in this order: load, begin, the layers, end ---- */
Object.assign(patrol, (() => {
  const PANES = {depths: 391, tiles: 393, night: 395, cells: 410, contours: 415, outlines: 420,
    tracks: 430, bases: 440, boats: 660, tools: 670};
  const UNDER = ["depths", "tiles", "night", "contours", "tools"];
  let bounds = null;

  function load(data) {
    patrol.plan = data;
    patrol.languages.load(data.language);
  }

  function frame() { patrol.map.fitBounds(bounds, {animate: false, padding: [14, 14]}); }

  function begin(map, area) {
    patrol.map = map;
    bounds = area;
    for (const [name, order] of Object.entries(PANES)) {
      const pane = map.createPane(name);
      pane.style.zIndex = order;
      if (UNDER.includes(name)) { pane.style.pointerEvents = "none"; }
    }
    map.attributionControl.setPrefix(false);
    const notice = document.createElement("span");
    notice.textContent = patrol.plan.attribution;
    map.attributionControl.addAttribution(notice.innerHTML);
    map.setMinZoom(3).setMaxZoom(13);
    frame();
  }

  function end(map) {
    patrol.clock.begin();
    patrol.boats.begin();
    patrol.cells.begin();
    patrol.tracks.begin();
    patrol.schedule.begin();
    patrol.now.begin();
    patrol.measure.begin();
    patrol.tools.begin();
    patrol.languages.begin();
    map.invalidateSize({animate: false, pan: false});     // the clock took some of its room
    frame();
    const grid = L.layerGroup().addTo(map);
    map.on("moveend resize", () => patrol.ground.graticule(grid));
    map.on("zoomend overlayadd overlayremove resize", patrol.places.declutter);
    patrol.on("language", () => {
      patrol.ground.graticule(grid);
      patrol.places.declutter();
    });
    patrol.ground.graticule(grid);
    patrol.places.declutter();
    requestAnimationFrame(() => performance.mark("patrol-drawn"));
  }

  const {ground, places, cells, tracks} = patrol;
  return {load, frame, begin, end, narrow: () => window.innerWidth < 1000,
    addCoast: ground.coast, addDepths: ground.depths, addTiles: ground.tiles,
    addOutlines: places.outlines, addLines: places.lines, addPlaces: places.places,
    addCells: cells.draw, addTracks: tracks.draw};
})());
