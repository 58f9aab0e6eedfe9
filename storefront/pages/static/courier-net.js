"use strict";
/* The courier's line to the store: a key that never leaves the phone, a token that lives minutes, a
   queue that survives dead spots. Only this file speaks to the network. */
const Net = (() => {
  const KEY = { name: "ECDSA", namedCurve: "P-256" }, SIGNED = { name: "ECDSA", hash: "SHA-256" };
  const QUERIES = {
    arrive: ["$stage: Stage!, $near: GeoIn, $reason: String", "stage: $stage, near: $near, reason: $reason"],
    pickUp: ["$code: String!, $parcels: [String!]!", "code: $code, parcels: $parcels"],
    deliver: ["$proof: ProofIn!, $cash: MoneyIn", "proof: $proof, codCollected: $cash"],
    fail: ["$reason: FailReason!, $note: String, $proof: ProofIn", "reason: $reason, note: $note, proof: $proof"],
    release: ["$reason: ReleaseReason!", "reason: $reason"],
    loseParcel: ["$parcel: String!", "parcel: $parcel"],
    startReturn: ["", ""], retry: ["", ""], reopen: ["", ""],
  };
  const OFFLINE = ["arrive", "pickUp", "deliver", "fail", "loseParcel", "startReturn"];
  const ERRORS = "userErrors {code message left reason current missing}";
  const listeners = { state: [], event: [], settled: [] };
  let opened = null, device = null, renewing = null, flushing = null, isOnline = navigator.onLine;
  let wait = 0, restUntil = 0;

  /* Storage: one small database on the phone. */
  const database = () => (opened ||= new Promise((done, failed) => {
    const asked = indexedDB.open("regie-courier", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("queue", { keyPath: "seq" });
      asked.result.createObjectStore("photos");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  }));
  async function store(name, mode, act) {
    const at = (await database()).transaction(name, mode), asked = act(at.objectStore(name));
    return new Promise((done, failed) => {
      at.oncomplete = () => done(asked.result);
      at.onerror = at.onabort = () => failed(at.error);
    });
  }
  const kept = (key) => store("kept", "readonly", (at) => at.get(key));
  const keep = (key, value) => store("kept", "readwrite", (at) => at.put(value, key));
  const queue = () => store("queue", "readonly", (at) => at.getAll());
  const unqueue = (seq) => store("queue", "readwrite", (at) => at.delete(seq));

  const tell = (kind, ...told) => listeners[kind].forEach((act) => act(...told));
  const on = (kind, act) => listeners[kind].push(act);
  const text64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const bytes64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const random = () => hex(crypto.getRandomValues(new Uint8Array(16)));
  class Refused extends Error { constructor(told) { super(told.message || told.code); Object.assign(this, told); } }
  class Offline extends Error {}

  /* JSON with sorted keys and no spaces: what the server signs for is what we sign (RFC 8785). */
  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  const sign = async (bytes) => text64(await crypto.subtle.sign(SIGNED, device.keys.privateKey, bytes));

  function online(found) {
    if (found === isOnline) return;
    isOnline = found;
    wait = restUntil = 0;
    tell("state");
    if (found) flush();
  }

  /* Every request passes here: no answer means no network. */
  async function send(path, options = {}) {
    let answer;
    try { answer = await fetch(path, { cache: "no-store", credentials: "same-origin", ...options }); } catch { online(false); throw new Offline(); }
    online(true);
    return answer;
  }
  async function post(path, body, headers = {}) {
    const answer = await send(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
    if (answer.status === 204) return null;
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused({ code: told.code || "other", message: told.title });
    return told;
  }
  async function proof(purpose) {
    const { challenge } = await post("/courier/challenge", {}), head = new TextEncoder().encode(`regie-${purpose}\0`), value = bytes64(challenge);
    const message = new Uint8Array(head.length + value.length);
    message.set(head); message.set(value, head.length);
    return { challenge, signature: await sign(message) };
  }
  async function admitted(tokens) {
    device = { ...device, ...tokens };
    await keep("device", device);
    tell("state");
  }
  async function fresh() {
    const keys = await crypto.subtle.generateKey(KEY, false, ["sign", "verify"]);
    device = { keys };
    return text64(await crypto.subtle.exportKey("spki", keys.publicKey));
  }
  const invited = (invitation) => post("/courier/invitation", { invitation });
  async function join(told) {
    const publicKey = await fresh();
    await admitted(await post("/courier/join", { ...told, publicKey, ...(await proof("join")) }));
  }
  const json = (credential) => credential.toJSON();
  async function makePasskey() {
    const options = await post("/courier/passkey/new/options", {}, await headers());
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = json(await navigator.credentials.create({ publicKey }));
    await post("/courier/passkey/new", { credential }, await headers());
  }
  async function enter() {
    const options = await post("/courier/passkey/options", {});
    const credential = json(await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }));
    const publicKey = await fresh();
    await admitted(await post("/courier/passkey", { credential, publicKey, ...(await proof("passkey")) }));
  }
  const canPasskey = () => Boolean(window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON);

  async function renew() {
    try {
      await admitted(await post("/courier/renew", { refresh: device.refresh, ...(await proof("renew")) }));
    } catch (error) {
      if (error instanceof Refused && error.code === "sign_in_required") await forget();
      throw error;
    }
  }
  async function headers() {
    if (!device || !device.access) throw new Refused({ code: "sign_in_required" });
    if (Date.parse(device.accessUntil) < Date.now() + 30000) await (renewing ||= renew().finally(() => { renewing = null; }));
    return { Authorization: `Bearer ${device.access}` };
  }
  async function forget() {
    device = null;
    for (const name of ["kept", "queue", "photos"]) await store(name, "readwrite", (at) => at.clear());
    tell("state");
  }
  async function signOut() {
    try { await post("/courier/sign-out", {}, await headers()); } finally { await forget(); }
  }

  async function ask(query, variables = {}, again = true) {
    const answer = await send("/graphql/courier", { method: "POST", headers: { "Content-Type": "application/json", ...(await headers()) }, body: JSON.stringify({ query, variables }) });
    if (answer.status === 401 && again) { device.accessUntil = 0; return ask(query, variables, false); }
    const told = await answer.json().catch(() => ({ errors: [{ extensions: { code: "retry_later" } }] }));
    if (told.errors) throw new Refused({ code: told.errors[0].extensions.code, message: told.errors[0].message });
    return told.data;
  }

  /* One step of a job: at once where there is a network, else signed and kept. The same key goes
     with it both ways, so that a lost answer does nothing twice. */
  async function step(op, job, body, photos = []) {
    const key = random(), waiting = await queue();
    for (const photo of photos) await store("photos", "readwrite", (at) => at.put({ job: job.id, blob: photo.blob }, photo.sha256));
    if (waiting.length === 0) {
      try { return await taken(op, job, body, key); } catch (error) { if (!(error instanceof Offline) || !OFFLINE.includes(op)) throw error; }
    }
    if (!OFFLINE.includes(op)) throw new Offline();
    await enqueue(op, job, body, key);
    flush();
    return null;
  }
  const point = (near) => near && { lat: near.latE6 / 1e6, lng: near.lngE6 / 1e6, accuracyM: near.accuracyM };
  function variables(op, body) {
    if (op === "arrive") return { ...body, near: point(body.near) };
    if (op === "deliver") return { proof: { code: body.code, pictures: body.pictures, agePassed: body.agePassed }, cash: body.cash };
    if (op === "fail") return { reason: body.reason, note: body.note, proof: { contactTries: body.contactTries } };
    return body;
  }
  async function taken(op, job, body, key) {
    await upload((body.pictures || []).map((it) => it.sha256));
    const [types, given] = QUERIES[op];
    const query = `mutation($job: ID!, $fence: Int!, $key: ID!, ${types}) {told: ${op}(jobId: $job, fence: $fence, key: $key, ${given}) {${ERRORS}}}`;
    const { told } = await ask(query, { job: job.id, fence: job.fence, key, ...variables(op, body) });
    if (told.userErrors.length) throw new Refused(told.userErrors[0]);
    return told;
  }
  async function upload(digests) {
    for (const digest of digests) {
      const photo = await store("photos", "readonly", (at) => at.get(digest));
      if (!photo) continue;
      const answer = await send(`/courier/jobs/${photo.job}/proof`, { method: "POST", headers: await headers(), body: photo.blob });
      const useless = [400, 404, 413].includes(answer.status);
      if (!answer.ok && !useless) throw new Offline();
      await store("photos", "readwrite", (at) => at.delete(digest));
    }
  }
  async function enqueue(op, job, body, key) {
    const seq = ((await kept("seq")) || 0) + 1;
    await keep("seq", seq);
    const told = { opId: key, deviceId: device.deviceId, jobId: job.id, fence: job.fence, op, capturedAt: Date.now(), seq };
    const signature = await sign(new TextEncoder().encode(canonical({ ...told, body })));
    await store("queue", "readwrite", (at) => at.put({ ...told, body: JSON.stringify(body), signature }));
    tell("state");
  }
  function flush() {
    if (!isOnline || !device || Date.now() < restUntil) return Promise.resolve();
    return (flushing ||= settle().catch((error) => { if (!(error instanceof Offline)) tell("settled", [], error); }).finally(() => { flushing = null; }));
  }
  async function settle() {
    const told = [];
    try {
      for (let more = true; more;) {
        const ops = (await queue()).slice(0, 100), settled = ops.length ? await sendIn(ops) : [];
        for (const one of settled) await unqueue(ops.find((it) => it.opId === one.opId).seq);
        told.push(...settled);
        more = settled.length > 0;
        if (ops.length && !more) rest(); else wait = 0;
      }
    } finally {
      if (told.length) { tell("settled", told.filter((it) => it.userErrors.length), null); tell("state"); }
    }
  }
  async function sendIn(ops) {
    for (const one of ops) await upload((JSON.parse(one.body).pictures || []).map((it) => it.sha256));
    const { results } = await ask(`mutation($ops: [OfflineOp!]!) {results: submitOffline(ops: $ops) {opId outcome ${ERRORS}}}`, { ops });
    return results.filter((it) => it.outcome !== "WAITING");
  }

  /* What waits stays queued, and is tried again after a pause that doubles up to two minutes. */
  function rest() {
    wait = Math.min(wait * 2 || 2000, 120000);
    restUntil = Date.now() + wait;
    setTimeout(flush, wait + 50);
  }

  /* Live events: a stream that resumes where it was; EventSource cannot carry a token. */
  async function listen() {
    let last = "", pause = 1000;
    for (;;) {
      if (!device) { await new Promise((done) => { setTimeout(done, 1000); }); continue; }
      try {
        const answer = await send("/courier/events", { headers: { ...(await headers()), ...(last && { "Last-Event-ID": last }) } });
        if (answer.status === 409) { last = ""; tell("event", "resync"); continue; }
        if (answer.status === 401) { device.accessUntil = 0; throw new Offline(); }
        if (!answer.ok) throw new Offline();
        tell("event", "open");
        last = await follow(answer.body.getReader(), last);
        pause = 1000;
      } catch { pause = Math.min(pause * 2, 30000); }
      await new Promise((done) => { setTimeout(done, pause); });
    }
  }
  async function follow(reader, last) {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return last;
        rest += decoder.decode(value, { stream: true });
        const blocks = rest.split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
          if (fields.id) last = fields.id;
          if (fields.event) tell("event", fields.event, JSON.parse(fields.data));
        }
      }
    } catch { online(navigator.onLine); return last; }
  }

  /* A smaller picture without what the camera wrote into it; as it is where that fails. */
  async function picture(file) {
    let blob = file;
    try {
      const image = await createImageBitmap(file), scale = Math.min(1, 1280 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = image.width * scale; canvas.height = image.height * scale;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      blob = (await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.8); })) || file;
    } catch { /* the server makes it harmless in any case */ }
    return { blob, sha256: hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())) };
  }

  addEventListener("online", () => online(true));
  addEventListener("offline", () => online(false));
  async function begin() {
    device = (await kept("device")) || null;
    listen();
    setInterval(flush, 15000);
    if ("serviceWorker" in navigator) navigator.serviceWorker.register("/courier/worker.js", { scope: "/courier" }).catch(() => {});
    flush();
  }
  return {
    begin, invited, join, enter, makePasskey, canPasskey, signOut, ask, step, picture, queue, kept, keep, flush, on, random, Offline, Refused,
    get online() { return isOnline; }, get signedIn() { return Boolean(device && device.deviceId); },
  };
})();
