/* ---- the language: chosen in the page, spoken at once by all that stands in it ---- */
patrol.languages = (() => {
  const SHOWN = ["aria-label", "title", "label"], FIGURE = /^[\d.,\u00a0–]+( %)?$/;
  const FIGURES = "td.number, .keys, .classes";
  const written = new WeakMap();          // of a node or element: by name, what it said and says
  const rows = new Map();                 // texts of the page's first language, in all languages
  let known = null, first = 0, now = 0;

  function learn(data) { known = data; }

  const place = (language) => known.tongues.findIndex((tongue) => tongue.language === language);

  /* The language that the page was made in. */
  function load(language) {
    first = place(language);
    [...known.texts, ...known.words].forEach((row) => {
      if (typeof row[0] === "string" && !rows.has(row[first])) { rows.set(row[first], row); }
    });
    take(first);
  }

  function take(number) {
    now = number;
    const words = number ? known.words.map((row) => [[row[0]].flat()[0], row[number]]) : [];
    patrol.tongue = {...known.tongues[number], words: Object.fromEntries(words)};
  }

  /* A text of the page or the plan's data in the language that is spoken. */
  function said(text) { return rows.has(text) ? rows.get(text)[now] : text; }

  function figures(text) {
    const from = known.tongues[first], to = patrol.tongue;
    return text.replace(/[.,\u00a0]/g, (mark) =>
      mark === from.decimal ? to.decimal : mark === from.group ? to.group : mark);
  }

  /* Say a text of the page anew, unless something else has been written there since. */
  function rewrite(node, name, value, write, numeric) {
    if (!written.has(node)) { written.set(node, {}); }
    const past = written.get(node), text = value.trim();
    if (!past[name] || past[name].says !== text) { past[name] = {said: text, says: text}; }
    const origin = past[name].said;
    const found = numeric && FIGURE.test(origin) ? figures(origin) : said(origin);
    past[name].says = found;
    if (found !== text) { write(value.replace(text, () => found)); }
  }

  function relabel(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
      (node) => (/^(SCRIPT|STYLE|PRE)$/i.test(node.nodeName) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.ELEMENT_NODE) {
        SHOWN.filter((name) => node.getAttribute(name)).forEach((name) =>
          rewrite(node, name, node.getAttribute(name), (text) => node.setAttribute(name, text)));
      } else if (node.nodeValue.trim()) {
        rewrite(node, "", node.nodeValue, (text) => { node.nodeValue = text; },
          node.parentElement.closest(FIGURES));
      }
    }
  }

  function choose(language) {
    const {moment, hours} = patrol.words, root = document.documentElement;
    take(place(language));
    root.lang = language;
    patrol.map.closePopup();
    relabel(root);
    document.querySelectorAll("[data-minute]").forEach((part) => { part.textContent = moment(+part.dataset.minute); });
    document.querySelectorAll("[data-minutes]").forEach((part) => { part.textContent = hours(+part.dataset.minutes); });
    patrol.tell("language");
  }

  function begin() {
    const select = document.getElementById("language");
    select.value = known.tongues[now].language;
    select.addEventListener("change", () => choose(select.value));
    const layers = document.querySelector(".leaflet-control-layers-list");   // made anew with its layers
    new MutationObserver(() => { if (now !== first) { relabel(layers); } })
      .observe(layers, {childList: true, subtree: true});
  }

  return {learn, load, said, begin, choose};
})();
