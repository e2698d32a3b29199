/* ---- side panel: which hulls are shown, and the sorties by watch or by hull ---- */
patrol.schedule = (() => {
  const {element, state} = patrol, {t, day, weekday, watch, hours} = patrol.words;
  const buttons = new Map();
  let list = null, by = null, opened = null;

  function begin() {
    const choice = [["watch", t("by watch")], ["hull", t("by hull")]];
    by = element("select", {id: "sorties-by"}, ...choice.map(([value, name]) => element("option", {value}, name)));
    by.addEventListener("change", fill);
    list = element("div", {class: "sorties"});
    document.getElementById("pane-sorties").append(filters(),
      element("label", {class: "by"}, element("span", null, t("Sorties")), by), list);
    fill();
    patrol.on("shown language", fill);
    patrol.on("chosen", () => mark(true));
    patrol.on("time running", () => mark(false));
  }

  /* ---- hulls and agencies ---- */
  function filters() {
    const {hulls} = patrol.plan, agencies = [...new Set(hulls.map((hull) => hull.agency))];
    const count = element("span", {class: "quiet"});
    const boxes = [];
    const sync = () => {
      count.textContent = t("{shown} of {all} shown", {shown: hulls.length - state.hidden.size, all: hulls.length});
      boxes.forEach(([box, numbers]) => {
        const shown = numbers.filter((number) => !state.hidden.has(number)).length;
        box.checked = shown > 0;
        box.indeterminate = shown > 0 && shown < numbers.length;
      });
    };
    const line = (name, numbers, dot) => {
      const box = element("input", {type: "checkbox", checked: true});
      boxes.push([box, numbers]);
      box.addEventListener("change", () => {
        numbers.forEach((number) => state.hidden[box.checked ? "delete" : "add"](number));
        patrol.tell("shown");
      });
      return element("label", null, box, ...dot, element("span", null, name));
    };
    const groups = agencies.map((agency) => {
      const own = hulls.map((hull, number) => number).filter((number) => hulls[number].agency === agency);
      return element("div", {class: "agency", role: "group", "aria-label": agency},
        line(agency, own, []),
        element("div", {class: "hulls"}, ...own.map((number) =>
          line(hulls[number].id, [number], [dot(number)]))));
    });
    patrol.on("shown language", sync);
    sync();
    return element("details", {class: "filters"},
      element("summary", null, element("b", null, t("Hulls and agencies")), " ", count), ...groups);
  }

  function dot(number) {
    const made = element("span", {class: "dot", "aria-hidden": "true"});
    made.style.background = patrol.plan.hulls[number].colour;
    return made;
  }

  /* ---- sorties ---- */
  function fill() {
    const shown = patrol.tracks.all.filter((item) => !state.hidden.has(item.hull));
    const byWatch = by.value === "watch", groups = new Map();
    const ordered = byWatch ? [...shown].sort((a, b) => a.depart - b.depart || a.hull - b.hull) : shown;
    ordered.forEach((item) => {
      const name = byWatch ? day(item.depart) + ", " + watch(item.depart) : patrol.plan.hulls[item.hull].id;
      groups.set(name, [...(groups.get(name) || []), item]);
    });
    buttons.clear();
    list.replaceChildren(...[...groups].map(([name, items]) => element("section", null,
      element("h3", null, name),
      element("ul", null, ...items.map((item) => element("li", null, button(item)))))));
    if (!groups.size) { list.append(element("p", {class: "quiet"}, t("No sortie of the hulls shown."))); }
    opened = null;
    mark(false);
  }

  function button(item) {
    const made = element("button", {type: "button", class: "sortie", "aria-expanded": "false"},
      dot(item.hull), element("b", null, patrol.plan.hulls[item.hull].id),
      element("span", null, weekday(item.depart) + " – " + weekday(item.back)),
      element("span", {class: "quiet"}, [hours(item.back - item.depart), patrol.languages.said(item.watches)].filter(Boolean).join(" · ")));
    made.addEventListener("click", () => {
      if (state.chosen === item) { patrol.tracks.letGo(); } else { patrol.tracks.choose(item); }
    });
    buttons.set(item, made);
    return made;
  }

  /* Mark the sorties under way; open the chosen one and, if asked, bring it into view. */
  function mark(seek) {
    buttons.forEach((made, item) => {
      made.classList.toggle("under-way", state.running && patrol.tracks.underWay(item));
      made.setAttribute("aria-expanded", String(item === state.chosen));
    });
    if (state.chosen === opened) { return; }
    list.querySelectorAll(".details").forEach((node) => node.remove());
    opened = state.chosen;
    const made = opened && buttons.get(opened);
    if (!made) { return; }
    const details = patrol.card(t("Sortie {id}", {id: opened.id}), patrol.tracks.facts(opened),
      t("The map follows it while the clock plays. Escape lets it go."));
    details.classList.add("details");
    made.after(details);
    if (seek) {
      const pane = document.getElementById("pane-sorties");
      pane.scrollTop += made.getBoundingClientRect().top - pane.getBoundingClientRect().top - 40;
    }
  }

  return {begin, dot};
})();
