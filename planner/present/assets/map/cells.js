/* ---- the cells: one layer, coloured by whatever is chosen, some of it by the clock ---- */
patrol.cells = (() => {
  const {card} = patrol, {t, hours, percent, whole, figure} = patrol.words;
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const QUIET = {weight: 0.5, opacity: 0.5}, LOUD = {weight: 2, opacity: 1};
  const BY_CLOCK = ["since", "watch", "wave", "wind"];
  const MANY = 1500, PAINT_MS = 200;
  let colouring = "detection", painted = 0;

  function draw(group) {
    if (patrol.plan.cells.length > MANY) { QUIET.weight = 0.25; }
    patrol.plan.cells.forEach((cell) => {
      cell.seen = [];
      cell.rings = patrol.ground.decodeAreas(cell.areas);
      const shape = L.polygon(cell.rings, patrol.ground.options({pane: "cells", color: "#6b7f8c",
        ...QUIET, fillOpacity: 0, fillColor: "#ffffff"}));
      shape.bindPopup(() => panel(cell));
      shape.on("mouseover", () => shape.setStyle(LOUD));
      shape.on("mouseout", () => shape.setStyle(QUIET));
      cell.shape = shape;
      group.addLayer(shape);
    });
    group.on("add", () => { if (patrol.plan.canvas) { group.bringToBack(); } });
  }

  /* Minutes since a cell was last searched by a hull that is shown; Infinity if not yet. */
  function since(cell) {
    const {minute, hidden} = patrol.state;
    let last = -Infinity;
    for (const [begin, end, hull] of cell.seen) {
      if (begin <= minute && !hidden.has(hull)) { last = Math.max(last, Math.min(end, minute)); }
    }
    return minute - last;
  }

  /* Waves in m or wind in kn at the clock's time; "ice" under ice. */
  function weather(kind, place) {
    const {weather: known} = patrol.plan;
    const row = Math.min(known[kind].length - 1, Math.floor(patrol.state.minute / known.step));
    const letter = known[kind][row][place];
    if (letter === "-") { return "ice"; }
    return ALPHABET.indexOf(letter) * (kind === "wave" ? 0.1 : 1);
  }

  const ranked = (edges, value) => edges.filter((edge) => edge <= value + 1e-9).length - 1;

  /* Number of the class a cell falls in; -1 for none. */
  function rank(cell, place) {
    const {scales, watch, watches} = patrol.plan;
    if (colouring === "none") { return -1; }
    if (colouring === "watch") {
      return cell.watch[Math.floor(patrol.state.minute / watch) % watches.length];
    }
    if (colouring.startsWith("watch")) { return cell.watch[+colouring.slice(5)]; }
    if (colouring === "response") {
      return cell.response ? ranked(scales.response.edges, cell.response[0]) : -1;
    }
    if (colouring === "since") {
      const passed = since(cell) / 60;
      return passed === Infinity ? scales.since.colours.length - 1 : ranked(scales.since.edges, passed);
    }
    if (colouring === "wave" || colouring === "wind") {
      const value = weather(colouring, place), {edges, colours} = scales[colouring];
      return value === "ice" ? colours.length - 1 : ranked(edges, value);
    }
    return cell[colouring];
  }

  function paint() {
    const scale = patrol.plan.scales[colouring.replace(/\d+$/, "")];
    patrol.plan.cells.forEach((cell, place) => {
      const number = rank(cell, place), colour = number >= 0 ? scale.colours[number] : "";
      if (cell.colour === colour) { return; }
      cell.colour = colour;
      cell.shape.setStyle({fillColor: colour || "#ffffff", fillOpacity: colour ? 0.85 : 0});
    });
    painted = performance.now();
  }

  function colour(key) {
    colouring = key;
    const shown = key.replace(/\d+$/, "");
    document.querySelectorAll(".legend [data-colouring]").forEach((part) => {
      part.hidden = part.dataset.colouring !== shown;
    });
    paint();
  }

  function panel(cell) {
    const place = patrol.plan.cells.indexOf(cell), passed = since(cell);
    const rows = [[t("Water"), t("{area} nm²", {area: whole(cell.area)})]];
    if (cell.found !== null) { rows.push([t("Detection"), percent(cell.found)]); }
    cell.threats.forEach(([number, , chance]) => {
      rows.push(["\u2003" + patrol.plan.threats[number], percent(chance)]);
    });
    rows.push([t("Target weight"), percent(cell.weight)], [t("Searches"), String(cell.visits)],
      [t("Coverage factors, sum"), figure(cell.coverage.toFixed(2))],
      [t("Longest time unsearched"), hours(cell.gap * 60)]);
    if (cell.response) {
      rows.push([t("Nearest boat"), t("{boat}: {time}", {boat: patrol.plan.boats[cell.response[1]],
        time: hours(cell.response[0])})]);
    }
    if (patrol.plan.weather) {
      const wave = weather("wave", place);
      rows.push([t("Waves at the clock's time"),
        wave === "ice" ? t("ice") : t("{m} m", {m: figure(wave.toFixed(1))})],
      [t("Wind at the clock's time"), t("{kn} kn", {kn: weather("wind", place)})]);
    }
    if (patrol.state.running) {
      rows.push([t("Last seen"), passed === Infinity ? t("not yet") : passed < 1 ? t("now") :
        t("{time} ago", {time: hours(passed)})]);
    }
    return card(t("Cell {id}", {id: cell.id}), rows);
  }

  /* Open what is known of the cell at a place; false if there is none. */
  function openAt(at) {
    const found = patrol.plan.cells.find((cell) =>
      patrol.map.hasLayer(cell.shape) && patrol.ground.inside(cell.rings, [at.lat, at.lng]));
    if (found) { found.shape.openPopup(at); }
    return Boolean(found);
  }

  function begin() {
    const select = document.getElementById("colouring");
    select.addEventListener("change", () => colour(select.value));
    patrol.on("time", () => {              // while it plays, a few times a second are enough
      const soon = performance.now() - painted < PAINT_MS;
      if (BY_CLOCK.includes(colouring) && !(patrol.state.playing && soon)) { paint(); }
    });
    patrol.on("shown", () => { if (colouring === "since") { paint(); } });
    select.value = "detection";
    colour("detection");
  }

  return {draw, begin, openAt, since, colour};
})();
