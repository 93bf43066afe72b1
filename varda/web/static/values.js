// Measures in the text, offered as entries of the record. The server finds them at each save; the writer says yes to
// each, or to all at once by Alt+Enter. What is not chosen stays text and nothing else.

export function offer(form, values) {
  const box = form.querySelector("[data-values]");
  if (!box || !values) return;
  const chosen = new Set(new FormData(form).getAll("value"));
  const before = [...box.querySelectorAll("label")].map((one) => one.dataset.said);
  if (before.join("\n") === values.map((one) => one.said).join("\n")) return;
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

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.altKey) return;
  const form = event.target.closest?.("form[data-draft]");
  const ticks = [...(form?.querySelectorAll("[data-values] input:not(:disabled):not(:checked)") ?? [])];
  if (!ticks.length) return;
  event.preventDefault();
  for (const tick of ticks) tick.checked = true;
  form.dispatchEvent(new Event("input", { bubbles: true }));
});
