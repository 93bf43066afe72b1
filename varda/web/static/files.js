// Files beside a note: chosen, dropped, pasted or photographed. Each is sent by itself, as it is, and says how it fares;
// what could not be sent stays in sight, and is sent again by one button.
import { beside } from "./draft.js";
import { toast } from "./toasts.js";

const head = (name) => document.querySelector(`meta[name=${name}]`).content;
const own = () => ({ "HX-Request": "true", "X-CSRF-Token": head("varda-token"), "X-Varda-Who": head("varda-who") });
const changed = (form) => form.dispatchEvent(new Event("input", { bubbles: true }));

export async function attach(form, file) {
  const box = form.querySelector("[data-files]");
  if (!box) return;
  if (file.size > Number(box.dataset.largest)) {
    toast(box.dataset.tooLarge, { failed: true });
    return;
  }
  const row = document.createElement("li");
  row.textContent = `${box.dataset.sending} ${file.name}`;
  box.querySelector("ul").append(row);
  form.dataset.sending = Number(form.dataset.sending ?? 0) + 1;
  try {
    const url = await beside(form);
    if (!url) throw new Error("no draft");
    const headers = { ...own(), "Content-Type": "application/octet-stream", "X-Varda-Name": encodeURIComponent(file.name ?? "") };
    const answer = await fetch(`${url}/files`, { method: "POST", body: file, headers });
    const said = await answer.text();
    if (answer.ok) {
      row.insertAdjacentHTML("afterend", said);
      row.nextElementSibling.querySelector("input")?.focus();
      changed(form);
    } else document.getElementById("toasts").insertAdjacentHTML("beforeend", said);
    row.remove();
  } catch {
    again(form, file, row, box);
  }
  form.dataset.sending = Number(form.dataset.sending) - 1;
}

function again(form, file, row, box) {
  row.textContent = `${box.dataset.failed} ${file.name} `;
  row.className = "ds-validation-message";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button";
  button.dataset.variant = "secondary";
  button.dataset.size = "sm";
  button.textContent = box.dataset.again;
  button.addEventListener("click", () => { row.remove(); attach(form, file); });
  row.append(button);
}

const several = (form, files) => { for (const file of [...files]) attach(form, file); };

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-attach]")) return;
  several(event.target.form, event.target.files);
  event.target.value = "";
});

const over = (event) => {
  const form = event.target.closest?.("form[data-draft]");
  return form?.querySelector("[data-files]") && event.dataTransfer?.types.includes("Files") ? form : null;
};
document.addEventListener("dragover", (event) => { if (over(event)) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  const form = over(event);
  if (!form) return;
  event.preventDefault();
  several(form, event.dataTransfer.files);
});

// A word processor puts a picture of its text beside the text: then the text is what is meant.
document.addEventListener("paste", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  const files = event.clipboardData?.files ?? [];
  if (!form || !files.length || event.clipboardData.getData("text/plain")) return;
  event.preventDefault();
  several(form, files);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-takes-back]");
  if (!button) return;
  const form = button.form;
  const answer = await fetch(button.dataset.takesBack, { method: "POST", headers: own() }).catch(() => null);
  if (!answer) toast(document.getElementById("said").dataset.gone, { failed: true });
  else if (answer.ok) {
    button.closest("[data-file]").remove();
    changed(form);
  } else document.getElementById("toasts").insertAdjacentHTML("beforeend", await answer.text());
});
