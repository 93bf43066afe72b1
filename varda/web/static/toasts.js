// Short messages that stay until they are closed; errors of htmx that brought no answer at all.

const said = () => document.getElementById("said").dataset;

export function toast(text, { link = "", failed = false } = {}) {
  const place = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.status = failed ? "failed" : "done";
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  if (link) {
    const open = document.createElement("a");
    open.href = link;
    open.textContent = said().open;
    box.append(open);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "ds-button";
  close.dataset.variant = "tertiary";
  close.dataset.size = "sm";
  close.dataset.closes = "";
  close.textContent = said().close;
  box.append(close);
  place.append(box);
}

document.addEventListener("htmx:error", (event) => {
  if (event.detail?.error instanceof TypeError) toast(said().gone, { failed: true });
});

// A score that could not be computed anew is none: what stands there belongs to other values.
for (const failed of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(failed, (event) => {
    if (event.target.id === "score") event.target.replaceChildren();
  });
}
