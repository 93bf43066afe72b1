// The page locks itself when nobody has touched it for a while. What is open stays where it is, behind the lock; the
// same person proves who they are in a window of its own, and every page of this browser goes on.
const dialog = document.getElementById("lock");
const channel = new BroadcastChannel("varda");
const idle = Number(dialog?.dataset.idle ?? 0) * 1000;
const TOLD_EACH = Math.min(60000, idle / 4); // ms between two words to the server that somebody is still reading
let touched = Date.now();
let told = Date.now();
let opened = null;

const token = () => document.querySelector("meta[name=varda-token]").content;
const isLocked = () => document.documentElement.hasAttribute("data-locked");

function close(tellServer) {
  if (!dialog || isLocked()) return;
  document.documentElement.setAttribute("data-locked", "");
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
  if (!tellServer) return;
  fetch("/session/lock", { method: "POST", headers: { "X-CSRF-Token": token() } }).catch(() => {});
  channel.postMessage("locked");
}

function open() {
  opened?.close();
  opened = null;
  touched = told = Date.now();
  document.documentElement.removeAttribute("data-locked");
  dialog?.close();
  document.dispatchEvent(new Event("varda:unlocked"));
}

function touch() {
  if (isLocked()) return;
  touched = Date.now();
  if (touched - told < TOLD_EACH) return;
  told = touched;
  channel.postMessage("touched");
  fetch("/session/awake", { headers: { Accept: "application/json" } })
    .then((answer) => { if (answer.status === 423) close(false); })
    .catch(() => {});
}

if (dialog && idle) {
  for (const name of ["keydown", "pointerdown", "wheel", "pointermove"]) addEventListener(name, touch, { passive: true });
  setInterval(() => { if (Date.now() - touched >= idle) close(true); }, 1000);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("varda:locked", () => close(false));
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-lock]")) close(true);
    if (!event.target.closest("[data-unlock]")) return;
    const url = "/sign-in/unlock?next=/sign-in/unlocked";
    opened = window.open(url, "varda-unlock", "popup,width=560,height=720");
    if (!opened) location.assign(`/sign-in/unlock?next=${encodeURIComponent(location.pathname + location.search)}`);
  });
}

channel.addEventListener("message", (event) => {
  if (event.data === "locked") close(false);
  if (event.data === "touched") touched = Math.max(touched, Date.now());
  if (event.data === "unlocked") open();
});

if (document.querySelector("[data-unlocked]")) {
  channel.postMessage("unlocked");
  window.close();
}
