// Search in the record: the address keeps the question, and Enter leads from the field into what was found.
import { step } from "./lists.js";

const form = () => document.querySelector("form[data-keeps-address]");

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (!form()?.contains(event.target)) return;
    const said = [...new FormData(form())].filter(([, value]) => value);
    const query = new URLSearchParams(said).toString();
    history.replaceState(history.state, "", form().dataset.keepsAddress + (query ? `?${query}` : ""));
  });
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
});
