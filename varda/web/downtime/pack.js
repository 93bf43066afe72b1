"use strict";
// Opens a downtime pack: the phrase becomes a key (PBKDF2), the key opens the contents (JWE, A256GCM). No network.
const pack = JSON.parse(document.getElementById("pack").textContent);
const root = document.documentElement;
const LONG = 16;
const AWRY = 5 * 60 * 1000; // how far the clock of this computer may be behind before it is said

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
// As varda/introduction/downtime/phrases.py reads it.
const signs = (typed) => typed.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1").replace(/[^0-9A-HJKMNP-TV-Z]/g, "");

async function opened(phrase) {
    const [header, , iv, text, tag] = pack.sealed.split(".");
    const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(signs(phrase)), "PBKDF2", false, ["deriveKey"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(pack.salt), iterations: pack.rounds };
    const key = await crypto.subtle.deriveKey(way, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const hidden = new Uint8Array([...bytes(text), ...bytes(tag)]);
    const kind = { name: "AES-GCM", iv: bytes(iv), additionalData: new TextEncoder().encode(header) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(kind, key, hidden)));
}

function said(name) {
    for (const one of document.querySelectorAll("[data-said]")) one.hidden = one.dataset.said !== name;
}

function aged() {
    const now = Date.now(), made = Date.parse(pack.made), ends = Date.parse(pack.ends);
    root.dataset.age = now < made - AWRY ? "awry" : now > ends ? "over" : "young";
    const minutes = Math.max(0, Math.floor((now - made) / 60000));
    const hours = Math.floor(minutes / 60);
    for (const one of document.querySelectorAll("[data-aged]"))
        one.textContent = one.dataset.aged.replace("#h", hours).replace("#m", minutes % 60);
}

async function unlock(event) {
    event.preventDefault();
    const typed = document.getElementById("phrase");
    const count = signs(typed.value).length;
    if (count !== LONG) {
        document.getElementById("count").textContent = count;
        said("length");
        return typed.focus();
    }
    said("working");
    try {
        const found = await opened(typed.value);
        pack.made = found.made; // what was sealed, and not what stands open beside it
        pack.ends = found.ends;
        document.getElementById("contents").innerHTML = found.html;
        root.dataset.open = "yes";
        aged();
        document.querySelector("#contents h2").focus();
    } catch (wrong) {
        said("wrong");
        typed.select();
    }
}

aged();
setInterval(aged, 20000);
document.getElementById("unlock").addEventListener("submit", unlock);
document.getElementById("print").addEventListener("click", () => print());
document.getElementById("close").addEventListener("click", () => location.reload());
if (!globalThis.crypto?.subtle) said("browser");
