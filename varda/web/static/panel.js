// The panel for writing. What may be begun there stands in a template as well, so that it can come back without a trip.

const panel = () => document.getElementById("writing");

// Whether something is being spoken, which is nowhere but in this page until the recording stops.
export const isRecording = () => Boolean(panel()?.querySelector("[data-recording]"));

// Whether nothing was typed, chosen, attached or spoken in the panel since it was drawn.
export function isUntouched() {
  if (isRecording() || panel().querySelector("[data-files] li")) return false;
  return [...panel().querySelectorAll("input, textarea, select")].every((field) => {
    if (field.type === "hidden") return true;
    if (field.type === "radio" || field.type === "checkbox") return field.checked === field.defaultChecked;
    if (field instanceof HTMLSelectElement) return [...field.options].every((one) => one.selected === one.defaultSelected || field.selectedIndex === 0);
    return field.value === field.defaultValue;
  });
}

// Shows again what may be begun.
export function offer() {
  if (isRecording()) return;
  panel().replaceChildren(document.getElementById("doing").content.cloneNode(true));
  window.htmx.process(panel());
}

// What a key does: where a panel is open that nobody has touched, it makes room. While somebody speaks it does nothing.
export function act(name) {
  if (isRecording()) return;
  const found = () => document.querySelector(`[data-does=${name}]`);
  const offered = document.getElementById("doing")?.content.querySelector(`[data-does=${name}]`);
  if (!found() && offered && isUntouched()) offer();
  found()?.click();
}

// While what a key opens is on its way, what is typed waits for its field (early.js).
const isOpening = ({ detail: { ctx } }) => ctx.request.method === "GET" && ctx.target === panel();
document.addEventListener("htmx:before:request", (event) => { if (isOpening(event)) dispatchEvent(new Event("varda:opens")); });
document.addEventListener("htmx:finally:request", (event) => { if (isOpening(event)) dispatchEvent(new Event("varda:opened")); });
