// Actions and time of a task, for whoever has asked to be counted: from its first action to the screen that says done.
// One action is a click, a key that does something, or a chosen option; filled fields are counted beside them.
const KEPT = "varda-effort";
const LONGEST = 30 * 60 * 1000;
const BEGINS = { write: "note-signed" };
export const PRESSED = "a, button, summary, label, input[type=checkbox], input[type=radio], [role=option]";

let running = null;
let field = null; // that is being filled

export const isField = (one) => one.matches("textarea, input:not([type=checkbox], [type=radio])");
const patient = () => (location.pathname.startsWith("/chart/") ? location.pathname.split("/")[2] : "");

function keep(effort) {
  running = effort;
  if (effort) sessionStorage.setItem(KEPT, JSON.stringify(effort));
  else sessionStorage.removeItem(KEPT);
}

function begin(task) {
  if (running?.task === task) return;
  // What this screen says is done was done before.
  for (const one of document.querySelectorAll("[data-task-done]")) delete one.dataset.taskDone;
  keep({ task, actions: 0, fields: 0, since: Date.now(), beside: patient() });
}

function counted(what) {
  if (running && Date.now() - running.since > LONGEST) keep(null);
  const task = document.querySelector("[data-task-begins]")?.dataset.taskBegins;
  // Looking for somebody may end in registering them: what was done on the way belongs to it.
  if (task && running?.task === "chart-opened") keep({ ...running, task });
  else if (task) begin(task);
  if (running) keep({ ...running, [what]: running[what] + 1 });
}

function clicked(event) {
  const opener = event.target.closest?.("[data-does], [data-opens=palette]");
  const task = opener?.dataset.opens === "palette" ? "chart-opened" : BEGINS[opener?.dataset.does];
  if (task) begin(task);
  // A key that presses a button by script is counted as the key.
  if (event.isTrusted && event.target.closest?.(PRESSED)) counted("actions");
}

function pressed(event) {
  if (!event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") begin("chart-opened");
  counted("actions");
}

function typed(event) {
  if (event.target.matches("select")) counted("actions");
  else if (event.target !== field && isField(event.target)) {
    field = event.target;
    counted("fields");
  }
}

function look() {
  const done = [...document.querySelectorAll("[data-task-done]")].flatMap((one) => one.dataset.taskDone.split(" "));
  if (!running || !done.includes(running.task)) return;
  const { task, actions, fields, since, beside } = running;
  if (task === "chart-opened" && beside === patient()) return;
  keep(null);
  fetch("/experience/done", {
    method: "POST",
    keepalive: true,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("meta[name=varda-token]").content },
    body: JSON.stringify({ task, actions, fields, seconds: Math.round((Date.now() - since) / 1000) }),
  }).catch(() => {}); // a count that is lost harms nobody
}

export function count() {
  running = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  window.addEventListener("click", clicked, true);
  window.addEventListener("keydown", pressed);
  window.addEventListener("input", typed, true);
  window.addEventListener("focusout", () => { field = null; });
  document.addEventListener("htmx:after:swap", look);
  look();
}
