// Forms that are sent in one go, such as that of the bedside: what is typed in them is kept in this browser, encrypted,
// until the server has it. A lost sign-in, a failed save and a closed tab take nothing; the same person gets it back.
import * as vault from "./vault.js";

const OLD = 5 * 60000; // ms after which what was measured was not measured now
let last = Promise.resolve(); // one step at a time, so that an older text never comes after a newer one

const next = (step) => { last = last.then(step).catch(() => {}); return last; };

function typed(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (form.elements[name].type !== "hidden" && value) fields[name] = value;
  }
  return fields;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-kept]");
  if (!form || event.detail === "restored") return;
  const fields = typed(form);
  const at = Date.now();
  next(() => (Object.keys(fields).length ? vault.put(form.dataset.kept, { at, fields }) : vault.drop(form.dataset.kept)));
});

// Whoever cancels throws away what was typed, and only then goes on.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drops]");
  if (!link) return;
  event.preventDefault();
  next(() => vault.drop(link.closest("form").dataset.kept)).then(() => location.assign(link.href));
});

function restore(form, kept) {
  for (const [name, value] of Object.entries(kept.fields)) {
    const field = form.elements[name];
    if (!field || field.value) continue;
    field.value = value;
    const hidden = (field.closest?.("details") ?? null);
    if (hidden) hidden.open = true;
  }
  const time = form.elements.at;
  if (time && !time.value && Date.now() - kept.at > OLD) time.value = local(kept.at);
  form.querySelector("[data-restored]").hidden = false;
  form.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "restored" })); // the score of what is there now
}

// A moment as a field of date and time has it, by the clock of this place.
function local(at) {
  const day = new Date(at);
  return new Date(at - day.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

// Called after each change of the page: what has been kept is forgotten, what has not comes back into its form.
export function keepForms() {
  for (const done of document.querySelectorAll("[data-kept-done]")) {
    const id = done.dataset.keptDone;
    delete done.dataset.keptDone;
    next(() => vault.drop(id));
  }
  for (const form of document.querySelectorAll("form[data-kept]:not([data-taken])")) keepForm(form);
}

function keepForm(form) {
  form.dataset.taken = "";
  if (Object.keys(typed(form)).length) return; // it came back from the server with what was typed
  vault.key(document.querySelector("meta[name=varda-salt]").content).catch(() => {}); // before the network is lost
  next(async () => {
    const kept = (await vault.all()).find((one) => one.id === form.dataset.kept);
    if (kept) restore(form, kept);
  });
}
