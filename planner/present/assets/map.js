/* Draws a patrol plan on a Leaflet map.
 *
 * All words come from the plan and reach the page as text nodes only; nothing
 * here is ever parsed as HTML. Positions arrive as whole steps of `step`
 * degrees: first position, then differences (planner/present/geometry.py).
 */
var patrol = (function () {
  "use strict";
  var plan = null, map = null, sorties = {};
  var DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  var MODES = ["in transit", "searching", "loitering"];
  var GRID = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
  var RANK = {base: 0, zone: 1, port: 2, sector: 3}, labels = [];
  var PANES = {cells: 410, outlines: 420, tracks: 430, bases: 440};

  function decode(flat) {
    var points = [], lon = 0, lat = 0, turn = 360 / plan.step, near = plan.lon / plan.step;
    for (var k = 0; k < flat.length; k += 2) {
      lon += flat[k]; lat += flat[k + 1];
      lon -= turn * Math.round((lon - near) / turn);    // seas across the date line stay whole
      points.push([lat * plan.step, lon * plan.step]);
    }
    return points;
  }
  function decodeAreas(areas) {
    return areas.map(function (rings) { return rings.map(decode); });
  }

  /* ---- words ---- */
  function pad(value) { return (value < 10 ? "0" : "") + value; }
  function clock(minutes) {           // minutes from the start of the plan, shown in its offset
    var t = new Date(plan.start_ms + minutes * 60000);
    return DAYS[t.getUTCDay()] + " " + t.getUTCDate() + " " + MONTHS[t.getUTCMonth()] + " " +
      pad(t.getUTCHours()) + ":" + pad(t.getUTCMinutes());
  }
  function hours(minutes) {
    var whole = Math.floor(minutes / 60), rest = Math.round(minutes - 60 * whole);
    return whole + " h" + (rest ? " " + pad(rest) + " min" : "");
  }
  function percent(share) { return (100 * share).toFixed(1) + " %"; }
  function element(tag, words, name) {
    var node = document.createElement(tag);
    if (words !== undefined) { node.textContent = words; }
    if (name) { node.className = name; }
    return node;
  }
  function panel(title, rows, note) {
    var box = element("div", undefined, "panel");
    box.appendChild(element("h3", title));
    var list = element("dl");
    rows.forEach(function (row) {
      list.appendChild(element("dt", row[0]));
      list.appendChild(element("dd", row[1]));
    });
    box.appendChild(list);
    if (note) { box.appendChild(element("p", note, "note")); }
    return box;
  }
  function options(more) {            // canvas has one layer of drawing, so no panes there
    var chosen = {};
    for (var key in more) { if (key !== "pane" || !plan.canvas) { chosen[key] = more[key]; } }
    return chosen;
  }

  /* ---- layers ---- */
  function load(data) { plan = data; }
  function begin(target, bounds) {
    map = target;
    map.fitBounds(bounds, {animate: false, padding: [14, 14]});
    if (!plan.canvas) {
      for (var name in PANES) { map.createPane(name).style.zIndex = PANES[name]; }
    }
    map.attributionControl.setPrefix(false).addAttribution(plan.attribution);
    map.setMinZoom(3).setMaxZoom(13);
  }
  function coast(group, areas) {
    L.polygon(decodeAreas(areas), {pane: "coast", color: "#8a9aa5", weight: 0.8,
      fillColor: "#dce9f0", fillOpacity: 1, interactive: false}).addTo(group);
  }
  function graticule(group) {         // meridians and parallels of what is in view
    var frame = map.getBounds(), size = map.getSize(), step = GRID[GRID.length - 1];
    var wide = 80 * (frame.getEast() - frame.getWest()) / size.x;
    GRID.forEach(function (degrees) { if (degrees >= wide && degrees < step) { step = degrees; } });
    group.clearLayers();
    function line(path, at, value, signs, nudge) {
      L.polyline(path, {pane: "coast", color: "#9fb4c0", weight: 0.7, opacity: 0.5,
        interactive: false}).addTo(group);
      value -= 360 * Math.round(value / 360);
      var name = +Math.abs(value).toFixed(2) + "° " + signs[value < 0 ? 1 : 0];
      label(at, name, "graticule", nudge).addTo(group);
    }
    var south = frame.getSouth(), north = frame.getNorth(), k, at;
    var west = frame.getWest(), east = frame.getEast();
    for (k = Math.ceil(west / step); k * step < east; k++) {
      at = map.containerPointToLatLng([0, size.y - 9]);
      line([[south, k * step], [north, k * step]], [at.lat, k * step], k * step, "EW", "center");
    }
    for (k = Math.ceil(south / step); k * step < north; k++) {
      line([[k * step, west], [k * step, east]], [k * step, east], k * step, "NS", "left");
    }
  }
  function label(at, words, name, direction) {
    var anchor = L.circleMarker(at, {radius: 0.1, opacity: 0, fillOpacity: 0,
      interactive: false, pane: "tooltipPane"});
    anchor.bindTooltip(element("span", words), {permanent: true, direction: direction,
      className: "label " + name, opacity: 1, offset: direction === "right" ? [7, 0] : [0, 0]});
    if (name !== "graticule") { labels.push([RANK[name], anchor]); }
    return anchor;
  }
  function declutter() {              // of labels that overlap, the one of higher rank stays
    var kept = [];
    labels.sort(function (a, b) { return a[0] - b[0]; });
    labels.forEach(function (entry) {
      var node = map.hasLayer(entry[1]) && entry[1].getTooltip().getElement();
      if (!node) { return; }
      var box = node.getBoundingClientRect();
      var free = kept.every(function (other) {
        return box.right < other.left || other.right < box.left ||
          box.bottom < other.top || other.bottom < box.top;
      });
      node.style.visibility = free ? "" : "hidden";
      if (free) { kept.push(box); }
    });
  }
  function outlines(group, items) {
    items.forEach(function (item) {
      var shape = L.polygon(decodeAreas(item.areas), options({pane: "outlines",
        color: item.colour, weight: item.weight, dashArray: item.dash, fill: false,
        interactive: item.rows.length > 0}));
      if (item.rows.length) { shape.bindPopup(function () { return panel(item.name, item.rows); }); }
      group.addLayer(shape);
      if (item.label) { label(decode(item.at)[0], item.label, item.style, "center").addTo(group); }
    });
  }
  function cells(group, key) {
    var watch = key.indexOf("watch") === 0 ? +key.slice(5) : -1;   // "watch0", "watch1", …
    var scale = plan.scales[watch < 0 ? key : "watch"];
    plan.cells.forEach(function (cell) {
      var number = watch < 0 ? cell[key] : cell.watch[watch], seen = number >= 0;
      var shape = L.polygon(decodeAreas(cell.areas), options({pane: "cells", color: "#6b7f8c",
        weight: 0.5, opacity: 0.5, fillColor: seen ? scale.colours[number] : "#ffffff",
        fillOpacity: seen ? 0.85 : 0}));
      shape.bindPopup(function () { return cellPanel(cell); });
      shape.on("mouseover", function () { shape.setStyle({weight: 2, opacity: 1}); });
      shape.on("mouseout", function () { shape.setStyle({weight: 0.5, opacity: 0.5}); });
      group.addLayer(shape);
    });
  }
  function cellPanel(cell) {
    var rows = [["Water", cell.area.toFixed(0) + " nm²"]];
    if (cell.found !== null) { rows.push(["Detection", percent(cell.found)]); }
    cell.threats.forEach(function (item) {
      rows.push(["\u2003" + plan.threats[item[0]], percent(item[2])]);
    });
    rows.push(["Target weight", percent(cell.weight)]);
    rows.push(["Searches", String(cell.visits)]);
    rows.push(["Coverage factors, sum", cell.coverage.toFixed(2)]);
    rows.push(["Longest time unsearched", hours(cell.gap * 60)]);
    return panel("Cell " + cell.id, rows);
  }
  function tracks(group, items) {
    items.forEach(function (item) {
      var hull = plan.hulls[item.hull], search = [], transit = [];
      item.lines = item.legs.map(function (leg) { return decode(leg[4]); });
      item.legs.forEach(function (leg, k) {
        (leg[0] === 1 ? search : transit).push(item.lines[k]);
      });
      var look = {pane: "tracks", className: "track", color: hull.colour, interactive: false};
      var parts = L.featureGroup();
      if (!plan.canvas) {
        parts.addLayer(L.polyline(search, {pane: "tracks", className: "track", color: "#ffffff", weight: 3.6,
          opacity: 0.7, interactive: false}));
      }
      parts.addLayer(L.polyline(transit, options(L.extend({weight: 1.1, dashArray: "4 4",
        opacity: 0.8}, look))));
      var thick = L.polyline(search, options(L.extend({weight: 2}, look)));
      parts.addLayer(thick);
      var grip = L.polyline(item.lines, options({pane: "tracks", weight: 11, opacity: 0}));
      grip.bindPopup(function () { return sortiePanel(item, grip.clicked); },
        {maxWidth: Math.min(320, map.getSize().x - 70), maxHeight: 360});
      grip.on("click", function (event) { grip.clicked = event.latlng; });
      grip.on("mouseover", function () { thick.setStyle({weight: 4.5}); });
      grip.on("mouseout", function () { thick.setStyle({weight: 2}); });
      parts.addLayer(grip);
      group.addLayer(parts);
      grip.on("popupopen", function () { focus(parts); });
      grip.on("popupclose", function () { focus(null); });
      sorties[item.id] = {group: group, grip: grip, lines: item.lines};
    });
  }
  function dropped(group, items) {    // where sorties were to sail before the plan was made anew
    items.forEach(function (item) {
      var line = L.polyline(item.lines.map(decode), options({pane: "tracks", color: "#6c757d",
        weight: 1.6, dashArray: "2 5", opacity: 0.9}));
      line.bindPopup(function () { return panel(item.name, item.rows); });
      group.addLayer(line);
    });
  }
  function focus(parts) {             // dim all tracks but one sortie's
    if (plan.canvas) { return; }
    var pane = map.getPane("tracks");
    pane.querySelectorAll(".chosen").forEach(function (path) { path.classList.remove("chosen"); });
    pane.classList.toggle("focused", parts !== null);
    if (parts) {
      parts.eachLayer(function (line) { line.getElement().classList.add("chosen"); });
    }
  }
  function sortiePanel(item, at) {
    var hull = plan.hulls[item.hull];
    var rows = [["Departs", clock(item.depart) + ", " + item.from],
      ["Returns", clock(item.back) + ", " + item.to], ["Can sail again", clock(item.ready)],
      ["Distance", item.nm.toFixed(0) + " nm"], ["Fuel", item.fuel.toLocaleString("en") + " l"],
      ["Searching", hours(item.search)], ["Under way", hours(item.back - item.depart)]];
    if (item.watches) { rows.push(["Watches", item.watches]); }
    rows.push(["Boat", [hull.vessel, hull.unit, hull.agency].join(" · ")]);
    return panel(hull.id + ", sortie " + item.id, rows, at ? passing(item, at) : "");
  }
  function passing(item, at) {        // when the sortie passes the place that was clicked
    var point = map.latLngToLayerPoint(at), best = Infinity, words = "";
    item.lines.forEach(function (line, k) {
      var pixels = line.map(function (p) { return map.latLngToLayerPoint(p); });
      var total = 0, until = [0];
      for (var j = 1; j < pixels.length; j++) {
        total += pixels[j].distanceTo(pixels[j - 1]); until.push(total);
      }
      for (j = 1; j < pixels.length; j++) {
        var near = L.LineUtil.closestPointOnSegment(point, pixels[j - 1], pixels[j]);
        var away = near.distanceTo(point);
        if (away < best) {
          var leg = item.legs[k], along = until[j - 1] + near.distanceTo(pixels[j - 1]);
          best = away;
          words = "Here at " + clock(leg[1] + (total ? along / total : 0) * (leg[2] - leg[1])) +
            ", " + MODES[leg[0]] + " at " + leg[3] + " kn";
        }
      }
    });
    return words;
  }
  function places(group, items) {
    items.forEach(function (item) {
      var mark = L.circleMarker(decode(item.at)[0], options({pane: "bases",
        radius: item.base ? 6 : 2.5, color: "#1b2a33", weight: item.base ? 2.5 : 1,
        fillColor: item.base ? "#ffffff" : "#5d6f7a", fillOpacity: 1,
        interactive: item.base}));
      if (item.base) { mark.bindPopup(function () { return panel(item.name, item.rows); }); }
      group.addLayer(mark);
      label(decode(item.at)[0], item.name, item.base ? "base" : "port", "right").addTo(group);
    });
  }

  /* ---- controls ---- */
  var NauticalScale = L.Control.Scale.extend({
    _updateMetric: function (metres) {
      var miles = metres / 1852, nice = this._getRoundNum(miles);
      if (miles < 1) { nice = miles >= 0.5 ? 0.5 : 0.1; }
      this._updateScale(this._mScale, nice + " nm", nice / miles);
    }
  });
  function legends(shown) {           // the legend of the colouring that is on
    document.querySelectorAll(".legend [data-colouring]").forEach(function (part) {
      part.hidden = part.getAttribute("data-colouring") !== shown;
    });
  }
  function end(target, groups) {
    new NauticalScale({imperial: false, position: "bottomleft", maxWidth: 140}).addTo(map);
    map.on("baselayerchange", function (event) {
      for (var key in groups) { if (groups[key] === event.layer) { legends(key.replace(/\d+$/, "")); } }
      if (plan.canvas) { event.layer.bringToBack(); }
    });
    legends("detection");
    document.querySelectorAll("button[data-sortie]").forEach(function (button) {
      button.addEventListener("click", function () { show(button.getAttribute("data-sortie")); });
    });
    var grid = L.layerGroup().addTo(map);
    map.on("moveend resize", function () { graticule(grid); });
    map.on("zoomend overlayadd overlayremove resize", declutter);
    graticule(grid);
    declutter();
    window.addEventListener("beforeprint", function () { map.invalidateSize(); });
  }
  function show(id) {
    var found = sorties[id];
    if (!found) { return; }
    if (!map.hasLayer(found.group)) { map.addLayer(found.group); }
    found.grip.clicked = null;
    var points = [].concat.apply([], found.lines);
    var room = Math.min(map.getSize().y / 2, 260);      // for the popup above the track
    map.fitBounds(L.latLngBounds(points),
      {paddingTopLeft: [40, room], paddingBottomRight: [40, 40], animate: false});
    map.getContainer().scrollIntoView({block: "center"});
    map.getContainer().focus({preventScroll: true});
    found.grip.openPopup(points.reduce(function (top, point) {
      return point[0] > top[0] ? point : top;
    }));
  }
  function control() { return window.innerWidth < 720; }

  return {load: load, begin: begin, coast: coast, outlines: outlines,
    cells: cells, tracks: tracks, dropped: dropped, places: places, end: end, narrow: control};
}());
