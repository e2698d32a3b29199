/* ---- side panel: its tabs, and what each hull is doing at the clock's time ---- */
patrol.now = (() => {
  const {element, state} = patrol, {t, tn, moment, watch} = patrol.words;
  const EVERY_MS = 200;
  let written = 0;

  function begin() {
    const tabs = [...document.querySelectorAll("#panel [role=tab]")];
    tabs.forEach((tab, place) => {
      tab.addEventListener("click", () => open(tabs, tab));
      tab.addEventListener("keydown", (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (!step) { return; }
        const next = tabs[(place + step + tabs.length) % tabs.length];
        open(tabs, next);
        next.focus();
      });
    });
    patrol.on("time running shown language", () => {
      const soon = performance.now() - written < EVERY_MS;
      if (!pane().hidden && !(state.playing && soon)) { write(); }
    });
  }

  const pane = () => document.getElementById("pane-now");

  function open(tabs, chosen) {
    tabs.forEach((tab) => {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    });
    if (!pane().hidden) { write(); }
  }

  function write() {
    written = performance.now();
    const {hulls} = patrol.plan, minute = state.minute;
    const atSea = hulls.filter((_, number) => patrol.boats.stateOf(number, minute).kind === "sea").length;
    const head = element("p", null, element("b", null, moment(minute)), " ",
      element("span", {class: "quiet"}, tn("watch {hours} · {light} · {count} of {all} hull at sea",
        "watch {hours} · {light} · {count} of {all} hulls at sea", hulls.length, {
          hours: watch(minute), light: patrol.strip.lightWords(minute), count: atSea, all: hulls.length})));
    const rows = hulls.map((hull, number) => [hull, number]).filter(([, number]) => !state.hidden.has(number));
    pane().replaceChildren(head, element("ul", {class: "doing"}, ...rows.map(([hull, number]) => {
      const now = patrol.boats.stateOf(number, minute), [doing, coming] = patrol.boats.words(now);
      return element("li", {class: now.kind}, patrol.schedule.dot(number), element("b", null, hull.id),
        element("span", null, doing), element("span", {class: "quiet"}, coming));
    })));
  }

  return {begin};
})();
