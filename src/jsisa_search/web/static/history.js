// What was searched for, in this browser alone: nothing of it reaches the program or its other users.

const KEY = "jsisa-search-history";
const MOST = 50;

export function recent() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((text) => typeof text === "string") : [];
  } catch {
    return []; // no storage, as in a private window
  }
}

export function remember(query) {
  const text = query.trim();
  if (!text || text.length > 200) return;
  // What was typed on the way to a longer query is no query of its own.
  const others = recent().filter((each, at) => each !== text && !(at === 0 && text.startsWith(each)));
  try {
    localStorage.setItem(KEY, JSON.stringify([text, ...others].slice(0, MOST)));
  } catch { /* it is only a convenience */ }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch { /* nothing was kept */ }
}

// Queries that begin like what is typed, then those that contain it; the latest first.
export function recalled(typed, most) {
  const text = typed.trim();
  const others = recent().filter((each) => each !== text);
  const starting = others.filter((each) => each.startsWith(text));
  const containing = others.filter((each) => !each.startsWith(text) && each.includes(text));
  return [...starting, ...containing].slice(0, most);
}
