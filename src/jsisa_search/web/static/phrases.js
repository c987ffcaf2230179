// New phrases: found after the page is there, with the progress of it; leaving the page or 停止 ends the search.
const place = document.getElementById("phrases");

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

function show(step, line) {
  const said = line.querySelector("[data-reading]");
  const text = said.dataset[step.phase] ?? said.dataset.reading;
  if (said.textContent !== text) said.textContent = text;
  if (step.phase === "matching") line.querySelector("progress").value = step.share;
}

async function find() {
  const [line, ask] = [place.querySelector(".progress"), place.querySelector(".ask-for")];
  const stopping = new AbortController();
  const isWaiting = (waits) => {
    line.hidden = !waits;
    ask.hidden = waits;
    place.ariaBusy = String(waits);
  };
  line.querySelector(".stop").onclick = () => stopping.abort();
  isWaiting(true);
  try {
    const answer = await fetch(place.dataset.from, { signal: stopping.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    for await (const step of lines(answer.body)) {
      if (step.html === undefined) {
        show(step, line);
        continue;
      }
      const had = place.contains(document.activeElement);
      place.innerHTML = step.html; // made by our own template, which escapes all texts
      place.ariaBusy = "false";
      if (had) place.querySelector("a")?.focus();
      return;
    }
    throw new Error("ended");
  } catch (error) {
    isWaiting(false);
    if (error.name === "AbortError") ask.querySelector("a").focus();
    else ask.prepend(place.dataset.failed, " ");
  }
}

if (place?.dataset.from) {
  place.querySelector("a.find").addEventListener("click", (event) => {
    event.preventDefault();
    find().then(() => place.querySelector("a")?.focus());
    place.querySelector(".stop").focus();
  });
  if ("wanted" in place.dataset) find();
}
