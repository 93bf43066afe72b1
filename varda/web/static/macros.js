// Macros: ";ua" and then a space, a line end or a stop becomes the text that the word stands for. The caret goes to the
// first "___" of the text, if it has one. The browser's own undo takes it back.
const TYPED = /(?:^|\s);([\p{L}\d-]{1,20})([\s.,:])$/u;

document.addEventListener("input", (event) => {
  const field = event.target;
  const form = field.tagName === "TEXTAREA" && !event.isComposing ? field.form : null;
  if (!form?.dataset.macros || event.inputType?.startsWith("delete") || event.inputType?.startsWith("history")) return;
  const at = field.selectionStart;
  const found = TYPED.exec(field.value.slice(0, at));
  const text = found && JSON.parse(form.dataset.macros)[found[1].toLocaleLowerCase("sv")];
  if (text === undefined || text === null) return;
  field.setSelectionRange(at - found[1].length - 2, at);
  document.execCommand("insertText", false, text + found[2]);
  const gap = text.indexOf("___");
  if (gap < 0) return;
  const start = at - found[1].length - 2 + gap;
  field.setSelectionRange(start, start + 3);
});
