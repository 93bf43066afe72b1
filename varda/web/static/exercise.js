// Actions and time of an exercise in the training environment: from the press that begins it to the one that checks it.
// One action is what meter.js counts as one: a click, a key that does something, a chosen option, a filled field.
import { PRESSED, isField } from "./meter.js";

const KEPT = "varda-exercise";
const running = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
const keep = (one) => sessionStorage.setItem(KEPT, JSON.stringify(one));

let field = null; // that is being filled

function counted() {
  const one = running();
  if (one) keep({ ...one, actions: one.actions + 1 });
}

document.addEventListener("submit", (event) => {
  const { tries, judges } = event.target.dataset;
  if (tries) keep({ exercise: tries, actions: 0, since: Date.now() });
  const one = running();
  if (!judges || one?.exercise !== judges) return;
  event.target.elements.actions.value = one.actions;
  event.target.elements.seconds.value = Math.round((Date.now() - one.since) / 1000);
}, true);

if (document.querySelector("[data-practice]")) {
  // What is pressed on the page of the exercise itself is no work.
  const isWork = (target) => !target.closest?.("[data-judges], [data-tries], [data-practice]");
  window.addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest?.(PRESSED) && isWork(event.target)) counted();
  }, true);
  window.addEventListener("keydown", (event) => { if (event.defaultPrevented) counted(); });
  window.addEventListener("input", (event) => {
    if (event.target.matches("select")) counted();
    else if (event.target !== field && isField(event.target)) { field = event.target; counted(); }
  }, true);
  window.addEventListener("focusout", () => { field = null; });
}
