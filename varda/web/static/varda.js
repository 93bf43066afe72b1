// Everything that runs in the browser: small modules, no build, nothing inline.
import { openPalette } from "./palette.js";
import "./keys.js";
import "./lists.js";
import "./find.js";
import "./forms.js";
import "./codes.js";
import "./toasts.js";
import "./lock.js";
import "./curves.js";
import "./live.js";
import "./macros.js";
import "./reuse.js";
import "./files.js";
import "./dictation.js";
import "./exercise.js";
import "./coach.js";
import { begin, resend } from "./draft.js";
import { count } from "./meter.js";
import { keepForms } from "./kept.js";
import { openForm } from "./vitals.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener?.dataset.opens === "palette") openPalette();
  else if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest(".toast")?.remove();
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});

// The rail says which section is read, also when only the section was fetched.
document.addEventListener("htmx:after:swap", () => {
  const parts = location.pathname.split("/");
  const name = parts[3] || "overview";
  for (const link of document.querySelectorAll(".rail a")) {
    if (link.dataset.section === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  begin();
  keepForms();
  openForm();
});

for (const here of document.querySelectorAll(".rail [aria-current], .filter [aria-current]")) {
  here.scrollIntoView({ inline: "center", block: "nearest" });
}
begin();
keepForms();
openForm();
resend();
if (document.body.hasAttribute("data-counted")) count();
// htmx begins to listen in a timeout that it set before this one.
setTimeout(() => dispatchEvent(new Event("varda:listens")));
