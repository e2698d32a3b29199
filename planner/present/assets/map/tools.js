/* ---- scale, keys on the map, night display, printing ---- */
patrol.tools = (() => {
  const {t, moment, figure} = patrol.words;

  const NauticalScale = L.Control.Scale.extend({
    _updateMetric(metres) {
      const miles = metres / 1852;
      let nice = this._getRoundNum(miles);
      if (miles < 1) { nice = miles >= 0.5 ? 0.5 : 0.1; }
      this._updateScale(this._mScale, t("{nm} nm", {nm: figure(nice)}), nice / miles);
    }
  });

  function begin() {
    const {map} = patrol;
    const scale = new NauticalScale({imperial: false, position: "bottomright", maxWidth: 170}).addTo(map);
    patrol.on("language", () => scale._update());
    keys(map.getContainer());
    map.getPane("popupPane").setAttribute("aria-live", "polite");
    display();
    printing();
    if (window.innerWidth < 720) { document.querySelector(".legend").open = false; }
    for (const [place, name] of [["in", t("Zoom in")], ["out", t("Zoom out")]]) {
      const button = document.querySelector(".leaflet-control-zoom-" + place);
      button.title = name;
      button.setAttribute("aria-label", name);
    }
    const layers = document.querySelector(".leaflet-control-layers-toggle");
    layers.title = t("Layers");
    layers.setAttribute("aria-label", t("Layers"));
  }

  /* With the map in focus: arrows move it, Enter opens the cell under its middle, M measures. */
  function keys(container) {
    container.setAttribute("aria-keyshortcuts", "Enter M Escape");
    container.addEventListener("keydown", (event) => {
      const middle = patrol.map.getCenter();
      if (event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey) {
        if (!patrol.measure.stop()) { patrol.measure.start(); }
      }
      if (event.key !== "Enter" || event.target !== container) { return; }
      event.preventDefault();
      if (patrol.measure.on()) { patrol.measure.add(middle); }
      else { patrol.cells.openAt(middle); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !patrol.measure.stop()) { patrol.tracks.letGo(); }
    });
  }

  /* Dark and dim, for eyes that must see the night outside. */
  function display() {
    const button = document.getElementById("night-display"), root = document.documentElement;
    const set = (dark) => {
      root.dataset.display = dark ? "night" : "day";
      button.setAttribute("aria-pressed", String(dark));
    };
    button.addEventListener("click", () => set(root.dataset.display !== "night"));
    set(window.matchMedia("(prefers-color-scheme: dark)").matches);
  }

  /* On paper the map is as large as the page and shows what the screen showed. */
  function printing() {
    const {map} = patrol, root = document.documentElement;
    let kept = null;
    window.addEventListener("beforeprint", () => {
      if (kept) { return; }
      kept = {bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(),
        legend: document.querySelector(".legend").open};
      document.querySelector(".legend").open = true;
      document.querySelector(".printed").textContent = patrol.state.running
        ? t("shown as of {time}", {time: moment(patrol.state.minute)}) : "";
      root.classList.add("printing");
      map.invalidateSize({animate: false, pan: false});
      map.fitBounds(kept.bounds, {animate: false});
      patrol.places.declutter();
    });
    window.addEventListener("afterprint", () => {
      if (!kept) { return; }
      root.classList.remove("printing");
      document.querySelector(".legend").open = kept.legend;
      map.invalidateSize({animate: false, pan: false});
      map.setView(kept.centre, kept.zoom, {animate: false});
      kept = null;
    });
    document.getElementById("print").addEventListener("click", () => window.print());
  }

  return {begin};
})();
