/* ---- measuring in nautical miles, by pointer or by key (M, Enter, Escape) ---- */
patrol.measure = (() => {
  const {element} = patrol, {t, figure} = patrol.words;
  let button = null, layer = null, output = null, points = null, loose = null;

  function begin() {
    const {map} = patrol;
    const Tool = L.Control.extend({options: {position: "topleft"}, onAdd() {
      const name = t("Measure in nautical miles (M)");
      button = element("button", {type: "button", class: "measure", "aria-pressed": "false",
        "aria-label": name, title: name}, t("nm"));
      output = element("output", {class: "measured", "aria-live": "polite", hidden: true});
      const box = element("div", {class: "leaflet-bar leaflet-control"}, button, output);
      L.DomEvent.disableClickPropagation(box);
      button.addEventListener("click", () => (points ? stop() : start()));
      return box;
    }});
    map.addControl(new Tool());
    layer = L.layerGroup();
    map.on("mousemove", (event) => { if (points && points.length) { stretch(event.latlng); } });
    map.getContainer().addEventListener("click", click, true);
    patrol.on("language", () => { if (points) { say(points); } });
  }

  function start() {
    points = [];
    patrol.map.closePopup();
    layer.addTo(patrol.map);
    patrol.map.getContainer().classList.add("measuring");
    patrol.map.doubleClickZoom.disable();
    button.setAttribute("aria-pressed", "true");
    output.hidden = false;
    draw();
  }

  function stop() {
    if (!points) { return false; }
    points = null;
    loose = null;
    layer.clearLayers().remove();
    patrol.map.getContainer().classList.remove("measuring");
    patrol.map.doubleClickZoom.enable();
    button.setAttribute("aria-pressed", "false");
    output.hidden = true;
    return true;
  }

  /* While measuring a click sets a point and opens nothing. */
  function click(event) {
    if (!points || event.target.closest(".leaflet-control")) { return; }
    event.stopPropagation();
    add(patrol.map.mouseEventToLatLng(event));
  }
  function add(at) {
    points.push([at.lat, at.lng]);
    draw();
  }

  const total = (line) => line.slice(1).reduce((sum, point, k) =>
    sum + patrol.ground.distanceNm(line[k], point), 0);

  function draw() {
    layer.clearLayers();
    loose = null;
    const style = {pane: "tools", interactive: false, color: "#b3005e"};
    if (points.length) { L.polyline(points, {...style, weight: 2.5}).addTo(layer); }
    points.forEach((point) => L.circleMarker(point, {...style, radius: 3.5, weight: 2,
      fillColor: "#ffffff", fillOpacity: 1}).addTo(layer));
    say(points);
  }

  /* The line to the pointer, before a click fixes it. */
  function stretch(at) {
    const line = [points.at(-1), [at.lat, at.lng]];
    if (!loose) {
      loose = L.polyline(line, {pane: "tools", interactive: false, color: "#b3005e", weight: 1.5,
        dashArray: "4 4"}).addTo(layer);
    }
    loose.setLatLngs(line);
    say([...points, line[1]]);
  }

  function say(line) {
    if (line.length < 2) {
      output.textContent = t("Click places, or press Enter at the middle of the map");
      return;
    }
    const [from, to] = line.slice(-2), course = Math.round(patrol.ground.bearing(from, to)) % 360;
    output.textContent = t("{nm} nm, last course {course}°", {nm: figure(total(line).toFixed(1)),
      course: String(course).padStart(3, "0")});
  }

  return {begin, start, stop, add, on: () => points !== null};
})();
