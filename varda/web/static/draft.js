// The note that is being written. Two nets under every letter: the server within two seconds, and this browser at once.
// What is safe is said in words in the panel; a failed save is loud, and is tried again until it succeeds.
import { addKeyword } from "./keywords.js";
import { chosen, offer } from "./values.js";
import * as vault from "./vault.js";
import { toast } from "./toasts.js";

const PAUSE = 700; // ms of rest before a save
const LONGEST = 1500; // ms of typing without one
const SLOW = 4000; // ms without an answer before it is said aloud that nothing is saved yet
const PATIENCE = 20000; // ms before a save that gets no answer is tried again
const AFTER_US = 30000; // bytes that a browser surely sends though the page is gone
const token = () => document.querySelector("meta[name=varda-token]").content;
const fresh = () => crypto.randomUUID().replaceAll("-", "");
// As whom this window was opened: it never writes for anybody else, whoever signs in beside it.
const own = () => ({ "X-Varda-Who": document.querySelector("meta[name=varda-who]").content });
const parked = new Set(); // forms that were left before everything of theirs had been saved
let current = null;

class Draft {
  constructor(form) {
    this.form = form;
    this.id = form.dataset.draft;
    this.window = fresh(); // whose save it was, told with each: an answer that was lost is no other window's text
    this.revision = Number(form.elements.revision.value);
    this.state = form.querySelector("[data-save-state]");
    this.count = 0; // changes made
    this.saved = 0; // changes that the server has
    this.kept = 0; // changes that this browser has
    this.wait = 1000;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.finish(event));
    form.addEventListener("click", (event) => this.chosen(event));
    offer(form, JSON.parse(form.querySelector("[data-values]")?.dataset.values || "null"));
    const salt = document.querySelector("meta[name=varda-salt]").content;
    vault.key(salt).catch(() => {}); // before the network is lost, not after
  }

  get isSafe() {
    return this.finished || this.saved === this.count;
  }

  value() {
    const data = new FormData(this.form);
    const under = (start) => Object.fromEntries(
      [...data].filter(([name]) => name.startsWith(start)).map(([name, text]) => [name.slice(start.length), text]),
    );
    const values = { texts: under("text-"), copied: under("copied-"), said: under("said-"), values: data.getAll("value") };
    Object.assign(values, { revision: this.revision, window: this.window, count: this.count });
    for (const name of ["template", "encounter", "base", "version", "reason", "signer", "counter", "dictation"]) values[name] = data.get(name) ?? "";
    return values;
  }

  changed() {
    this.count += 1;
    if (!this.isStopped && !this.isLate) this.say("typing");
    this.keepHere();
    clearTimeout(this.timer);
    const now = Date.now();
    this.since ??= now;
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, this.since + LONGEST - now)));
  }

  async keepHere() {
    if (this.keeping) return;
    this.keeping = true;
    try {
      while (this.kept < this.count && !this.finished) {
        const upTo = this.count;
        this.iv = await vault.put(this.id, { url: this.form.dataset.url, title: this.form.dataset.title, body: this.value() });
        this.kept = upTo;
      }
    } catch { /* told by the state: "lost" instead of "failed" */ }
    this.keeping = false;
    if (this.isSafe) this.forget();
  }

  // What the server has need not lie here. Nobody waits for it: a slow disk must not hold up the next save.
  forget() {
    if (!this.keeping && this.kept) vault.drop(this.id, this.iv).catch(() => {});
  }

  async save() {
    if (this.saving || this.finished || this.isStopped) return;
    clearTimeout(this.timer);
    this.saving = true;
    const upTo = this.count;
    this.since = null;
    let again = 0;
    const late = setTimeout(() => { this.isLate = true; this.loud(); }, SLOW);
    try {
      const answer = await send(this.form.dataset.url, this.value());
      this.isLate = false;
      if (answer.ok) {
        const kept = await answer.json();
        this.revised(kept.revision);
        offer(this.form, kept.values);
        this.saved = upTo;
        this.wait = 1000;
        if (this.isSafe) {
          this.say("saved", ` ${kept.saved}`);
          this.forget();
        } else if (LOUD.includes(this.state.dataset.saveState)) this.say("typing");
      } else if (answer.status === 409) this.differs(await answer.json());
      else if (answer.status === 401 || answer.status === 403) {
        this.say("out");
        await vault.newToken().catch(() => {});
        again = 3000;
      } else {
        this.loud();
        again = this.wait;
      }
    } catch {
      this.loud();
      again = this.wait;
    }
    clearTimeout(late);
    this.isLate = false;
    this.saving = false;
    if (this.isStopped) return;
    if (again) {
      this.wait = Math.min(this.wait * 2, 8000);
      this.timer = setTimeout(() => this.save(), again);
    } else if (!this.isSafe) this.save();
  }

  revised(revision) {
    this.revision = revision;
    this.form.elements.revision.value = revision;
  }

  // Somebody saved in between: this very window, whose answer was lost; nobody, since the draft was signed or thrown
  // away; or another window, and then the writer chooses.
  differs(theirs) {
    if (theirs.gone) {
      if (!this.revision) this.renamed(fresh());
      this.revised(0);
    } else if (theirs.window === this.window) this.revised(theirs.revision);
    else this.conflict(theirs);
  }

  renamed(id) {
    const places = [[this.form, "action"], [this.form, "data-url"], [this.form, "data-draft"]];
    for (const button of this.form.querySelectorAll("[formaction]")) places.push([button, "formaction"]);
    for (const [place, name] of places) place.setAttribute(name, place.getAttribute(name).replace(this.id, id));
    this.id = id;
  }

  loud() {
    this.say(this.kept === this.count ? "failed" : "lost");
  }

  say(state, more = "") {
    this.state.dataset.saveState = state;
    const name = `text${state[0].toUpperCase()}${state.slice(1)}`;
    const text = (this.state.dataset[name] ?? "") + more;
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  conflict(theirs) {
    this.theirs = theirs;
    this.isStopped = true;
    this.say("both");
    const box = this.form.querySelector("[data-conflict]");
    const label = (word) => this.form.querySelector(`label[for="text-${CSS.escape(word)}"]`)?.textContent ?? word;
    box.querySelector("[data-theirs]").textContent = Object.entries(theirs.texts)
      .filter(([, text]) => text)
      .map(([word, text]) => `${label(word)}\n${text}`)
      .join("\n\n");
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }

  chosen(event) {
    const choice = event.target.closest("[data-keep]")?.dataset.keep;
    if (!choice) return;
    for (const [word, text] of Object.entries(choice === "mine" ? {} : this.theirs.texts)) {
      const field = text && (this.form.elements[`text-${word}`] ?? addKeyword(this.form, word));
      if (!field || field.value === text) continue;
      field.value = choice === "theirs" ? text : `${field.value}\n\n${text}`.trim();
    }
    this.revised(this.theirs.revision);
    this.isStopped = false;
    this.form.querySelector("[data-conflict]").hidden = true;
    this.count += 1;
    this.save();
  }

  // Signing goes by fetch, so that a lost network leaves the text where it is and the same button can be pressed again.
  async finish(event) {
    event.preventDefault();
    if (this.isBusy) return;
    const button = event.submitter;
    if (Number(this.form.dataset.sending)) { // what is signed holds everything that was chosen
      toast(this.form.dataset.textSending, { failed: true });
      return;
    }
    this.isBusy = true;
    if (!(await chosen())) {
      this.isBusy = false;
      return;
    }
    this.still(true); // what is typed from now on would not be in what is signed
    const data = new FormData(this.form, button);
    clearTimeout(this.timer);
    await Promise.race([this.keepHere(), pause(1000)]);
    // A save on its way must not arrive after the signature and make the draft anew.
    for (let tries = 0; this.saving && tries < 100; tries += 1) await pause(30);
    data.set("revision", this.revision);
    try {
      const url = button?.getAttribute("formaction") || this.form.getAttribute("action");
      const answer = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { "HX-Request": "true", "X-CSRF-Token": token(), ...own() },
        signal: AbortSignal.timeout(PATIENCE + new URLSearchParams(data).toString().length / 20),
      });
      const next = answer.headers.get("HX-Redirect");
      if (answer.ok && next) {
        this.finished = true;
        await Promise.race([vault.drop(this.id).catch(() => {}), pause(1000)]);
        location.assign(next);
        return;
      }
      const said = await answer.text();
      const refused = new CustomEvent("varda:refused", { detail: said, bubbles: true, cancelable: true });
      if (this.form.dispatchEvent(refused)) document.getElementById("toasts").insertAdjacentHTML("beforeend", said);
      if (answer.status === 403 || answer.status === 401) await vault.newToken().catch(() => {});
    } catch {
      toast(document.getElementById("said").dataset.gone, { failed: true });
      this.count += 1;
    }
    this.isBusy = false;
    this.still(false);
    this.save();
  }

  still(isSo) {
    for (const field of this.form.querySelectorAll("textarea, [name=reason], [name^=said-]")) field.readOnly = isSo;
  }
}

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

async function send(url, body) {
  const text = new Blob([JSON.stringify(body)]);
  const answer = await fetch(url, {
    method: "POST",
    keepalive: text.size < AFTER_US,
    body: text,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token(), ...own() },
    signal: AbortSignal.timeout(PATIENCE + text.size / 20),
  });
  if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
  return answer;
}

// A file lies beside a draft: where that is, once the server has the draft; empty when it cannot be had.
export async function beside(form) {
  const draft = current?.form === form ? current : null;
  if (draft && !draft.revision) draft.changed();
  for (let tries = 0; draft && !draft.revision && tries < 200; tries += 1) await pause(50);
  return draft?.revision ? form.dataset.url : "";
}

// Called after each change of the page: take up the form that is there now.
export function begin() {
  const form = document.querySelector("form[data-draft]");
  if (form === current?.form) return;
  if (current && !current.isSafe) {
    parked.add(current);
    current.save();
  }
  current = form ? new Draft(form) : null;
  if (!form) return;
  const first = form.querySelector("[name=reason]") ?? form.querySelector("[data-first]");
  if (!form.contains(document.activeElement)) first?.focus();
}

// The same words under the same keywords, in whatever order the server gives them back; what begins with # is not typed.
function isSame(one, other) {
  const words = [...Object.keys(one), ...Object.keys(other)].filter((word) => !word.startsWith("#"));
  return words.every((word) => (one[word] ?? "") === (other[word] ?? ""));
}

// What a crash, a closed tab or a lost network left behind goes to the server now; then it is offered.
export async function resend() {
  if (!token() || !window.indexedDB) return;
  let left = [];
  try { left = (await vault.all()).filter((one) => one.url); } catch { return; }
  for (const one of left) {
    if ([current, ...parked].some((draft) => draft?.id === one.id && draft.count)) continue;
    try {
      let answer = await send(one.url, one.body);
      if (answer.status === 409) {
        const theirs = await answer.json();
        const isOurs = !theirs.gone && theirs.window === one.body.window;
        if ((isOurs && theirs.count >= one.body.count) || isSame(theirs.texts ?? {}, one.body.texts)) {
          await vault.drop(one.id, one.iv);
          continue;
        }
        // The server went on without this text: it is put in a draft of its own rather than over another's.
        if (!isOurs && !(theirs.gone && one.body.revision)) one.url = one.url.replace(one.id, fresh());
        answer = await send(one.url, { ...one.body, revision: isOurs ? theirs.revision : 0 });
      }
      if (!answer.ok) continue;
      await vault.drop(one.id, one.iv);
      const [chart, draft] = one.url.split("/drafts/");
      toast(`${document.getElementById("said").dataset.back} ${one.title}`, { link: `${chart}?draft=${draft}` });
    } catch { /* later */ }
  }
}

document.addEventListener("varda:unlocked", () => { current?.save(); resend(); });
window.addEventListener("online", () => { current?.save(); resend(); });
document.addEventListener("visibilitychange", () => { if (document.hidden && current && !current.isSafe) current.save(); });
const LOUD = ["failed", "lost", "out", "both"];
const unsafe = () => [current, ...parked].filter((draft) => draft && !draft.isSafe);
const unsaved = () => unsafe().filter((draft) => LOUD.includes(draft.state.dataset.saveState));

window.addEventListener("beforeunload", (event) => {
  for (const draft of unsafe()) draft.save();
  if (unsaved().length) event.preventDefault();
});

// The browser may not name what is unsaved, so we do, before a link inside the page is followed.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || link.getAttribute("href").startsWith("#")) return;
  for (const draft of unsafe()) draft.save();
  if (!unsaved().length || link.hasAttribute("hx-get")) return;
  const texts = document.getElementById("said").dataset;
  const names = unsaved().map((draft) => draft.form.dataset.title).join("; ");
  if (!confirm(`${texts.unsaved} ${names}.\n${texts.leave}`)) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

// Signing out waits a moment for what is on its way; what cannot be sent stays in this browser for the same person.
let isLeaving = false;
document.addEventListener("submit", async (event) => {
  if (event.target.getAttribute("action") !== "/sign-out" || isLeaving || !unsafe().length) return;
  event.preventDefault();
  for (const draft of unsafe()) draft.save();
  for (let tries = 0; unsafe().length && tries < 100; tries += 1) await pause(30);
  isLeaving = true;
  event.target.requestSubmit(event.submitter);
});
