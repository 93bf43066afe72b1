// Measures in the text, offered as entries of the record. The server finds them at each save; the writer says yes to
// each, or to all at once by Alt+Enter. What is not chosen stays text and nothing else. The last values stand beside, and
// what is unlike them is chosen by itself alone: a slip of a comma is not kept with the rest.
import { toast } from "./toasts.js";

const lasts = new Map(); // the last values of a patient, asked for when a measure is offered, until they are told

// Null where they could not be had.
function last(url) {
  if (!lasts.has(url)) {
    const asked = fetch(url, { signal: AbortSignal.timeout(3000) }).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    lasts.set(url, asked);
    asked.then((known) => { if (!known) lasts.delete(url); });
  }
  return lasts.get(url);
}

export function offer(form, values) {
  const box = form.querySelector("[data-values]");
  if (!box || !values) return;
  const chosen = new Set(new FormData(form).getAll("value"));
  const before = [...box.querySelectorAll("label")].map((one) => one.dataset.said);
  if (before.join("\n") !== values.map((one) => one.said).join("\n")) {
    const made = values.map((one) => {
      const label = box.querySelector("template").content.firstElementChild.cloneNode(true);
      const tick = label.querySelector("input");
      label.dataset.said = tick.value = one.said;
      tick.checked = chosen.has(one.said) && !one.wrong;
      tick.disabled = Boolean(one.wrong);
      label.querySelector("span").textContent = one.wrong ? `${one.said}: ${one.wrong}` : one.shown;
      return label;
    });
    box.querySelectorAll("label").forEach((one) => one.remove());
    box.append(...made);
    box.hidden = !made.length;
  }
  if (values.length) last(box.dataset.last).then((known) => compare(box, values, known));
}

function compare(box, values, known) {
  for (const { said, numbers } of known ? values : []) {
    const label = [...box.querySelectorAll("label")].find((one) => one.dataset.said === said);
    const found = Object.keys(numbers).filter((key) => known[key]);
    if (!label || !found.length || label.querySelector(".faint")) continue;
    const isUnlike = found.some((key) => numbers[key] < known[key].least || numbers[key] > known[key].most);
    const beside = document.createElement("span");
    beside.className = "faint";
    beside.textContent = `${isUnlike ? `⚠ ${box.dataset.far}` : box.dataset.before} ${found.map((key) => known[key].shown).join(" / ")}`;
    label.append(beside);
    label.toggleAttribute("data-unlike", isUnlike);
  }
}

let choosing = true;

// What signing waits for: whether what a key is just choosing could be compared. Who was told that it could not may sign.
export const chosen = async () => choosing;

async function choose(form, box) {
  const known = await last(box.dataset.last);
  const open = [...box.querySelectorAll("label input:not(:disabled):not(:checked)")];
  const alike = known ? open.filter((tick) => !tick.closest("[data-unlike]")) : [];
  for (const tick of alike) tick.checked = true;
  if (alike.length) form.dispatchEvent(new Event("input", { bubbles: true }));
  else open[0]?.focus(); // what is unlike, or could not be compared, is chosen by itself
  if (!known && open.length) toast(box.dataset.alone, { failed: true });
  return Boolean(known) || !open.length;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.altKey) return;
  const form = event.target.closest?.("form[data-draft]");
  const box = form?.querySelector("[data-values]");
  if (!box?.querySelector("label")) return;
  event.preventDefault();
  const mine = choose(form, box);
  choosing = mine;
  mine.finally(() => { if (choosing === mine) choosing = true; });
});
