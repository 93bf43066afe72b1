// Text that has not reached the server, kept in this browser so that only its writer can read it again.
// AES-GCM under a key that the server gives to the signed-in session; the key is never stored and cannot be exported.
// The salt beside the text names the key: the same person gets it again after a crash, anybody else gets another.

const NAME = "varda";
const keys = new Map();
let opening;

function database() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("texts", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function store(mode, work) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction("texts", mode, { durability: "strict" });
    const request = work(transaction.objectStore("texts"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const said = (name) => document.querySelector(`meta[name=varda-${name}]`);

// The key of a salt, asked for once a page. Also gives the newest form token, for when one has signed in again – never
// that of somebody else who has signed in in this browser: what this page holds is not theirs to send.
export async function key(salt) {
  if (keys.has(salt)) return keys.get(salt);
  const answer = await fetch(`/session/key?salt=${encodeURIComponent(salt)}`, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(10000),
  });
  if (!answer.ok) throw new Error(`no key: ${answer.status}`);
  const given = await answer.json();
  if (given.who !== said("who").content) throw new Error("somebody else is signed in");
  said("token").content = given.token;
  const made = await crypto.subtle.importKey("raw", bytes(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
  keys.set(salt, made);
  return made;
}

// A failure leaves the old key where it is: what is typed meanwhile is kept under it.
export async function newToken() {
  const salt = said("salt").content;
  const held = keys.get(salt);
  keys.delete(salt);
  try {
    await key(salt);
  } catch (failed) {
    if (held) keys.set(salt, held);
    throw failed;
  }
}

export async function put(id, value) {
  const salt = said("salt").content;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(salt), text);
  await store("readwrite", (texts) => texts.put({ id, salt, iv, data }));
  return iv;
}

// Only what was read or put under this `iv`: another tab may have put newer text since.
export const drop = (id, iv) => store("readwrite", (texts) => {
  const asked = texts.get(id);
  asked.onsuccess = () => { if (asked.result && (!iv || String(asked.result.iv) === String(iv))) texts.delete(id); };
  return asked;
});

// Everything kept here that this person may read; what belongs to others stays as it is, unreadable.
export async function all() {
  const found = [];
  for (const kept of await store("readonly", (texts) => texts.getAll())) {
    try {
      const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, await key(kept.salt), kept.data);
      found.push({ id: kept.id, iv: kept.iv, ...JSON.parse(new TextDecoder().decode(data)) });
    } catch { /* somebody else's, or no answer from the server just now */ }
  }
  return found;
}
