// An earlier note's text under the same keyword, marked as copied until it is edited. The server asks the earlier note
// itself whether the mark is true.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const place = button.closest(".keyword-field");
  const field = place.querySelector("textarea");
  if (field.value.trim()) return; // what has been typed is never replaced
  const mark = place.querySelector("[data-copied]");
  field.value = button.querySelector("template").content.textContent;
  mark.querySelector("input").disabled = false;
  mark.hidden = false;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Before the draft hears of the input, so that what it sends says how the text stands now.
document.addEventListener("input", (event) => {
  const mark = event.target.closest?.(".keyword-field")?.querySelector("[data-copied]");
  const earlier = mark?.parentElement.querySelector("[data-copies] template")?.content.textContent;
  if (!mark || event.target.tagName !== "TEXTAREA" || event.target.value === earlier) return;
  mark.querySelector("input").disabled = true;
  mark.hidden = true;
}, true);
