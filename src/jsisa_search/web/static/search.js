// The page of a search: results while typing, the whole state in the address, a release beside the hits.
import { enterText, isTyping, say, step } from "./actions.js";
import { forget, recalled, recent, remember } from "./history.js";
import { choosePeriods } from "./period.js";

const form = document.getElementById("ask");
const input = document.getElementById("q");
const found = document.getElementById("found");
const pane = document.getElementById("pane");
const list = document.getElementById("suggestions");
const FILTERS = ["source", "publisher", "section", "folder", "format", "dateless", "synonyms", "leaving_out"];
const CHOICES = { undated: "1", grouped: "1", fold: "0" };
const WAIT = 120; // ms after the last key
let timer = 0;
let request = null;
let isComposing = false;
let current = -1;

// The address of what the form asks for, in the order and without the defaults of the server.
function address() {
  const pairs = [...new FormData(form)].filter(([name, value]) =>
    value.trim() && !(name === "sort" && value === "relevance"));
  const query = new URLSearchParams(pairs).toString();
  return query ? `/?${query}` : "/";
}

async function part(url, name, signal) {
  const answer = await fetch(url, { headers: { "X-Part": name }, signal });
  if (answer.headers.get("content-type")?.startsWith("text/html")) return answer.text();
  throw new Error((await answer.json()).detail);
}

// Show the results of an address, and return whether they are shown; how: "push" and "replace" change the address of the page, "" does not.
async function load(url, how) {
  clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  found.setAttribute("aria-busy", "true");
  try {
    found.innerHTML = await part(url, "results", request.signal);
  } catch (error) {
    if (error.name !== "AbortError") say(error.message || "");
    return false;
  }
  found.removeAttribute("aria-busy");
  foldFacets();
  showRecent();
  current = -1;
  if (how) history[`${how}State`](null, "", url);
  const query = new URL(url, location).searchParams;
  document.title = document.title.replace(/^(.* - )?/, query.get("q") ? `${query.get("q")} - ` : "");
  return true;
}

// Make the form say what an address says.
function fill(url) {
  const query = new URL(url, location).searchParams;
  if (document.activeElement !== input || !isComposing) input.value = query.get("q") ?? "";
  for (const name of ["since", "until"]) form.elements[name].value = query.get(name) ?? "";
  form.elements.sort.value = query.get("sort") ?? "relevance";
  for (const [name, value] of Object.entries(CHOICES)) form.elements[name].checked = query.get(name) === value;
  form.querySelectorAll("input[type=hidden]").forEach((field) => field.remove());
  for (const name of FILTERS) {
    for (const value of query.getAll(name)) {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  }
}

// Completions wait for the hits, which are what people look at.
async function search() {
  const isShown = await load(address(), "replace");
  if (isShown) suggest();
}

function typed() {
  clearTimeout(timer);
  if (!isComposing) timer = setTimeout(search, WAIT);
}

input.addEventListener("compositionstart", () => { isComposing = true; clearTimeout(timer); });
input.addEventListener("compositionend", () => { isComposing = false; typed(); });
form.addEventListener("input", typed);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  hideSuggestions();
  remember(input.value);
  load(address(), location.href.endsWith(address()) ? "replace" : "push");
  closePane(false);
});

// Suggestions: queries from the history, then completions of the last word.
async function suggest() {
  const text = input.value;
  if (document.activeElement !== input) return hideSuggestions();
  const past = recalled(text, text.trim() ? 3 : 8);
  if (!text.trim()) return propose(past.map((each) => option(each, list.dataset.recent, "whole")), past.length > 0);
  const last = text.split(/\s/).pop();
  const found = last ? await completions(text) : [];
  if (!found || input.value !== text || document.activeElement !== input) return;
  const further = found.filter((each) => each.text !== last && !past.includes(text.replace(/\S*$/, "") + each.text));
  propose([
    ...past.map((each) => option(each, list.dataset.recent, "whole")),
    ...further.map((each) => option(each.text, each.count, "last")),
  ]);
}

async function completions(text) {
  const answer = await fetch(`/api/suggest?limit=8&q=${encodeURIComponent(text)}`).catch(() => null);
  return answer?.ok ? (await answer.json()).suggestions : null;
}

// An entry of the list: it stands for the whole query or for its last word, or clears the history.
function option(text, note, stands) {
  const item = Object.assign(document.createElement("li"), { role: "option" });
  item.dataset.text = text;
  item.dataset.stands = stands;
  item.append(text, Object.assign(document.createElement("small"), { textContent: note }));
  return item;
}

function propose(items, canForget = false) {
  if (canForget) items.push(option(list.dataset.forget, "", "forget"));
  items.forEach((item, at) => { item.id = `o${at}`; });
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
  input.setAttribute("aria-expanded", String(!list.hidden));
}

// Below the empty page: what was searched for last, as links.
function showRecent() {
  const place = found.querySelector(".recent");
  const texts = recent().slice(0, 12);
  if (!place || !texts.length) return;
  place.hidden = false;
  const links = texts.map((text) => {
    const link = Object.assign(document.createElement("a"), { className: "chip", textContent: text });
    link.href = `/?${new URLSearchParams({ q: text })}`;
    return link;
  });
  place.querySelector(".queries").replaceChildren(...links);
}

function clearHistory() {
  forget();
  hideSuggestions();
  const place = found.querySelector(".recent");
  if (place) place.hidden = true;
  say(list.dataset.forgotten);
}

function hideSuggestions() {
  list.hidden = true;
  input.removeAttribute("aria-activedescendant");
}

function choose(item) {
  if (item.dataset.stands === "forget") return clearHistory();
  input.value = (item.dataset.stands === "whole" ? "" : input.value.replace(/\S*$/, "")) + item.dataset.text;
  hideSuggestions();
  remember(input.value);
  load(address(), "replace");
}

list.addEventListener("mousedown", (event) => {
  const item = event.target.closest("li");
  if (!item) return;
  event.preventDefault();
  choose(item);
});
input.addEventListener("blur", hideSuggestions);
input.addEventListener("click", () => { if (!input.value.trim()) suggest(); });
input.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && list.hidden && !event.isComposing && !input.value.trim()) suggest();
});
input.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const items = [...list.children];
  const chosen = items.findIndex((item) => item.ariaSelected === "true");
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
    event.preventDefault();
    const next = (chosen + (event.key === "ArrowDown" ? 1 : items.length + (chosen < 0 ? 1 : 0) - 1)) % items.length;
    items.forEach((item, at) => { item.ariaSelected = String(at === next); });
    input.setAttribute("aria-activedescendant", items[next].id);
  } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
    event.preventDefault();
    choose(items[chosen]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (list.hidden) input.blur();
    hideSuggestions();
  }
});

// A release beside the hits, where there is room; on its own page elsewhere.
const isWide = () => matchMedia("(min-width: 1100px)").matches;

async function openPane(link, how) {
  remember(input.value);
  try {
    pane.innerHTML = await part(link.href, "release");
  } catch (error) {
    return say(error.message);
  }
  pane.hidden = false;
  document.body.classList.add("with-pane");
  pane.scrollTop = 0;
  readyPane();
  const hit = link.closest(".hit");
  select([...found.querySelectorAll(".hit")].indexOf(hit), false);
  if (!how) return;
  const url = new URL(location);
  url.searchParams.set("open", hit.dataset.release);
  url.searchParams.set("at", hit.dataset.at);
  history[`${how}State`](null, "", url);
}

function readyPane() {
  const close = pane.querySelector(".close");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => closePane(true));
  }
  enterText();
}

function closePane(changesAddress) {
  if (pane.hidden) return false;
  pane.hidden = true;
  pane.replaceChildren();
  document.body.classList.remove("with-pane");
  if (changesAddress) {
    const url = new URL(location);
    url.searchParams.delete("open");
    url.searchParams.delete("at");
    history.pushState(null, "", url);
  }
  return true;
}

function select(at, scrolls = true) {
  const hits = [...found.querySelectorAll(".hit")];
  if (!hits.length) return;
  current = Math.min(Math.max(at, 0), hits.length - 1);
  hits.forEach((hit, index) => hit.classList.toggle("current", index === current));
  const title = hits[current].querySelector(".title");
  if (scrolls) {
    title.focus({ preventScroll: true });
    hits[current].scrollIntoView({ block: "nearest" });
    if (!pane.hidden) openPane(title, "replace");
  }
}

function go(url) {
  fill(url);
  closePane(false);
  load(url, "push").then(() => scrollTo(0, 0));
}

choosePeriods(found, go);

found.addEventListener("click", (event) => {
  if (event.target.closest(".recent button")) return clearHistory();
  if (event.target.closest(".hit button, .hit a")) remember(input.value);
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (link.matches(".title")) {
    if (!isWide()) return;
    event.preventDefault();
    openPane(link, "push");
  } else if (link.origin === location.origin && link.pathname === "/") {
    event.preventDefault();
    go(link.href);
  }
});

addEventListener("popstate", () => {
  fill(location.href);
  load(location.href, "").then(() => {
    const id = new URL(location).searchParams.get("open");
    const link = id && found.querySelector(`.hit[data-release="${CSS.escape(id)}"] .title`);
    if (link) openPane(link, "");
    else closePane(false);
  });
});

document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  const hit = found.querySelectorAll(".hit")[current];
  if (event.key === "/") {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "j") select(current + 1);
  else if (event.key === "k") select(current - 1);
  else if (event.key === "n") step(1);
  else if (event.key === "p") step(-1);
  else if (event.key === "c") hit?.querySelector(".copy").click();
  else if (event.key === "Escape") closePane(true);
});

// Where there is little room, the hits come first.
function foldFacets() {
  if (!matchMedia("(min-width: 800px)").matches) found.querySelector(".facets > details")?.removeAttribute("open");
}

foldFacets();
showRecent();
remember(input.value);
if (!pane.hidden) readyPane();
if (input.autofocus) input.focus();
