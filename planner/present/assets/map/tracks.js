/* ---- tracks of the sorties, and the sortie that is chosen ---- */
patrol.tracks = (() => {
  const {card} = patrol, {t, moment, weekday, hours, whole, figure} = patrol.words;
  const MODES = () => [t("in transit"), t("searching"), t("loitering"),
    t("on a break"), t("on a break at anchor")];
  const isBreak = (leg) => leg[0] > 2;
  const FAINT = 0.16, HIDDEN = 0.05;
  const all = [];
  let group = null;

  function draw(parent, items) {
    group = parent;
    items.forEach((item) => {
      const hull = patrol.plan.hulls[item.hull];
      item.lines = item.legs.map((leg) => patrol.ground.decode(leg[4]));
      item.legs.forEach((leg) => (leg[5] || []).forEach((place) =>
        patrol.plan.cells[place].seen.push([leg[1], leg[2], item.hull])));
      const ofMode = (search) => item.lines.filter((_, k) => (item.legs[k][0] === 1) === search);
      const look = {pane: "tracks", color: hull.colour, interactive: false};
      const line = (points, style) => L.polyline(points, patrol.ground.options({...look, ...style}));
      item.paths = [[line(ofMode(false), {weight: 1.1, dashArray: "4 4"}), 0.8],
        [line(ofMode(true), {weight: 2}), 1]];
      if (!patrol.plan.canvas) {            // a light edge, so that tracks stand out on dark cells
        item.paths.unshift([line(ofMode(true), {weight: 3.6, color: "#ffffff"}), 0.7]);
      }
      item.legs.forEach((leg, k) => {       // a ring where the crew has a break
        if (isBreak(leg)) {
          const ring = {...look, radius: 3.6, weight: 1.8, fill: false};
          item.paths.unshift([L.circleMarker(item.lines[k][0], patrol.ground.options(ring)), 1]);
        }
      });
      item.grip = grip(item);
      item.parts = L.featureGroup([...item.paths.map(([path]) => path), item.grip]);
      all.push(item);
    });
    show();
  }

  /* A wide unseen line that takes clicks. */
  function grip(item) {
    const held = L.polyline(item.lines, patrol.ground.options({pane: "tracks", weight: 11, opacity: 0}));
    const thick = item.paths.at(-1)[0];
    held.bindPopup(() => panel(item, held.clicked),
      {maxWidth: Math.min(320, patrol.map.getSize().x - 70), maxHeight: 360});
    held.on("click", (event) => { held.clicked = event.latlng; });
    held.on("mouseover", () => thick.setStyle({weight: 4.5}));
    held.on("mouseout", () => thick.setStyle({weight: 2}));
    return held;
  }

  function show() {                         // tracks of the hulls that are shown
    all.forEach((item) => {
      const wanted = !patrol.state.hidden.has(item.hull);
      if (wanted !== group.hasLayer(item.parts)) {
        if (wanted) { group.addLayer(item.parts); } else { group.removeLayer(item.parts); }
      }
    });
  }

  const underWay = (item) => item.depart <= patrol.state.minute && patrol.state.minute < item.back;

  /* Tracks stand back behind the chosen one, or behind those under way at the clock's time. */
  function emphasise() {
    const {chosen, running} = patrol.state;
    all.forEach((item) => {
      let share = 1;
      if (chosen) { share = item === chosen ? 1 : HIDDEN; }
      else if (running && !underWay(item)) { share = FAINT; }
      if (share === item.share) { return; }
      item.share = share;
      item.paths.forEach(([path, opacity]) => path.setStyle({opacity: share * opacity}));
      if (share === 1 && running) { item.parts.bringToFront(); }
    });
  }

  function panel(item, at) {
    const rows = [...facts(item)];
    return card(t("{hull}, sortie {id}", {hull: patrol.plan.hulls[item.hull].id, id: item.id}), rows,
      at ? passing(item, at) : "");
  }

  function facts(item) {
    const hull = patrol.plan.hulls[item.hull];
    const rows = [[t("Departs"), moment(item.depart) + ", " + item.from],
      [t("Returns"), moment(item.back) + ", " + item.to], [t("Can sail again"), moment(item.ready)],
      [t("Distance"), t("{nm} nm", {nm: whole(item.nm)})], [t("Fuel"), t("{l} l", {l: whole(item.fuel)})],
      [t("Searching"), hours(item.search)], [t("Under way"), hours(item.back - item.depart)]];
    if (item.crew && item.crew !== "–") { rows.push([t("Crew"), item.crew]); }
    const breaks = item.legs.filter(isBreak);
    if (breaks.length) {
      rows.push([breaks[0][0] === 4 ? t("Breaks at anchor") : t("Breaks"),
        breaks.map((leg) => weekday(leg[1])).join(", ")]);
    }
    if (item.watches) { rows.push([t("Watches"), item.watches]); }
    rows.push([t("Boat"), [hull.vessel, hull.unit, hull.agency].join(" · ")]);
    return rows;
  }

  /* When the sortie passes the place that was clicked. */
  function passing(item, at) {
    const {map} = patrol, point = map.latLngToLayerPoint(at);
    let best = Infinity, words = "";
    item.lines.forEach((line, k) => {
      const pixels = line.map((position) => map.latLngToLayerPoint(position));
      const until = [0];
      for (let j = 1; j < pixels.length; j++) {
        until.push(until[j - 1] + pixels[j].distanceTo(pixels[j - 1]));
      }
      for (let j = 1; j < pixels.length; j++) {
        const near = L.LineUtil.closestPointOnSegment(point, pixels[j - 1], pixels[j]);
        const away = near.distanceTo(point);
        if (away >= best) { continue; }
        const [mode, begin, end, knots] = item.legs[k], total = until.at(-1);
        const along = until[j - 1] + near.distanceTo(pixels[j - 1]);
        best = away;
        const time = moment(begin + (total ? along / total : 0) * (end - begin));
        words = isBreak(item.legs[k]) ? t("Here at {time}, {mode}", {mode: MODES()[mode], time})
          : t("Here at {time}, {mode} at {kn} kn", {mode: MODES()[mode], kn: figure(knots), time});
      }
    });
    return words;
  }

  /* Choose a sortie: the clock goes to its departure, the map to its track. */
  function choose(item) {
    const {state, map} = patrol;
    state.chosen = item;
    if (state.hidden.delete(item.hull)) { patrol.tell("shown"); }
    patrol.clock.go(item.depart);
    if (!map.hasLayer(group)) { map.addLayer(group); }
    map.closePopup();
    map.fitBounds(L.latLngBounds(item.lines.flat()), {padding: [44, 44], animate: false});
    patrol.tell("chosen");
  }
  function letGo() {
    if (!patrol.state.chosen) { return; }
    patrol.state.chosen = null;
    patrol.tell("chosen");
  }

  function begin() {
    patrol.on("shown", show);
    patrol.on("time chosen running", emphasise);
    document.querySelectorAll("button[data-sortie]").forEach((button) => {
      button.addEventListener("click", () => {
        const found = all.find((item) => item.id === button.dataset.sortie);
        if (!found) { return; }
        choose(found);
        patrol.map.getContainer().scrollIntoView({block: "center"});
        patrol.map.getContainer().focus({preventScroll: true});
      });
    });
    emphasise();
  }

  return {draw, begin, all, choose, letGo, underWay, facts, MODES, isBreak};
})();
