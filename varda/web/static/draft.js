// The note that is being written. Two nets under every letter: the server within two seconds, and this browser at once.
// What is safe is said in words in the panel; a failed save is loud, and is tried again until it succeeds.
import * as vault from "./vault.js";
import { toast } from "./toasts.js";

const PAUSE = 700; // ms of rest before a save
const LONGEST = 1500; // ms of typing without one
const token = () => document.querySelector("meta[name=varda-token]").content;
const parked = new Set(); // forms that were left before everything of theirs had been saved
let current = null;

class Draft {
  constructor(form) {
    this.form = form;
    this.id = form.dataset.draft;
    this.revision = Number(form.elements.revision.value);
    this.state = form.querySelector("[data-save-state]");
    this.count = 0; // changes made
    this.saved = 0; // changes that the server has
    this.kept = 0; // changes that this browser has
    this.wait = 1000;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => this.finish(event));
    form.addEventListener("click", (event) => this.chosen(event));
    const salt = document.querySelector("meta[name=varda-salt]").content;
    vault.key(salt).catch(() => {}); // before the network is lost, not after
  }

  get isSafe() {
    return this.finished || this.saved === this.count;
  }

  value() {
    const data = new FormData(this.form);
    const texts = {};
    for (const [name, text] of data) if (name.startsWith("text-")) texts[name.slice(5)] = text;
    const values = { texts, revision: this.revision };
    for (const name of ["template", "encounter", "base", "version", "reason", "signer"]) values[name] = data.get(name) ?? "";
    return values;
  }

  changed() {
    this.count += 1;
    if (!this.isStopped) this.say("typing");
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
      while (this.kept < this.count) {
        const upTo = this.count;
        await vault.put(this.id, { url: this.form.dataset.url, title: this.form.dataset.title, body: this.value() });
        this.kept = upTo;
      }
    } catch { this.unkept = true; }
    this.keeping = false;
  }

  async save() {
    if (this.saving || this.finished || this.isStopped) return;
    clearTimeout(this.timer);
    this.saving = true;
    const upTo = this.count;
    this.since = null;
    let again = 0;
    try {
      const answer = await send(this.form.dataset.url, this.value());
      if (answer.ok) {
        const kept = await answer.json();
        this.revision = kept.revision;
        this.form.elements.revision.value = kept.revision;
        this.saved = upTo;
        this.wait = 1000;
        if (this.isSafe) {
          this.say("saved", ` ${kept.saved}`);
          if (!this.keeping) await vault.drop(this.id).catch(() => {});
        }
      } else if (answer.status === 409) this.conflict(await answer.json());
      else if (answer.status === 401 || answer.status === 403) {
        this.say("out");
        await vault.newToken().catch(() => {});
        again = 3000;
      } else {
        this.say(this.kept === this.count ? "failed" : "lost");
        again = this.wait;
      }
    } catch {
      this.say(this.kept === this.count ? "failed" : "lost");
      again = this.wait;
    }
    this.saving = false;
    if (this.isStopped) return;
    if (again) {
      this.wait = Math.min(this.wait * 2, 8000);
      this.timer = setTimeout(() => this.save(), again);
    } else if (!this.isSafe) this.save();
  }

  say(state, more = "") {
    this.state.dataset.saveState = state;
    const name = `text${state[0].toUpperCase()}${state.slice(1)}`;
    const text = (this.form.dataset[name] ?? "") + more;
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
    for (const [word, text] of Object.entries(this.theirs.texts)) {
      const field = this.form.elements[`text-${word}`];
      if (!field || choice === "mine" || !text || field.value === text) continue;
      field.value = choice === "theirs" ? text : `${field.value}\n\n${text}`.trim();
    }
    this.revision = this.theirs.revision;
    this.form.elements.revision.value = this.revision;
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
    const data = new FormData(this.form, button);
    this.isBusy = true;
    clearTimeout(this.timer);
    await this.keepHere();
    // A save on its way must not arrive after the signature and make the draft anew.
    for (let tries = 0; this.saving && tries < 100; tries += 1) await new Promise((done) => setTimeout(done, 30));
    try {
      const url = button?.getAttribute("formaction") || this.form.getAttribute("action");
      const answer = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { "HX-Request": "true", "X-CSRF-Token": token() },
      });
      const next = answer.headers.get("HX-Redirect");
      if (answer.ok && next) {
        this.finished = true;
        await vault.drop(this.id).catch(() => {});
        location.assign(next);
        return;
      }
      document.getElementById("toasts").insertAdjacentHTML("beforeend", await answer.text());
      if (answer.status === 403 || answer.status === 401) await vault.newToken().catch(() => {});
    } catch {
      toast(document.getElementById("said").dataset.gone, { failed: true });
      this.count += 1;
    }
    this.isBusy = false;
    this.save();
  }
}

async function send(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    keepalive: JSON.stringify(body).length < 60000,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token() },
  });
  if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
  return answer;
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

// What a crash, a closed tab or a lost network left behind goes to the server now; then it is offered.
export async function resend() {
  if (!token() || !window.indexedDB) return;
  let left = [];
  try { left = await vault.all(); } catch { return; }
  for (const one of left) {
    if (one.id === current?.id && current.count) continue;
    try {
      let answer = await send(one.url, one.body);
      if (answer.status === 409) {
        // The server went on without this text: it is put in a draft of its own rather than over the other.
        const theirs = await answer.json();
        if (JSON.stringify(theirs.texts) === JSON.stringify(one.body.texts)) { await vault.drop(one.id); continue; }
        const fresh = crypto.randomUUID().replaceAll("-", "");
        one.url = one.url.replace(one.id, fresh);
        answer = await send(one.url, { ...one.body, revision: 0 });
      }
      if (!answer.ok) continue;
      await vault.drop(one.id);
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
