// Before everything else in the page. What somebody presses before the page can listen is done as soon as it can: a
// nurse who knows where the button is does not wait for it. What a browser can do alone (links, forms) is left to it, but
// for forms that a script has something to say to.
(() => {
  const WAITS = ":is(a, button)[hx-get], :is(a, button)[hx-post], [data-opens], button[type=button]";
  const pressed = [];
  let searches = false; // the search has been asked for: what is typed from then on is meant for it

  function click(event) {
    const what = event.target.closest?.(WAITS);
    if (!what || event.ctrlKey || event.metaKey || event.shiftKey) return;
    searches ||= what.dataset.opens === "palette";
    hold(event, () => what.click());
  }

  function key(event) {
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    if (searches && !isChord && event.key.length === 1) return hold(event, () => type(event.key));
    const isTyped = !isChord && event.target.matches?.("input, textarea, select, [contenteditable]");
    const isMeant = isChord ? /^(k|d|enter)$/i.test(event.key) : /^[\w/?]$/.test(event.key);
    if (isTyped || !isMeant) return;
    searches ||= isChord && /^k$/i.test(event.key);
    const { key, code, ctrlKey, metaKey, altKey } = event;
    hold(event, () => (document.activeElement ?? document.body)
      .dispatchEvent(new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, altKey, bubbles: true, cancelable: true })));
  }

  function type(text) {
    const field = document.activeElement;
    field.setRangeText?.(text, field.selectionStart, field.selectionEnd, "end");
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

  addEventListener("click", click, true);
  addEventListener("keydown", key, true);
  addEventListener("submit", send, true);
  addEventListener("varda:listens", () => {
    removeEventListener("click", click, true);
    removeEventListener("keydown", key, true);
    removeEventListener("submit", send, true);
    for (const again of pressed.splice(0)) again();
  });
})();
