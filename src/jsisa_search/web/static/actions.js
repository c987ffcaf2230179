// What every page does: quote, collect, open, and step through matches.

export const token = document.querySelector('meta[name="token"]').content;
const words = document.body.dataset;
const said = document.getElementById("said");

export function say(text) {
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, Math.max(2500, text.length * 250));
}

// A field of these forms is called "action", which hides the property of that name.
async function post(form) {
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST",
    headers: { "X-Token": token, "X-Part": "1" },
    body: new URLSearchParams(new FormData(form)),
  });
  const content = await answer.json().catch(() => ({}));
  if (answer.status === 403) throw new Error(words.stale);
  if (!answer.ok) throw new Error(content.detail || answer.statusText);
  return content;
}

async function copy(button) {
  const text = `${button.dataset.text}（${button.dataset.citation}）`;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(words.copied);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.classList.contains("copy")) copy(button);
  else if (button?.dataset.step) step(Number(button.dataset.step));
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches(".languages")) form.elements.next.value = location.pathname + location.search;
  if (!form.matches("form.clip, form.open")) return;
  event.preventDefault();
  try {
    await post(form);
    const done = form.matches(".clip") ? words.clipped : words.opened;
    if (form.matches(".clip")) form.querySelector("button").textContent = done;
    say(done);
  } catch (error) {
    say(error.message);
  }
});

// The matches of the text that is open, and the one that was gone to last.
const matches = () => [...document.querySelectorAll(".reading .text mark")];
let at = -1;

export function step(by) {
  const all = matches();
  if (!all.length) return;
  at = (at + by + all.length) % all.length;
  show(all);
}

function show(all) {
  document.querySelectorAll("mark.now").forEach((mark) => mark.classList.remove("now"));
  all[at].classList.add("now");
  bring(all[at]);
}

// Scroll to the middle: within the pane where the text is beside the hits, so that those stay where they are.
function bring(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const pane = element.closest(".pane");
  const frame = pane?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
  if (top >= frame.top && bottom <= Math.min(frame.bottom, innerHeight)) return; // it is in view
  if (!pane || pane.scrollHeight <= pane.clientHeight) return void element.scrollIntoView({ block: "center" });
  pane.scrollTop += top - frame.top - pane.clientHeight / 2;
}

// Begin at the passage that was found: its first match, or the passage itself.
export function enterText() {
  const all = matches();
  const steps = document.querySelector(".reading .steps");
  if (steps) steps.hidden = all.length === 0;
  const found = document.querySelector(".reading .text .at");
  at = found ? all.findIndex((mark) => found.contains(mark)) : -1;
  if (at >= 0) show(all);
  else if (found) bring(found);
  drawMap(all);
}

const SVG = "http://www.w3.org/2000/svg";

// Where in the text the matches are, beside the scroll bar.
function drawMap(all) {
  document.querySelector(".map")?.remove();
  const text = document.querySelector(".reading .text");
  if (!all.length || !text || text.offsetHeight < innerHeight) return;
  const top = text.getBoundingClientRect().top;
  const map = document.createElementNS(SVG, "svg");
  map.setAttribute("class", "map");
  map.setAttribute("viewBox", "0 0 10 1000");
  map.setAttribute("preserveAspectRatio", "none");
  map.setAttribute("aria-hidden", "true");
  for (const mark of all) {
    const bar = document.createElementNS(SVG, "rect");
    const y = (mark.getBoundingClientRect().top - top) / text.offsetHeight;
    bar.setAttribute("y", String(Math.round(y * 990)));
    bar.setAttribute("x", "2");
    bar.setAttribute("width", "6");
    bar.setAttribute("height", "4");
    map.append(bar);
  }
  document.querySelector(".reading").append(map);
}

export const isTyping = (event) =>
  event.isComposing || event.ctrlKey || event.metaKey || event.altKey
  || event.target.closest("input, textarea, select");
