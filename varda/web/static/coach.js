// Calling for a coach: a small panel that leaves the page usable beside it. The server is told which kind of page it is,
// and never its address: the patient's id stays here.
import { toast } from "./toasts.js";

const dialog = document.getElementById("coach");
const opener = document.querySelector(".coach[data-does=coach]");
const place = document.getElementById("coach-panel");
const badge = document.querySelector("[data-calls]");
const SAID = "varda-coming";

// The kind of the page: the first part of its address, and in a chart the section after the patient.
export function kindOf(path) {
  const [, first, , section] = path.split("/");
  return first === "chart" ? `chart/${section || "overview"}` : first;
}

async function draw() {
  const answer = await fetch(`/coaching/call?page=${encodeURIComponent(kindOf(location.pathname))}`, {
    headers: { "HX-Request": "true", "X-Varda-Who": document.querySelector("meta[name=varda-who]").content },
  });
  if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
  else if (answer.status === 401 || answer.redirected) location.assign("/sign-in");
  else {
    place.innerHTML = await answer.text();
    window.htmx.process(place);
  }
}

const hasForm = () => Boolean(place.querySelector("textarea"));

async function open() {
  if (dialog.open) return shut();
  dialog.show();
  opener.setAttribute("aria-expanded", "true");
  // What is half written stays: only a panel that shows how a call stands is drawn anew.
  if (!hasForm() || !place.querySelector("textarea").value) await draw().catch(() => shut());
  (place.querySelector("textarea") ?? place).focus();
}

function shut() {
  dialog.close();
}

// How it stands, without asking for more than was asked already.
function told({ detail }) {
  badge.textContent = detail.calls ? String(detail.calls) : "";
  badge.hidden = !detail.calls;
  if (dialog.open && !hasForm()) draw().catch(() => {});
  const coming = detail.coming ?? "";
  if (coming && sessionStorage.getItem(SAID) !== coming) toast(dialog.dataset.comes.replace("#", coming));
  sessionStorage.setItem(SAID, coming);
}

if (dialog && opener) {
  opener.addEventListener("click", open);
  dialog.addEventListener("close", () => { opener.setAttribute("aria-expanded", "false"); opener.focus(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && dialog.open && !document.querySelector("dialog:modal")) shut(); });
  document.addEventListener("varda:calls", told);
}
