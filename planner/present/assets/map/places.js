/* ---- outlines, lines, bases and ports, with labels that do not overlap ---- */
patrol.places = (() => {
  const {element, card} = patrol, {decode, decodeAreas, options} = patrol.ground;
  const RANK = {base: 0, zone: 1, closed: 1, port: 2, sector: 3, depth: 4};
  const labels = [];

  function label(at, words, kind, direction) {
    const anchor = L.circleMarker(at, {radius: 0.1, opacity: 0, fillOpacity: 0,
      interactive: false, pane: "tooltipPane"});
    anchor.bindTooltip(element("span", null, words), {permanent: true, direction,
      className: "label " + kind, opacity: 1, offset: direction === "right" ? [7, 0] : [0, 0]});
    if (kind !== "graticule") { labels.push([RANK[kind], anchor]); }
    return anchor;
  }

  /* Of labels that overlap, the one of higher rank stays. */
  function declutter() {
    const kept = [];
    labels.sort((a, b) => a[0] - b[0]).forEach(([, anchor]) => {
      const node = patrol.map.hasLayer(anchor) && anchor.getTooltip().getElement();
      if (!node) { return; }
      const box = node.getBoundingClientRect();
      const free = kept.every((other) => box.right < other.left || other.right < box.left ||
        box.bottom < other.top || other.bottom < box.top);
      node.style.visibility = free ? "" : "hidden";
      if (free) { kept.push(box); }
    });
  }

  function outlines(group, items) {
    items.forEach((item) => {
      const told = item.rows.length > 0;
      const shape = L.polygon(decodeAreas(item.areas), options({pane: "outlines",
        color: item.colour, weight: item.weight, dashArray: item.dash, fill: item.fill > 0,
        fillOpacity: item.fill, interactive: told}));
      if (told) { shape.bindPopup(() => card(item.name, item.rows)); }
      group.addLayer(shape);
      if (item.label) { label(decode(item.at)[0], item.label, item.style, "center").addTo(group); }
    });
  }

  /* Limits at sea, and where sorties were to sail before the plan was made anew. */
  function lines(group, items) {
    items.forEach((item) => {
      const line = L.polyline(item.lines.map(decode), options({pane: "outlines",
        color: item.colour || "#6c757d", weight: 1.5, dashArray: item.dash || "2 5", opacity: 0.9}));
      line.bindPopup(() => card(item.name, item.rows));
      group.addLayer(line);
    });
  }

  function places(group, items) {
    items.forEach((item) => {
      const at = decode(item.at)[0];
      if (item.base) { base(at, item).addTo(group); }
      else {
        L.circleMarker(at, options({pane: "bases", radius: 2.5, color: "#1b2a33", weight: 1,
          fillColor: "#5d6f7a", fillOpacity: 1, interactive: false})).addTo(group);
      }
      label(at, item.name, item.base ? "base" : "port", "right").addTo(group);
    });
  }

  /* A base is a button: it can be reached and opened by key. */
  function base(at, item) {
    const icon = L.divIcon({className: "base-mark", iconSize: [24, 24], html: element("span")});
    const mark = L.marker(at, {icon, pane: "bases", keyboard: true});
    mark.on("add", () => mark.getElement().setAttribute("aria-label", item.name));
    return mark.bindPopup(() => card(item.name, item.rows));
  }

  return {label, declutter, outlines, lines, places};
})();
