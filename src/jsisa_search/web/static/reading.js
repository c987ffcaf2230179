// How a page was read: a fact and the line that gave it show each other, and j and k go through the lines.
import "./pages.js";
import { isTyping } from "./actions.js";

const lines = [...document.querySelectorAll(".lines .line")];

function show(event) {
  document.querySelectorAll(".same").forEach((each) => each.classList.remove("same"));
  const chosen = event.target.closest?.(".line, .fact");
  if (!chosen) return;
  const at = chosen.dataset.at ?? chosen.id.slice(1);
  document.getElementById(`l${at}`)?.classList.add("same");
  document.querySelectorAll(`.fact[data-at="${CSS.escape(at)}"]`).forEach((each) => each.classList.add("same"));
}
document.addEventListener("pointerover", show);
document.addEventListener("focusin", show);

document.addEventListener("keydown", (event) => {
  if (isTyping(event) || !["j", "k"].includes(event.key)) return;
  const shown = lines.filter((line) => line.offsetParent);
  const at = shown.indexOf(document.activeElement.closest(".line"));
  const next = event.key === "j" ? shown[at + 1] : shown[Math.max(at - 1, 0)];
  next?.focus();
});
