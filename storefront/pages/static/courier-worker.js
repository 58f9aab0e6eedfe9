"use strict";
/* Keeps the shell of the courier's page, so that it opens without a network. Nothing that tells of
   a person, a job or a place passes through here: only the files named below. */
const KEPT = "regie-courier-1";
const SHELL = ["/courier", "/courier/manifest.webmanifest", "style.css", "regie.js", "courier.css", "courier.js",
  "courier-net.js", "courier-icon.svg"].map((name) => (name[0] === "/" ? name : `/pages/static/${name}`));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("regie-courier-") && name !== KEPT).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || !SHELL.includes(url.pathname)) return;
  event.respondWith(fresh(event.request, url.pathname));
});

/* The newest from the network, what was kept where there is none. */
async function fresh(request, path) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(KEPT)).put(path, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.match(path);
    if (kept) return kept;
    throw error;
  }
}
