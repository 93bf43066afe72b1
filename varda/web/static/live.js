// What stays true while a page is open: the count in the top bar, the rows of a list, and how late it is. Nothing that
// somebody is typing in is touched, the focus stays where it is, and the rows that are read do not move.
const EVERY = 30000; // ms between questions where nothing tells of changes
const bar = document.querySelector("[data-waiting]");
const salt = document.querySelector("meta[name=varda-salt]")?.content;
const said = document.getElementById("said").dataset;
let isStopped = !salt;
let isStale = false;

async function ask(url, headers = {}) {
  const answer = await fetch(url, { headers: { "X-Varda-Quiet": "yes", ...headers } });
  if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
  if (answer.status === 401) isStopped = true;
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer;
}

function show(number) {
  bar.textContent = number > 99 ? "99+" : String(number);
  bar.hidden = !number;
}

async function count() {
  if (!bar) return;
  const { waiting } = await (await ask("/inbox/waiting")).json();
  sessionStorage.setItem(`varda-waiting-${salt}`, waiting);
  show(waiting);
}

const isBusy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select");

async function renew(part) {
  if (isBusy(part)) return;
  const html = await (await ask(part.dataset.liveUrl, { "HX-Request": "true" })).text();
  if (html === part.dataset.liveSeen || isBusy(part)) return;
  part.dataset.liveSeen = html;
  const links = () => [...part.querySelectorAll("[data-row-link]")];
  const row = document.activeElement?.closest?.("[data-row]");
  const place = links().indexOf(row?.querySelector("[data-row-link]"));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  // The row that has the focus, else the first one in sight, stays where it stands on the screen.
  const anchor = (row && part.contains(row) && row) || [...part.querySelectorAll("[data-row]")].find((one) => one.getBoundingClientRect().top >= 0);
  const top = anchor?.getBoundingClientRect().top;
  part.innerHTML = html;
  window.htmx.process(part);
  const after = anchor?.id && document.getElementById(anchor.id);
  if (after) scrollBy(0, after.getBoundingClientRect().top - top);
  if (!focused && place < 0) return;
  const again = (focused && document.getElementById(focused)) || links()[Math.min(place, links().length - 1)];
  again?.focus({ preventScroll: Boolean(after) });
}

export async function changed() {
  if (isStopped || document.documentElement.hasAttribute("data-locked")) return;
  if (document.hidden) { isStale = true; return; }
  isStale = false;
  try {
    for (const part of document.querySelectorAll("[data-live]")) await renew(part);
    await count();
  } catch { /* the next question may be answered */ }
}

// Times go on by themselves: nobody has to be asked how late it is.
function tick() {
  for (const one of document.querySelectorAll("time.due")) {
    const left = Math.floor((new Date(one.dateTime) - Date.now()) / 60000);
    const minutes = Math.abs(left);
    if (minutes >= 720) continue;
    const way = `${left < 0 ? "overdue" : "within"}${minutes < 60 ? "Minutes" : "Hours"}`;
    const text = said[way].replace("#", minutes < 60 ? minutes : Math.floor(minutes / 60));
    if (one.textContent !== text) one.textContent = text;
    one.toggleAttribute("data-overdue", left < 0);
  }
}

if (!isStopped) {
  const known = sessionStorage.getItem(`varda-waiting-${salt}`);
  if (bar && known) show(Number(known));
  count().catch(() => {});
  document.addEventListener("varda:changed", changed);
  document.addEventListener("varda:unlocked", changed);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && isStale) changed(); });
  setInterval(changed, EVERY);
  setInterval(tick, EVERY);
}
