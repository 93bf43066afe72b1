// Keys. Single keys work only when no field has the focus, and can be turned off (WCAG 2.1.4).
import { openPalette } from "./palette.js";

const KEPT = "varda-keys-off";
const box = document.getElementById("keys-on");
if (box) {
  box.checked = localStorage.getItem(KEPT) !== "yes";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "no" : "yes"));
}

const isTyping = (element) => element?.matches?.("input, textarea, select, [contenteditable]") ?? false;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest?.("form[data-draft]") ?? document.querySelector("form[data-draft]");
    const sign = form?.querySelector("button[name=act][value=sign]");
    if (sign) { event.preventDefault(); sign.click(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") || box?.checked === false) return;
  single(event);
});

function single(event) {
  if (/^[1-9]$/.test(event.key)) {
    const link = document.querySelectorAll(".rail a")[Number(event.key) - 1];
    if (!link) return;
    link.click();
    document.getElementById("reading")?.focus();
  } else if (event.key === "/") {
    const field = document.querySelector("#reading [data-search]");
    if (field) field.focus();
    else openPalette();
  } else if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key.toLowerCase() === "n") document.querySelector("[data-does=write]")?.click();
  else if (event.key.toLowerCase() === "v") document.querySelector("[data-does=vitals]")?.click();
  else return;
  event.preventDefault();
}
