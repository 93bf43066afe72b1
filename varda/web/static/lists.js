// Lists: a row opens with click, Enter and Space; heads sort; a field filters what is on the page.

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !event.target.closest("a, button, input, details")) row.querySelector("[data-row-link]")?.click();
});

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-row-link]");
  if (!link) return;
  if (event.key === " ") { event.preventDefault(); link.click(); }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && step(event.key === "ArrowDown" ? 1 : -1)) {
    event.preventDefault();
  }
});

// On to the next row or back to the one before; from outside the list to its first. False when there is none.
export function step(by) {
  const links = [...document.querySelectorAll("[data-row-link]")].filter((one) => one.checkVisibility());
  const at = links.indexOf(document.activeElement?.closest("[data-row]")?.querySelector("[data-row-link]"));
  const next = at < 0 ? links[0] : links[at + by];
  next?.focus();
  return Boolean(next);
}

const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
const worth = (row, column) => {
  const cell = row.children[column];
  return cell?.dataset.sort ?? cell?.textContent.trim() ?? "";
};

document.addEventListener("click", (event) => {
  const head = event.target.closest("[data-sortable] th[aria-sort]");
  if (!head) return;
  const table = head.closest("table");
  const column = [...head.parentElement.children].indexOf(head);
  const falling = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", falling ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.querySelectorAll("[data-row]")];
  rows.sort((a, b) => order.compare(worth(a, column), worth(b, column)) * (falling ? -1 : 1));
  body.prepend(...rows);
});

document.addEventListener("input", (event) => {
  const list = event.target.dataset?.filters && document.querySelector(event.target.dataset.filters);
  if (!list) return;
  const words = event.target.value.toLocaleLowerCase("sv").split(/\s+/);
  for (const item of list.children) {
    const text = item.textContent.toLocaleLowerCase("sv");
    item.hidden = !words.every((word) => text.includes(word));
  }
});

// What somebody typed before the page could listen is searched for as soon as it can.
addEventListener("varda:listens", () => {
  for (const field of document.querySelectorAll("[data-search]")) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
