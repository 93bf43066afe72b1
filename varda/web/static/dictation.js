// Speaking instead of writing: what is recorded becomes a file beside the note as soon as the recording stops.
import { attach } from "./files.js";
import { toast } from "./toasts.js";

let current = null; // one recording at a time

async function begin(button) {
  const { form } = button; // where it belongs, whatever becomes of the button
  const largest = Number(form.querySelector("[data-files]").dataset.largest);
  let stream;
  try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch {
    toast(button.dataset.refused, { failed: true });
    return;
  }
  const kind = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg"].find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : {});
  const said = [];
  const words = button.textContent;
  const began = Date.now();
  const told = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    button.textContent = `${button.dataset.stops} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const clock = setInterval(told, 1000);
  let size = 0;
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size) said.push(data);
    size += data.size;
    // Three seconds more would not have room.
    if (recorder.state !== "recording" || size + 3 * data.size < largest) return;
    recorder.stop();
    toast(button.dataset.full, { failed: true });
  });
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    stream.getTracks().forEach((track) => track.stop());
    current = null;
    delete form.dataset.recording;
    button.textContent = words;
    button.setAttribute("aria-pressed", "false");
    const type = recorder.mimeType.split(";")[0];
    const ending = { "audio/mp4": "m4a", "audio/ogg": "ogg" }[type] ?? "webm";
    if (said.length) attach(form, new File(said, `diktat.${ending}`, { type }));
  });
  current = recorder;
  form.dataset.recording = "";
  button.setAttribute("aria-pressed", "true");
  recorder.start(1000);
  told();
}

// What is being said is in no safe place until it stops: nothing leads away from it unseen.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-records]");
  if (button) {
    if (current) current.stop();
    else begin(button);
    return;
  }
  const leaves = event.target.closest?.("a[href], button[name=act], [data-discards], [hx-get]");
  if (!current || !leaves || leaves.target === "_blank") return;
  event.preventDefault();
  event.stopPropagation();
  toast(document.querySelector("[data-records]")?.dataset.goesOn ?? "", { failed: true });
}, true);
window.addEventListener("beforeunload", (event) => { if (current) event.preventDefault(); });
