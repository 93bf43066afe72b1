// What stays true while a page is open: the count in the top bar, the rows of a list, and how late it is. Nothing that
// somebody is typing in is touched, the focus stays where it is, and the rows that are read do not move.
const EVERY = 30000; // ms between questions where nothing tells of changes
const bar = document.querySelector("[data-waiting]");
const coaching = document.getElementById("coach");
const salt = document.querySelector("meta[name=varda-salt]")?.content;
const who = document.querySelector("meta[name=varda-who]")?.content ?? "";
const said = document.getElementById("said").dataset;
let isStopped = !salt;
let isStale = false;

async function ask(url, headers = {}) {
  const answer = await fetch(url, { headers: { "X-Varda-Quiet": "yes", "X-Varda-Who": who, ...headers } });
  if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
  if ([401, 403].includes(answer.status) || answer.redirected) isStopped = true;
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer;
}

function show(number) {
  bar.textContent = number > 99 ? "99+" : String(number);
  bar.hidden = !number;
}

async function count() {
  if (!bar && !coaching) return;
  const told = await (await ask("/inbox/waiting")).json();
  document.dispatchEvent(new CustomEvent("varda:calls", { detail: told }));
  if (!bar) return;
  const { waiting } = told;
  sessionStorage.setItem(`varda-waiting-${salt}`, waiting);
  show(waiting);
}

// Rows with a step of one's own on its way, and those where it is done: only one's own step moves the focus on. Elsewhere
// a key that was meant for one patient would meet the next.
const going = new Set();
const done = new Set();
const rowOf = (event) => event.detail.ctx.sourceElement?.closest("[data-live] [data-row]")?.id;
document.addEventListener("htmx:before:request", (event) => { if (rowOf(event)) going.add(rowOf(event)); });
document.addEventListener("htmx:finally:request", (event) => {
  if (!going.delete(rowOf(event))) return;
  if (event.detail.ctx.response?.raw.ok) done.add(rowOf(event));
  else changed(); // what was told meanwhile
});

const isBusy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input:not([type=hidden]), textarea, select");

// A row stays where it was on the screen; a page that is too short to be scrolled that far gets room below.
function keep(row, top) {
  const by = row.getBoundingClientRect().top - top;
  const page = document.scrollingElement;
  if (by > 0) document.body.style.minBlockSize = `${Math.ceil(page.scrollTop + by) + page.clientHeight}px`;
  scrollBy(0, by);
}

async function renew(part) {
  if (isBusy(part)) return;
  const html = await (await ask(part.dataset.liveUrl, { "HX-Request": "true" })).text();
  if (html === part.dataset.liveSeen || isBusy(part) || going.size) return;
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
  if (after) keep(after, top);
  if (!focused && place < 0) return;
  const next = done.delete(row?.id) && links()[Math.min(place, links().length - 1)];
  const again = (focused && document.getElementById(focused)) || next || part;
  again.focus({ preventScroll: again === part || Boolean(after) });
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

// One window of the browser listens and tells the others: a browser opens few lines to one server. Where none can, or the
// line is broken, each window asks by itself.
const channel = new BroadcastChannel("varda");
let heardAt = 0;
let asked = 0;

function heard(what) {
  heardAt = Date.now();
  if (what) changed();
}

function listen() {
  const source = new EventSource("/live");
  const pass = (what) => { heard(what); channel.postMessage({ live: what }); };
  source.addEventListener("message", (event) => pass(event.data));
  source.addEventListener("beat", () => pass(""));
  source.addEventListener("end", () => source.close());
  document.addEventListener("varda:unlocked", () => { if (source.readyState === EventSource.CLOSED) listen(); }, { once: true });
}

// Where changes are told, asking now and then is only for what was missed; and for what changes with the hour alone.
function poll() {
  asked += 1;
  if (document.querySelector("[data-live-clock]") || Date.now() - heardAt > EVERY || asked % 10 === 0) changed();
}

if (!isStopped) {
  const known = sessionStorage.getItem(`varda-waiting-${salt}`);
  if (bar && known) show(Number(known));
  count().catch(() => {});
  document.addEventListener("varda:changed", changed);
  document.addEventListener("varda:unlocked", changed);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && isStale) changed(); });
  channel.addEventListener("message", (event) => { if (event.data?.live !== undefined) heard(event.data.live); });
  navigator.locks?.request("varda-live", () => new Promise(listen));
  setInterval(poll, EVERY);
  setInterval(tick, EVERY);
}
