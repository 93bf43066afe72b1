// Forms: questions open and close at once; scores come from the server, which is the judge of both when the form is kept.

const WAIT = 300; // ms of rest before a score is asked for
const ROUNDS = 8; // an answer opens a question whose answer opens another
let timer = 0;
let asked = 0;

const number = (text) => Number(text.replaceAll(" ", "").replace(",", ".").replace("−", "-"));

// What stands in the fields of a question; nothing where it is closed.
function given(inside, link) {
  const item = inside.querySelector(`[data-item="${CSS.escape(link)}"]`);
  if (!item || item.closest("[hidden]")) return [];
  const reckoned = item.querySelector("[data-reckoned]");
  if (reckoned) return reckoned.dataset.value ? [reckoned.dataset.value] : [];
  const found = [];
  for (const field of inside.elements) {
    if (field.name === `text-${link}` || field.name?.startsWith(`text-${link}~`)) {
      if (field.type === "radio" ? field.checked : field.value.trim()) found.push(field.value.trim());
    } else if (field.type === "checkbox" && field.checked && field.name.startsWith(`text-${link}#`)) {
      found.push(field.name.slice(`text-${link}#`.length));
    }
  }
  return found;
}

function holds({ question, operator, value }, inside) {
  const answers = given(inside, question);
  if (operator === "exists") return (answers.length > 0) === (value === "true");
  return answers.some((one) => {
    const [left, right] = [number(one), number(value)];
    const areNumbers = !Number.isNaN(left) && !Number.isNaN(right) && one !== "" && value !== "";
    const [a, b] = areNumbers ? [left, right] : [one, value];
    return { "=": a === b, "!=": a !== b, ">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b }[operator] ?? false;
  });
}

function openAndClose(inside) {
  for (let round = 0; round < ROUNDS; round += 1) {
    let isChanged = false;
    for (const item of inside.querySelectorAll("[data-when]")) {
      const conditions = JSON.parse(item.dataset.when);
      const met = "any" in item.dataset ? conditions.some((one) => holds(one, inside)) : conditions.every((one) => holds(one, inside));
      if (item.hidden === met) { item.hidden = !met; isChanged = true; }
    }
    if (!isChanged) return;
  }
}

async function reckon(inside) {
  const mine = ++asked;
  try {
    const answer = await fetch(inside.dataset.reckons, {
      method: "POST",
      body: new URLSearchParams(new FormData(inside)),
      headers: { "HX-Request": "true", "X-CSRF-Token": document.querySelector("meta[name=varda-token]").content },
    });
    if (mine !== asked || !inside.isConnected) return;
    show(inside, answer.ok ? await answer.json() : {});
  } catch {
    if (mine === asked) show(inside, {}); // an old score beside new answers would be wrong
  }
}

function show(inside, values) {
  for (const output of inside.querySelectorAll("[data-reckoned]")) {
    const value = values[output.dataset.reckoned] ?? "";
    output.dataset.value = value;
    output.textContent = value || output.dataset.none;
  }
  openAndClose(inside);
}

function changed(inside) {
  openAndClose(inside);
  if (!inside.dataset.reckons) return;
  clearTimeout(timer);
  timer = setTimeout(() => reckon(inside), WAIT);
}

document.addEventListener("input", (event) => {
  const inside = event.target.closest("form.answers-form");
  if (!inside) return;
  // Own words of an open choice stand instead of a choice that is one of few.
  const own = event.target.name?.endsWith("#other") && event.target.value ? event.target.name.slice(0, -"#other".length) : "";
  for (const radio of own ? inside.querySelectorAll(`[type=radio][name="${CSS.escape(own)}"]`) : []) radio.checked = false;
  if (event.target.type === "radio") {
    const other = inside.elements[`${event.target.name}#other`];
    if (other) other.value = "";
  }
  changed(inside);
});

// A radio button that is on is taken back by a second press, so that a wrong tap is not an answer for ever.
document.addEventListener("pointerdown", (event) => {
  const radio = event.target.closest("label")?.querySelector("form.answers-form [type=radio]");
  if (radio) radio.dataset.was = radio.checked ? "on" : "";
});
document.addEventListener("click", (event) => {
  const radio = event.target;
  if (radio.type !== "radio" || !radio.closest("form.answers-form") || radio.dataset.was !== "on") return;
  radio.checked = false;
  radio.dataset.was = "";
  radio.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-one-more]");
  if (!button) return;
  const fields = [...button.parentElement.querySelectorAll(".with-unit")];
  const last = fields[fields.length - 1];
  const more = last.cloneNode(true);
  const name = `text-${button.dataset.oneMore}~${fields.length}`;
  const field = more.querySelector("input, textarea");
  Object.assign(field, { name, id: name, value: "" });
  for (const beside of more.querySelectorAll(".unit, select")) beside.remove();
  field.setAttribute("aria-label", `${button.parentElement.querySelector("label").textContent.trim()} ${fields.length + 1}`);
  last.after(more);
  field.focus();
});

// What cannot be so is told at its fields, in the form that is there: the draft goes on, nothing typed is lost.
document.addEventListener("varda:refused", (event) => {
  const fresh = new DOMParser().parseFromString(event.detail, "text/html").querySelector("form.answers-form .fields");
  const inside = event.target;
  if (!fresh || !inside.matches("form.answers-form")) return;
  event.preventDefault();
  inside.querySelector(".fields").replaceWith(document.adoptNode(fresh));
  changed(inside);
  const wrong = inside.querySelector("[aria-invalid]");
  (wrong?.matches("fieldset") ? wrong.querySelector("input") : wrong)?.focus();
  (wrong ?? inside.querySelector(".fields")).scrollIntoView({ block: "center" });
});

// The form that is there after a change of the page.
document.addEventListener("htmx:after:swap", () => {
  const inside = document.querySelector("form.answers-form");
  if (!inside || inside.dataset.begun) return;
  inside.dataset.begun = "yes";
  changed(inside);
});
