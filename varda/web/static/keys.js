// Keys. Single keys work only when no field has the focus, and can be turned off (WCAG 2.1.4).
import { turn } from "./answers.js";
import { step } from "./lists.js";
import { openPalette } from "./palette.js";
import { act } from "./panel.js";

const KEPT = "varda-keys-off";
const DOES = { p: "paper", n: "write", v: "vitals", t: "task", a: "take-on", s: "sign-answer", o: "original", f: "form", m: "message", i: "certificate", b: "checkup", l: "timeline", h: "coach", r: "deviation" };
const STEPS = { j: 1, k: -1 };
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
    const message = event.target.closest?.("form[data-sends]");
    if (message) { event.preventDefault(); message.requestSubmit(); }
    else if (sign) { event.preventDefault(); sign.click(); }
    return;
  }
  // From the middle of a sentence too: the diagnosis stands beside the text, and the text stays.
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyD" && document.querySelector("[data-coder]")) {
    event.preventDefault();
    diagnosis();
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
    const finder = document.querySelector("[data-does=find]");
    if (finder && field?.id !== "find-text") finder.click();
    else if (field) field.focus();
    else openPalette();
  } else if (event.key === "?") document.getElementById("keys")?.showModal();
  else if (event.key.toLowerCase() in STEPS) turn(STEPS[event.key.toLowerCase()]) || step(STEPS[event.key.toLowerCase()]);
  else if (event.key.toLowerCase() in DOES) act(DOES[event.key.toLowerCase()]);
  else if (event.key.toLowerCase() === "d") end();
  else return;
  event.preventDefault();
}

// D ends what the row is, or goes to where one says what came of it; in a chart it sets a diagnosis.
function end() {
  const row = document.activeElement?.closest("[data-row]")?.querySelector("[data-row-done]");
  const done = document.querySelector("[data-does=done]");
  if (row) row.click();
  else if (done) done.focus();
  else diagnosis();
}

// The field where one is, that of the writing panel first: what is written there is not taken away.
function diagnosis() {
  const field = document.querySelector("#writing [data-codes=diagnosis]") ?? document.querySelector("#reading [data-codes=diagnosis]");
  if (field) field.focus();
  else act("diagnosis");
}

// What opens to be chosen from has the focus at its first choice, so that Enter takes the likeliest.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[data-chooses][open]")) event.target.querySelector("button")?.focus();
}, true);
