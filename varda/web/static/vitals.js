// The bedside: its form stands ready where vital signs are read, and A, C, V, P and U choose the level of consciousness.
import { isUntouched, offer } from "./panel.js";

// On a narrow screen the chart shows its newest end.
const toNewest = () => { for (const chart of document.querySelectorAll(".ews > .scroll")) chart.scrollLeft = chart.scrollWidth; };

// Called after each change of the page. What is being written stays, and an untouched form goes with its section; on a
// phone nothing jumps to the form.
export function openForm() {
  toNewest();
  const place = document.querySelector("#reading [data-form]");
  const panel = document.getElementById("writing");
  if (!panel) return;
  const own = panel.querySelector("form[data-by-itself]");
  if (own && !location.pathname.endsWith("/vitals") && isUntouched()) offer();
  if (!place || panel.querySelector("form")) return;
  const url = place.dataset.form + (window.innerWidth <= 600 ? "?unfocused=yes" : "");
  delete place.dataset.form;
  window.htmx.ajax("GET", url, { target: "#writing", swap: "innerHTML" })
    .then(() => panel.querySelector("form#vitals")?.setAttribute("data-by-itself", ""));
}

document.addEventListener("keydown", (event) => {
  const letters = event.target.closest?.("[data-letters]");
  if (!letters || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = letters.querySelector(`input[value="${CSS.escape(event.key.toUpperCase())}"]`);
  if (!choice) return;
  event.preventDefault();
  choice.focus();
  choice.click();
});
