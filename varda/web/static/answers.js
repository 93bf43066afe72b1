// Answers that wait: the next one or the one before, with its text beside.

// Whether there is such a list on the page.
export function turn(by) {
  const links = [...document.querySelectorAll("[data-answer]")];
  const next = links[links.findIndex((one) => one.hasAttribute("aria-current")) + by];
  next?.focus();
  next?.click();
  return links.length > 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-answer]");
  if (!link) return;
  for (const one of document.querySelectorAll("[data-answer][aria-current]")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
});
