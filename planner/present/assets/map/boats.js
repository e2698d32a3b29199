/* ---- hulls: where each is at the clock's time, and what it is doing ---- */
patrol.boats = (() => {
  const {element, drawing, card} = patrol, {t, weekday, hours, figure} = patrol.words;
  const marks = [];
  let layer = null, following = null;

  /* Latitude, longitude and course after a share of a line's length. */
  function along(line, share) {
    if (line.length < 2) { return {at: line[0], course: 0}; }
    const until = line.until || (line.until = line.reduce((sums, point, k) => {
      sums.push(k ? sums[k - 1] + patrol.ground.distanceNm(line[k - 1], point) : 0);
      return sums;
    }, []));
    const wanted = share * until.at(-1);
    let k = 1;
    while (k < line.length - 1 && until[k] < wanted) { k++; }
    const [from, to] = [line[k - 1], line[k]], length = until[k] - until[k - 1];
    const part = length ? Math.min(1, Math.max(0, (wanted - until[k - 1]) / length)) : 0;
    return {at: [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])],
      course: patrol.ground.bearing(from, to)};
  }

  /* What a hull does at a minute: at sea with its sortie, leg, place and course; ashore for
   * repair, upkeep or on the road; getting ready; or free, with the sortie that comes next. */
  function stateOf(number, minute) {
    const hull = patrol.plan.hulls[number];
    const own = patrol.tracks.all.filter((item) => item.hull === number);
    const next = own.find((item) => item.depart > minute);
    const sortie = own.find((item) => item.depart <= minute && minute < item.back);
    if (sortie) { return {kind: "sea", sortie, next, ...place(sortie, minute)}; }
    const out = hull.out.find(([begin, end]) => begin <= minute && minute < end);
    if (out) { return {kind: "out", until: out[1], what: out[2], reason: out[3], next}; }
    const back = own.find((item) => item.back <= minute && minute < item.ready);
    if (back) { return {kind: "ready", until: back.ready, base: back.to, next}; }
    const ends = own.map((item) => [item.back, item.to]);        // where it was left last
    hull.out.filter((each) => each[4]).forEach((each) => ends.push([each[1], each[4]]));
    const last = ends.filter(([end]) => end <= minute).sort((a, b) => a[0] - b[0]).at(-1);
    return {kind: "free", base: last ? last[1] : hull.base, next};
  }

  function place(sortie, minute) {
    let k = sortie.legs.findIndex((leg) => minute < leg[2]);
    if (k < 0) { k = sortie.legs.length - 1; }
    const [mode, begin, end, knots] = sortie.legs[k];
    const share = end > begin ? Math.min(1, Math.max(0, (minute - begin) / (end - begin))) : 0;
    return {mode, knots, end, ...along(sortie.lines[k], share)};
  }

  /* The same in words: what it does, and what comes. */
  function words(state) {
    const next = state.next ? t("departs {time}", {time: weekday(state.next.depart)})
      : t("no further sortie");
    if (state.kind === "sea") {
      const rests = patrol.tracks.isBreak([state.mode]);
      return [rests ? t("{mode} until {time}", {mode: patrol.tracks.MODES()[state.mode],
        time: weekday(state.end)}) : t("{mode} at {kn} kn, course {course}°", {mode: patrol.tracks.MODES()[state.mode],
        kn: figure(state.knots), course: String(Math.round(state.course) % 360).padStart(3, "0")}),
      t("sortie {id}, returns {time}", {id: state.sortie.id, time: weekday(state.sortie.back)})];
    }
    if (state.kind === "out") {
      const until = {time: weekday(state.until)};
      const what = {out: t("out of service until {time}", until), upkeep: t("upkeep until {time}", until),
        road: t("on the road until {time}", until)};
      return [what[state.what],
        [patrol.languages.said(state.reason), next].filter(Boolean).join("; ")];
    }
    if (state.kind === "ready") {
      return [t("in port, {base}, ready {time}", {base: state.base, time: weekday(state.until)}), next];
    }
    return [t("in port, {base}", {base: state.base}), next];
  }

  function begin() {
    layer = L.layerGroup();
    patrol.plan.hulls.forEach((hull, number) => marks.push(mark(hull, number)));
    patrol.on("time shown running", move);
    patrol.on("chosen", () => { following = patrol.state.chosen; });
  }

  function mark(hull, number) {
    const shape = drawing("path", {d: "M0-10 5-3 5 9-5 9-5-3Z", fill: hull.colour, stroke: "#fff",
      "stroke-width": 1.8, "stroke-linejoin": "round"});
    const name = element("span", {class: "boat-name"}, hull.id);
    const html = element("div", {class: "boat"},
      drawing("svg", {viewBox: "-12 -12 24 24", width: 26, height: 26, "aria-hidden": "true"}, shape),
      name);
    const made = L.marker([0, 0], {pane: "boats", keyboard: true, riseOnHover: true,
      icon: L.divIcon({className: "boat-mark", html, iconSize: [26, 26]})});
    made.shape = shape;
    made.bindPopup(() => panel(number));
    made.on("add", () => made.getElement().setAttribute("aria-label", hull.id));
    return made;
  }

  function panel(number) {
    const hull = patrol.plan.hulls[number], state = stateOf(number, patrol.state.minute);
    const [doing, coming] = words(state);
    const rows = [[t("Now"), doing], [t("Next"), coming],
      [t("Boat"), [hull.vessel, hull.unit, hull.agency].join(" · ")]];
    if (state.kind === "sea") {
      rows.push([t("Under way"), hours(patrol.state.minute - state.sortie.depart)]);
    }
    return card(hull.id, rows);
  }

  function move() {
    const {state, map} = patrol;
    if (state.running !== map.hasLayer(layer)) { layer[state.running ? "addTo" : "removeFrom"](map); }
    if (!state.running) { return; }
    marks.forEach((made, number) => {
      const now = stateOf(number, state.minute);
      const wanted = now.kind === "sea" && !state.hidden.has(number);
      if (wanted) {
        made.setLatLng(now.at);
        made.shape.setAttribute("transform", "rotate(" + now.course.toFixed(1) + ")");
      }
      if (wanted !== layer.hasLayer(made)) { layer[wanted ? "addLayer" : "removeLayer"](made); }
      if (wanted && made.isPopupOpen() && !state.playing) { made.getPopup().update(); }
    });
    if (following && state.playing) { follow(following.hull); }
  }

  /* Keep the followed hull in view. */
  function follow(number) {
    const {map} = patrol, made = marks[number];
    if (layer.hasLayer(made) && !map.getBounds().pad(-0.15).contains(made.getLatLng())) {
      map.panTo(made.getLatLng(), {animate: false});
    }
  }

  return {begin, stateOf, words, marks};
})();
