/* The map's script, part by part (planner/present/map/deliver.py joins them).
 *
 * All words come from the plan or through t() and reach the page as text nodes
 * only; nothing here is ever parsed as HTML. Times are minutes from the start
 * of the plan, shown in its own offset.
 */
"use strict";

const patrol = {plan: null, map: null, tongue: null};

/* ---- words, times and figures as people read them ---- */
patrol.words = (() => {

  /* English text in the reader's language, with figures for its {names}. */
  function t(text, figures) {
    const {words} = patrol.tongue;
    return fill(Object.hasOwn(words, text) ? words[text] : text, figures);
  }
  /* The same for a number of things, in the form that the language has for the number. */
  function tn(one, many, number, figures) {
    const {words, plurals} = patrol.tongue;
    if (!Object.hasOwn(words, one)) { return fill(number === 1 ? one : many, figures); }
    const place = plurals.indexOf(new Intl.PluralRules(patrol.tongue.language).select(number));
    return fill(words[one].at(place), figures);             // the last form for what it lacks
  }
  function fill(text, figures) {
    if (!figures) { return text; }
    return text.replace(/\{(\w+)\}/g, (whole, key) =>
      Object.hasOwn(figures, key) ? String(figures[key]) : whole);
  }

  const pad = (value) => String(value).padStart(2, "0");
  const date = (minute) => new Date(patrol.plan.start_ms + Math.floor(minute) * 60000);

  function time(minute) {
    const at = date(minute);
    return pad(at.getUTCHours()) + ":" + pad(at.getUTCMinutes());
  }
  function weekday(minute) { return patrol.tongue.days[date(minute).getUTCDay()] + " " + time(minute); }
  function day(minute) {
    const {days, months, date: pattern} = patrol.tongue, at = date(minute);
    const parts = {E: days[at.getUTCDay()], d: at.getUTCDate(), MMM: months[at.getUTCMonth()]};
    return pattern.replace(/E|d|MMM/g, (part) => parts[part]);
  }
  function moment(minute) { return day(minute) + " " + time(minute); }

  /* As an input of type datetime-local writes it, and back. */
  function local(minute) { return date(minute).toISOString().slice(0, 16); }
  function minuteOf(text) { return (Date.parse(text + "Z") - patrol.plan.start_ms) / 60000; }

  function hours(minutes) {
    const whole = Math.floor(Math.round(minutes) / 60), rest = Math.round(minutes) - 60 * whole;
    if (!whole && rest) { return t("{min} min", {min: rest}); }
    return rest ? t("{h} h {min} min", {h: whole, min: pad(rest)}) : t("{h} h", {h: whole});
  }
  function percent(share) { return figure((100 * share).toFixed(1)) + " %"; }
  function whole(value) { return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, patrol.tongue.group); }
  const figure = (written) => String(written).replace(".", patrol.tongue.decimal);

  /* The watch that a minute lies in, by its clock hours. */
  function watch(minute) {
    const length = patrol.plan.watch, begin = Math.floor(minute / length) * length;
    return time(begin) + "–" + time(begin + length);
  }

  return {t, tn, time, weekday, day, moment, local, minuteOf, hours, percent, whole, figure, watch};
})();

/* ---- elements: whatever is not an element becomes a text node ---- */
patrol.element = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) { node.setAttribute(name, ""); }
    else if (value !== false && value !== null) { node.setAttribute(name, value); }
  }
  node.append(...children);
  return node;
};

patrol.drawing = (tag, attributes, ...children) => {      // the same for SVG
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) { node.setAttribute(name, value); }
  node.append(...children);
  return node;
};

/* A heading, rows of names and figures, and a note: what popups hold. */
patrol.card = (title, rows, note) => {
  const {element} = patrol, {said} = patrol.languages, list = element("dl");
  rows.forEach(([name, figure]) =>
    list.append(element("dt", null, said(name)), element("dd", null, said(figure))));
  const box = element("div", {class: "card"}, element("h3", null, said(title)), list);
  if (note) { box.append(element("p", {class: "note"}, note)); }
  return box;
};

/* ---- what the reader has chosen; parts of the page hear of changes ----
 * "time": the clock moved; "shown": hulls were shown or hidden; "chosen": a
 * sortie was chosen or let go; "playing": the clock was started or stopped;
 * "language": all is said in another one.
 */
patrol.state = {minute: 0, running: false, playing: false, hidden: new Set(), chosen: null};
patrol.listeners = {};
patrol.on = (names, listener) => names.split(" ").forEach((name) => {
  (patrol.listeners[name] = patrol.listeners[name] || []).push(listener);
});
patrol.tell = (name) => (patrol.listeners[name] || []).forEach((listener) => listener());
