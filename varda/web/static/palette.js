// Finding: Ctrl+K anywhere, and the same in the field of the start page. The field keeps the focus; arrows choose.
// It is asked by POST: whom somebody looks for stands in no address, history or log of a proxy.

const head = (name) => document.querySelector(`meta[name=${name}]`).content;

class Finder {
  constructor(field, list, { emptyToo }) {
    Object.assign(this, { field, list, emptyToo, asked: 0, timer: 0 });
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 110);
  }

  // Answers may overtake one another: only the newest question's answer is shown.
  async ask() {
    const number = ++this.asked;
    const text = this.field.value.trim();
    if (text.length < 2 && !this.emptyToo) return this.show("");
    const patient = document.querySelector(".chart-body")?.dataset.patient ?? "";
    try {
      const answer = await fetch("/palette", {
        method: "POST",
        body: new URLSearchParams({ q: text, patient }),
        headers: { "HX-Request": "true", "X-CSRF-Token": head("varda-token"), "X-Varda-Who": head("varda-who") },
      });
      if (answer.status === 401) location.assign("/sign-in");
      else if (answer.status === 423) document.dispatchEvent(new Event("varda:locked"));
      // 403: a window of an earlier sign-in; what is told takes the place of what is found.
      else if (number === this.asked && (answer.ok || answer.status === 403)) this.show(await answer.text());
    } catch { /* the next key asks again */ }
  }

  show(html) {
    this.list.innerHTML = html;
    this.list.hidden = !html;
    this.field.setAttribute("aria-expanded", String(Boolean(html)));
    const prefix = this.list.id;
    this.options().forEach((option, at) => { option.id = `${prefix}-${at}`; });
    this.choose(0);
    // A whole identity number names one person and is the beginning of no other: it is opened without being asked.
    this.open(this.list.querySelector("[data-certain]"));
  }

  options() { return [...this.list.querySelectorAll("[role=option]")]; }

  choose(at) {
    const options = this.options();
    this.at = options.length ? (at + options.length) % options.length : -1;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.at)));
    const chosen = options[this.at];
    if (chosen) {
      this.field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.field.removeAttribute("aria-activedescendant");
  }

  async key(event) {
    if (event.key === "ArrowDown" && !this.options().length) document.querySelector("[data-row-link]")?.focus();
    else if (event.key === "ArrowDown") this.choose(this.at + 1);
    else if (event.key === "ArrowUp") this.choose(this.at - 1);
    else if (event.key === "Enter") {
      event.preventDefault();
      // Enter straight after the last letter must open what those letters mean, not what stood there before.
      clearTimeout(this.timer);
      await this.ask();
      this.open(this.options()[this.at]);
      return;
    } else if (event.key === "Escape" && !this.list.closest("dialog")) this.show("");
    else return;
    event.preventDefault();
  }

  open(option) {
    if (!option) return;
    if (option.getAttribute("href") === "#write") {
      document.getElementById("palette").close();
      document.querySelector("[data-does=write]")?.click();
    } else location.assign(option.href);
  }
}

const dialog = document.getElementById("palette");
let finder;
if (dialog) {
  finder = new Finder(document.getElementById("palette-text"), document.getElementById("palette-found"), { emptyToo: true });
  document.getElementById("palette-found").addEventListener("click", (event) => {
    const option = event.target.closest("[href='#write']");
    if (option) { event.preventDefault(); finder.open(option); }
  });
}

export function openPalette() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const field = document.getElementById("palette-text");
  field.value = "";
  field.focus();
  finder.ask();
}

const start = document.getElementById("start");
if (start) {
  const list = document.getElementById("start-found");
  new Finder(start, list, { emptyToo: false });
  document.addEventListener("click", (event) => { if (!event.target.closest(".ask")) list.hidden = true; });
}
