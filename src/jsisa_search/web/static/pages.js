// Pages other than the search: a release, folders with the progress of an update, clippings, words.
import { enterText, isTyping, say, step } from "./actions.js";

if (document.querySelector(".reading")) enterText();

document.addEventListener("keydown", (event) => {
  if (isTyping(event)) return;
  if (event.key === "/") {
    event.preventDefault();
    document.querySelector("input[type=search]").focus();
  } else if (event.key === "n") step(1);
  else if (event.key === "p") step(-1);
  else if (event.key === "Escape" && document.querySelector(".reading")) history.back();
});

// What takes seconds says so; a second click would only take as long again.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.wait) return;
  say(button.dataset.wait);
  setTimeout(() => { button.disabled = true; });
});

const update = document.getElementById("update");

async function follow() {
  const state = await (await fetch("/folders/state")).json().catch(() => null);
  if (!state) return;
  if (!state.is_running && (state.serial !== Number(update.dataset.serial) || "running" in update.dataset)) {
    location.replace("/folders");
    return;
  }
  const line = update.querySelector(".progress");
  line.hidden = !state.is_running;
  const phase = line.querySelector(".phase");
  phase.textContent = phase.dataset[state.phase || "starting"];
  line.querySelector("progress").value = state.share;
  line.querySelector(".done").textContent = state.total ? `${state.done} / ${state.total}` : "";
  line.querySelector(".file").textContent = state.file;
  if (state.is_running) update.dataset.running = "";
  setTimeout(follow, state.is_running ? 500 : 3000);
}
if (update) follow();
