/* ---- the clock: play, speed, slider, keys ---- */
patrol.clock = (() => {
  const {element, drawing, state} = patrol, {t, moment, local, minuteOf, watch, hours} = patrol.words;
  const SPEEDS = [10, 30, 60, 180, 360];                  // minutes of the plan in a second
  const STEP = 10, HOUR = 60, LONGEST_FRAME_S = 0.25;
  const PLAY = "M3 1.5v13l11-6.5z", PAUSE = "M3 1.5h3.6v13H3zM9.4 1.5H13v13H9.4z";
  let speed = 60, before = 0, parts = {}, night = null;

  const symbol = (path) => drawing("svg", {viewBox: "0 0 16 16", width: 16, height: 16,
    "aria-hidden": "true"}, drawing("path", {d: path, fill: "currentColor"}));

  function button(name, content, press) {
    const made = element("button", {type: "button", "aria-label": name, title: name}, content);
    made.addEventListener("click", press);
    return made;
  }

  function build() {
    const {length} = patrol.plan;
    parts.play = button(t("Play (space)"), symbol(PLAY), toggle);
    parts.back = button(t("An hour back"), t("−1 h"), () => go(state.minute - HOUR));
    parts.on = button(t("An hour on"), t("+1 h"), () => go(state.minute + HOUR));
    parts.whole = button(t("Show the whole plan"), t("Whole plan"), rest);
    parts.now = element("output", {class: "time", "aria-live": "polite"});
    parts.speed = element("select", null, ...SPEEDS.map((rate) =>
      element("option", {value: rate, selected: rate === speed})));
    rates();
    parts.speed.addEventListener("change", () => { speed = +parts.speed.value; });
    parts.jump = element("input", {type: "datetime-local", min: local(0), max: local(length),
      value: local(0), step: 600});
    parts.jump.addEventListener("change", () => {
      const wanted = minuteOf(parts.jump.value);
      if (Number.isFinite(wanted)) { go(wanted); }
    });
    parts.slider = element("input", {type: "range", min: 0, max: length, step: STEP, value: 0,
      "aria-label": t("Time of the plan")});
    parts.slider.addEventListener("input", () => go(+parts.slider.value));
    const named = (name, part) => element("label", null, element("span", null, name), part);
    document.getElementById("clock").append(
      element("div", {class: "controls", role: "group", "aria-label": t("Clock of the plan")},
        parts.play, parts.back, parts.on, parts.now, named(t("Speed"), parts.speed),
        named(t("Go to"), parts.jump), parts.whole),
      element("div", {class: "track"}, patrol.strip.build(), parts.slider));
  }

  function rates() {
    [...parts.speed.options].forEach((option) => {
      option.textContent = t("{time}/s", {time: hours(+option.value)});
    });
  }

  function begin() {
    build();
    night = L.rectangle([[-85, -720], [85, 720]], {pane: "night", stroke: false,
      fillColor: "#0a1836", fillOpacity: 0, interactive: false});
    patrol.on("time running playing language", show);
    patrol.on("language", () => {
      rates();
      parts.play.setAttribute("aria-label", state.playing ? t("Pause (space)") : t("Play (space)"));
    });
    document.addEventListener("keydown", key);
    show();
  }

  function show() {
    const {minute, running, playing} = state, phase = patrol.strip.light(minute);
    parts.now.setAttribute("aria-live", playing ? "off" : "polite");
    parts.now.replaceChildren(...running ? [element("b", null, moment(minute)),
      element("span", null, t("watch {hours} · {light}", {hours: watch(minute),
        light: patrol.strip.lightWords(minute)}))]
      : [element("b", null, t("Whole plan")), element("span", null, t("press play, or move the slider"))]);
    parts.slider.value = minute;
    parts.slider.setAttribute("aria-valuetext", moment(minute));
    if (!playing && document.activeElement !== parts.jump) { parts.jump.value = local(minute); }
    parts.whole.disabled = !running;
    const dark = running ? [0.42, 0.2, 0][phase] : 0;
    if (dark && !patrol.map.hasLayer(night)) { night.addTo(patrol.map); }
    night.setStyle({fillOpacity: dark});
  }

  function set(minute) {
    state.minute = Math.min(patrol.plan.length, Math.max(0, minute));
    if (!state.running) {
      state.running = true;
      patrol.tell("running");
    }
    patrol.tell("time");
  }
  function go(minute) { set(Math.round(minute)); }

  function toggle() {
    if (state.playing) { pause(); return; }
    if (state.minute >= patrol.plan.length) { state.minute = 0; }
    state.playing = true;
    parts.play.setAttribute("aria-label", t("Pause (space)"));
    parts.play.replaceChildren(symbol(PAUSE));
    patrol.tell("playing");
    before = performance.now();
    requestAnimationFrame(frame);
  }

  function pause() {
    state.playing = false;
    parts.play.setAttribute("aria-label", t("Play (space)"));
    parts.play.replaceChildren(symbol(PLAY));
    patrol.tell("playing");
    if (state.running) { set(Math.round(state.minute)); }
  }

  function frame(now) {
    if (!state.playing) { return; }
    const passed = Math.min(LONGEST_FRAME_S, Math.max(0, (now - before) / 1000));
    before = now;
    set(state.minute + passed * speed);
    if (state.minute >= patrol.plan.length) { pause(); return; }
    requestAnimationFrame(frame);
  }

  /* Back to the whole plan: all tracks, no boats, no night. */
  function rest() {
    if (state.playing) { pause(); }
    patrol.tracks.letGo();
    state.running = false;
    state.minute = 0;
    patrol.tell("running");
    patrol.tell("time");
    patrol.frame();
  }

  /* Space plays and pauses, arrows step, wherever they mean nothing else. */
  function key(event) {
    const at = event.target;
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) { return; }
    if (at.closest("input, select, textarea, summary, [role=tab]")) { return; }
    if (event.key === " " && !at.closest("button, a, [role=button]")) {
      event.preventDefault();
      toggle();
    }
    const step = event.shiftKey ? HOUR : STEP;
    if (at.closest(".leaflet-container")) { return; }       // there arrows move the map
    if (event.key === "ArrowLeft") { go(state.minute - step); }
    if (event.key === "ArrowRight") { go(state.minute + step); }
  }

  return {begin, go, toggle, pause};
})();
