// Keywords beyond those of the template: typed by name, taken from the list, never twice.

const list = (form) => [...form.querySelectorAll("#keyword-list option")];

// The field of a keyword; made when the note has none yet.
export function addKeyword(form, code) {
  const there = form.elements[`text-${code}`];
  if (there) return there;
  const made = form.querySelector("template[data-keyword-field]").content.firstElementChild.cloneNode(true);
  const [label, field] = [made.querySelector("label"), made.querySelector("textarea")];
  label.textContent = list(form).find((one) => one.dataset.code === code)?.value ?? code;
  label.htmlFor = field.id = field.name = `text-${code}`;
  form.querySelector("[data-add-keyword]").closest(".ds-field").before(made);
  return field;
}

function added(input, isSure) {
  const said = input.value.trim().toLocaleLowerCase("sv");
  const options = list(input.form);
  const exact = options.find((one) => one.value.toLocaleLowerCase("sv") === said);
  const found = exact ?? (isSure && said && options.find((one) => one.value.toLocaleLowerCase("sv").startsWith(said)));
  if (!found) return;
  input.value = "";
  addKeyword(input.form, found.dataset.code).focus();
}

// One who chooses from the list gives the whole name at once; one who types ends with Enter.
document.addEventListener("input", (event) => {
  const isChosen = !event.inputType || event.inputType === "insertReplacementText";
  if (isChosen && event.target.matches?.("[data-add-keyword]")) added(event.target, false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches?.("[data-add-keyword]")) return;
  event.preventDefault();
  added(event.target, true);
});
