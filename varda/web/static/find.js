// Search in the record: Enter leads from the field into what was found. What is looked for stands in no address and no
// history: this page alone remembers it, under a number that the history keeps, for who goes back and forward.
import { step } from "./lists.js";

const form = () => document.querySelector("form.find-form");
const asked = new Map();

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (!form()?.contains(event.target)) return;
    const at = history.state?.asked ?? String(crypto.getRandomValues(new Uint32Array(2)));
    asked.set(at, [...new FormData(form())].filter(([name, value]) => value && name !== "csrf"));
    history.replaceState({ ...history.state, asked: at }, "");
  });
}

// Back at a page of search: the question comes back into its fields, and is asked once more.
function restore() {
  const fields = asked.get(history.state?.asked);
  const text = document.getElementById("find-text");
  if (!fields || !text || text.value) return;
  for (const [name, value] of fields) {
    const one = form().querySelector(`[name="${name}"][type=checkbox][value="${value}"]`);
    if (one) one.checked = true;
    else form().elements[name].value = value;
    if (name !== "q") form().querySelector("details").open = true;
  }
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

let leads = false;
document.addEventListener("submit", (event) => { if (event.target === form()) leads = true; }, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && event.target.id === "find-text" && step(1)) event.preventDefault();
});
document.addEventListener("htmx:after:swap", () => {
  if (leads && form()) step(1);
  else if (document.activeElement === document.body) document.getElementById("find-text")?.focus();
  leads = false;
  setTimeout(restore); // when htmx has heard of the new fields
});
