// A draft that is dropped anywhere on the page is handed in at once.
const form = document.getElementById("draft");
const file = document.getElementById("file");
const drop = document.getElementById("drop");

if (form) {
  document.getElementById("hint").hidden = false;
  const has = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!has(event)) return;
    event.preventDefault();
    drop.classList.remove("over");
    file.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    document.getElementById("said").textContent = document.body.dataset.busy;
  });
  // The page may be shown again by the back button, as it was left.
  window.addEventListener("pageshow", () => {
    document.getElementById("said").textContent = "";
    file.value = "";
  });
}
