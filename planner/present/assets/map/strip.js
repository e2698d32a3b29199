/* ---- the strip under the slider: nights, days, watches, and who is at sea when ---- */
patrol.strip = (() => {
  const {element, drawing} = patrol, {t, day} = patrol.words;
  const LIGHT = ["night", "twilight", "day"];

  const spans = (changes, length) => changes.map(([begin, phase], k) =>
    [begin, k + 1 < changes.length ? changes[k + 1][0] : length, phase]);

  /* 0 night, 1 twilight, 2 day at a minute. */
  function light(minute) {
    return patrol.plan.light.filter(([begin]) => begin <= minute).at(-1)[1];
  }
  const lightWords = (minute) => [t("night"), t("twilight"), t("daylight")][light(minute)];

  function build() {
    const {length, light: changes, hulls} = patrol.plan, rows = hulls.length;
    const svg = drawing("svg", {class: rows > 12 ? "strip crowded" : "strip", viewBox: `0 0 ${length} ${rows + 1}`,
      preserveAspectRatio: "none", "aria-hidden": "true"});
    const bar = (name, x, width, y, height) =>
      drawing("rect", {class: name, x, width: Math.max(0, width), y, height});
    spans(changes, length).forEach(([begin, end, phase]) =>
      svg.append(bar(LIGHT[phase], begin, end - begin, 0, rows + 1)));
    for (let at = patrol.plan.watch; at < length; at += patrol.plan.watch) {
      svg.append(drawing("path", {class: "watch-edge", d: `M${at} 0V${rows + 1}`,
        "vector-effect": "non-scaling-stroke"}));
    }
    hulls.forEach((hull, row) => hull.out.forEach(([begin, end]) =>
      svg.append(bar("out-of-service", begin, end - begin, row + 0.75, 0.5))));
    patrol.tracks.all.forEach((item) => {
      const sailed = bar("sailing", item.depart, item.back - item.depart, item.hull + 0.62, 0.76);
      sailed.setAttribute("fill", patrol.plan.hulls[item.hull].colour);
      svg.append(sailed);
    });
    const dates = element("div", {class: "days", "aria-hidden": "true"});
    days(dates);
    patrol.on("language", () => days(dates));
    return element("div", {class: "strip-box"}, svg, dates);
  }

  /* Dates under the strip, each at its midnight. */
  function days(box) {
    const {length} = patrol.plan;
    const first = patrol.words.minuteOf(patrol.words.local(0).slice(0, 11) + "00:00");
    const every = Math.ceil(length / 1440 / 7);
    box.replaceChildren();
    for (let at = first; at < length; at += 1440 * every) {
      const name = element("span", null, day(Math.max(at, 0)));
      name.style.left = 100 * Math.max(at, 0) / length + "%";
      box.append(name);
    }
  }

  return {build, light, lightWords};
})();
