// A range of years or months: dragged over the bars of time, or from one to another with Shift.

const bars = (root) => [...root.querySelectorAll(".times a[data-time]")];

// Those of the same kind, years or months, from one bar to another.
function between(all, one, other) {
  const alike = all.filter((bar) => bar.dataset.time.length === one.dataset.time.length);
  const [first, last] = [alike.indexOf(one), alike.indexOf(other)].sort((a, b) => a - b);
  return first < 0 ? [] : alike.slice(first, last + 1);
}

// `go` is called with the address of the search restricted to the range.
export function choosePeriods(root, go) {
  let begun = null;
  let chosen = [];
  let last = null;

  const mark = (found) => {
    for (const bar of chosen) bar.classList.remove("ranged");
    chosen = found;
    for (const bar of chosen) bar.classList.add("ranged");
  };
  const restrict = (found) => {
    const times = found.map((bar) => bar.dataset.time).sort();
    const url = new URL(location);
    for (const name of ["page", "open", "at", "dateless"]) url.searchParams.delete(name);
    url.searchParams.set("since", times[0]);
    url.searchParams.set("until", times.at(-1));
    go(url.href);
  };

  root.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".times a[data-time]");
    if (bar && event.button === 0 && event.pointerType !== "touch" && !event.shiftKey) begun = bar;
  });
  root.addEventListener("pointermove", (event) => {
    if (!begun) return;
    const bar = event.target.closest(".times a[data-time]");
    if (bar) mark(between(bars(root), begun, bar));
  });
  addEventListener("pointerup", () => {
    const found = chosen;
    begun = null;
    mark([]);
    if (found.length > 1) restrict(found);
  });
  addEventListener("pointercancel", () => { begun = null; mark([]); });
  // A bar alone is a link; with Shift, the range from the one that was clicked last.
  root.addEventListener("click", (event) => {
    const bar = event.target.closest(".times a[data-time]");
    if (!bar) return;
    const from = event.shiftKey && last && bars(root).find((each) => each.dataset.time === last);
    const found = from ? between(bars(root), from, bar) : [];
    last = bar.dataset.time;
    if (found.length < 2) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    restrict(found);
  }, true);
}
