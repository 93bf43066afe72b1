// A code by typing: the field keeps the focus, arrows choose, Enter takes what is chosen. While nothing is typed the
// digits take what the unit often chooses.

const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const optionsOf = (field) => [...listOf(field).querySelectorAll("[role=option]")];
const chosenOf = (field) => optionsOf(field).findIndex((one) => one.getAttribute("aria-selected") === "true");

function choose(field, at) {
  const options = optionsOf(field);
  options.forEach((option, number) => {
    option.id = `${listOf(field).id}-${number}`;
    option.setAttribute("aria-selected", String(number === at));
  });
  if (options[at]) {
    field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function close(field) {
  listOf(field).hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

// What stands in the list may answer earlier letters: only an answer to all of them is taken.
function answers(field) {
  const said = listOf(field).querySelector("[data-answers]");
  return said?.dataset.answers === field.value.trim() ? said : null;
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("[data-codes]");
  if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
  const options = optionsOf(field);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) {
    const at = chosenOf(field);
    choose(field, at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length);
  } else if (event.key === "Enter") {
    if (answers(field)) options[chosenOf(field)]?.click();
    else field.dataset.waits = "";
  } else if (event.key === "Escape" && !listOf(field).hidden) close(field);
  else if (/^[1-9]$/.test(event.key) && !field.value && answers(field) && options[event.key - 1]) options[event.key - 1].click();
  else return;
  event.preventDefault();
});

// An option that fills: its words into the field, its code beside. What is typed afterwards is text without a code.
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("[data-fills]");
  const field = option?.closest("[data-coder]").querySelector("[data-codes]");
  if (!field) return;
  field.value = option.dataset.fills;
  for (const name of ["code", "system"]) field.form.elements[name].value = option.dataset[name];
  close(field);
  field.focus();
});

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-codes]")) return;
  delete event.target.dataset.waits;
  if (event.target.dataset.codes !== "substance") return;
  for (const name of ["code", "system"]) event.target.form.elements[name].value = "";
});

document.addEventListener("htmx:after:swap", () => {
  for (const field of document.querySelectorAll("[data-codes]")) {
    const list = listOf(field);
    const said = answers(field);
    if (!said || said.dataset.seen !== undefined) continue;
    said.dataset.seen = "";
    list.hidden = document.activeElement !== field;
    field.setAttribute("aria-expanded", String(!list.hidden));
    // Nothing typed, or found by an everyday word only: nothing is chosen, so that Enter by mistake sets nothing.
    choose(field, field.value.trim() && said.dataset.guessed === undefined ? 0 : -1);
    const waits = field.dataset.waits !== undefined;
    delete field.dataset.waits;
    if (waits && said.dataset.certain !== undefined) optionsOf(field)[0]?.click();
  }
});

// A click on an option takes the focus first: the list stays until the click has landed.
document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.("[data-codes]");
  if (field && !listOf(field).contains(event.relatedTarget)) close(field);
});
