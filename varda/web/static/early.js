// Before everything else in the page. What somebody presses before the page can listen is done as soon as it can: a
// nurse who knows where the button is does not wait for it. What a browser can do alone (links, forms) is left to it, but
// for forms that a script has something to say to. Keys wait as well while what a key has opened is on its way: what is
// typed meanwhile is meant for its field, and neither lost nor taken for orders.
(() => {
  const WAITS = ":is(a, button)[hx-get], :is(a, button)[hx-post], [data-opens], button[type=button]";
  const pressed = [];
  let searches = false; // the search has been asked for: what is typed from then on is meant for it
  let coming = false; // what a key has opened is on its way

  function click(event) {
    const what = event.target.closest?.(WAITS);
    if (!what || event.ctrlKey || event.metaKey || event.shiftKey) return;
    searches ||= what.dataset.opens === "palette";
    hold(event, () => what.click());
  }

  function key(event) {
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    const isTyped = !isChord && event.target.matches?.("input, textarea, select, [contenteditable]");
    const goesOn = !isChord && (coming || pressed.length) && (event.key.length === 1 || event.key === "Enter");
    const isMeant = isChord ? /^(k|d|enter)$/i.test(event.key) : goesOn || /^[\w/?]$/.test(event.key);
    if ((isTyped && !searches) || !isMeant) return;
    searches ||= isChord && /^k$/i.test(event.key);
    const { key, code, ctrlKey, metaKey, altKey } = event;
    hold(event, () => press({ key, code, ctrlKey, metaKey, altKey }));
  }

  // Where an earlier key has led into a field by now, the next are text.
  function press(one) {
    const at = document.activeElement ?? document.body;
    const isAnswered = !at.dispatchEvent(new KeyboardEvent("keydown", { ...one, bubbles: true, cancelable: true }));
    const isText = at.matches("textarea, input") && at.selectionStart !== null;
    if (isAnswered || !isText || one.ctrlKey || one.metaKey || one.altKey) return;
    if (one.key === "Enter" && at.matches("input")) at.form?.requestSubmit();
    else type(at, one.key === "Enter" ? "\n" : one.key);
  }

  function type(field, text) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { data: text, inputType: "insertText", bubbles: true }));
  }

  function send(event) {
    const { target, submitter } = event;
    if (target.matches("[data-tries], [data-judges]")) hold(event, () => target.requestSubmit(submitter));
  }

  function hold(event, again) {
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed.push(again);
  }

  function again() {
    removeEventListener("keydown", key, true);
    for (const one of pressed.splice(0)) one();
    coming = searches = false;
  }

  addEventListener("click", click, true);
  addEventListener("keydown", key, true);
  addEventListener("submit", send, true);
  addEventListener("varda:listens", () => {
    removeEventListener("click", click, true);
    removeEventListener("submit", send, true);
    again();
  });
  addEventListener("varda:opens", () => {
    coming = true;
    addEventListener("keydown", key, true);
  });
  addEventListener("varda:opened", again);
})();
