"use strict";
/* What a courier sees and touches. It draws from what Net knows; nothing is drawn as HTML text. */
(() => {
  const at = (id) => document.getElementById(id), SAID = JSON.parse(at("said-texts").textContent), LANGUAGE = document.documentElement.lang;
  const HELD = ["CLAIMED", "AT_PICKUP", "PICKED_UP", "AT_DROPOFF", "FAILED", "RETURNING"];
  const MONEY = "{amount currency}", STORE = "store {id name timezone address phone instructions point {lat lng}}", WINDOWS = "pickup {startAt endAt} dropoff {startAt endAt}";
  const JOB = `id state fence rev ${STORE} ${WINDOWS} fee ${MONEY} tip ${MONEY} cash ${MONEY} leaveAtDoor cold ageCheck overdue attempts undoUntil
    recipient {name alternate phone street street2 postcode city point {lat lng} notes doorCode} parcels {id code fate} dropoffProofs lease {until latest} actions`;
  const OFFERS = `query($near: GeoIn!, $radius: Int!) {availableJobs(near: $near, radiusM: $radius, first: 30) {nodes {jobId ${STORE} ${WINDOWS} fee ${MONEY} tip ${MONEY}
    cash ${MONEY} toStoreM toDropoffM parcels {weightG} cold ageCheck reason}}}`;
  const BUNDLES = "query($near: GeoIn!) {bundleSuggestions(near: $near) {jobIds travelS savedS}}";
  const RIDES = `query($first: Int!, $after: String) {myRides(first: $first, after: $after) {nodes {jobId store {name timezone} state dropoff {startAt endAt} earned ${MONEY} failure} endCursor hasNextPage}}`;
  const ME = "me {displayName state membership vehicles {id type} onlineVehicleId stores {id name point {lat lng}}}";
  const NEXT = { arrive: (body) => (body.stage === "PICKUP" ? "AT_PICKUP" : "AT_DROPOFF"), pickUp: () => "PICKED_UP", deliver: () => "DELIVERED", fail: () => "FAILED", startReturn: () => "RETURNING" };
  const AFTER = { retry: "PICKED_UP", reopen: "AT_DROPOFF", release: "giveBack", loseParcel: "lose" };
  const RIDES_AT_ONCE = 20, drafts = {}, panels = {};
  let me = null, held = [], done = [], offers = [], bundles = [], bundledAt = 0, wages = null, rides = null, tab = "mine", place = null, chosen = "", waiting = [], scanning = null;

  /* Words. */
  const say = (key, facts = {}) => Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), SAID[key] || key);
  const why = (error) => (error instanceof Net.Offline ? say("needsNetwork")
    : [SAID[error.reason] || SAID.codes[error.code] || `${say("other")} (${error.code || ""})`, error.left ? say("left", { n: error.left }) : ""].join(" "));
  /* Times are the store's, as its slots are; the phone may be set to another zone. A day has 24 hours in every language. */
  const clock = (text, zone) => new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(new Date(text));
  const day = (text, zone) => new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric", month: "short", timeZone: zone }).format(new Date(text));
  function amount({ amount: minor, currency }) {
    const format = new Intl.NumberFormat(LANGUAGE, { style: "currency", currency });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  }
  const metres = (m) => new Intl.NumberFormat(LANGUAGE, { style: "unit", unit: m < 1000 ? "meter" : "kilometer", maximumFractionDigits: 1 }).format(m < 1000 ? m : m / 1000);
  const minutes = (seconds) => new Intl.NumberFormat(LANGUAGE, { style: "unit", unit: "minute", maximumFractionDigits: 0 }).format(Math.max(1, seconds / 60));
  function weight(parcels) {
    const grams = parcels.reduce((sum, it) => sum + it.weightG, 0);
    return grams ? new Intl.NumberFormat(LANGUAGE, { style: "unit", unit: "kilogram", maximumFractionDigits: 1 }).format(grams / 1000) : "";
  }
  function notice(text, bad = false) {
    const box = at("told");
    box.textContent = text;
    box.className = `notice ${bad ? "bad" : "good"}`;
    box.hidden = !text;
    if (text) box.scrollIntoView({ block: "nearest" });
  }
  const whisper = (text) => { at("said").textContent = text; };

  /* Drawing. */
  function h(name, facts = {}, ...inner) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(facts)) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key === "value") made.value = value;
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...inner.flat(Infinity).filter((it) => it !== null && it !== undefined && it !== false));
    return made;
  }
  const bdi = (text, ltr = false) => h("bdi", ltr ? { dir: "ltr" } : {}, String(text));
  const span = (window, { timezone }) => bdi(`${clock(window.startAt, timezone)}–${clock(window.endAt, timezone)}`, true);
  const facts = (...pairs) => h("dl", {}, pairs.filter((it) => it && it[1]).map(([label, value]) => [h("dt", {}, label), h("dd", {}, value)]));
  const tag = (text, tone = "") => h("span", { class: `tag ${tone}` }, text);
  const button = (key, label, act, kind = "") => h("button", { type: "button", class: kind, "data-key": key, onclick: act }, label);
  const map = (point, address) => h("a", { class: "button quiet", href: point ? `geo:${point.lat},${point.lng}?q=${point.lat},${point.lng}` : `geo:0,0?q=${encodeURIComponent(address)}` }, say("map"));
  /* Put new parts in; what had the focus has it again. */
  function fill(box, parts) {
    const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    box.replaceChildren(...parts);
    const again = focused && box.querySelector(`[data-key="${CSS.escape(focused)}"]`);
    if (again) again.focus();
  }
  const draft = (job) => (drafts[job.id] ||= {});
  const input = (job, name, more = {}) => h("input", { id: `${name}-${job.id}`, "data-key": `${name}-${job.id}`, value: draft(job)[name] || "",
    autocomplete: "off", oninput: (event) => { draft(job)[name] = event.target.value; }, ...more });
  const field = (job, name, label, control) => h("div", { class: "field" }, h("label", { for: `${name}-${job.id}` }, label), control);
  function choice(job, name, label, options) {
    const select = h("select", { id: `${name}-${job.id}`, "data-key": `${name}-${job.id}`, onchange: (event) => { draft(job)[name] = event.target.value; } }, h("option", { value: "" }, say("choose")));
    select.append(...[...at(options).content.cloneNode(true).children]);
    select.value = draft(job)[name] || "";
    return field(job, name, label, select);
  }

  /* Doing. */
  const able = (is) => { for (const one of document.querySelectorAll("#in button")) one.disabled = !is; };
  async function busy(act) {
    able(false);
    notice("");
    try { await act(); } catch (error) { notice(why(error), true); } finally { await refresh(); able(true); }
  }
  async function step(op, job, body, photos) {
    const told = await Net.step(op, job, body, photos);
    delete panels[job.id];
    if (["deliver", "pickUp", "fail"].includes(op)) delete drafts[job.id];
    whisper(told ? say(NEXT[op] ? NEXT[op](body) : AFTER[op]) : say("late"));
  }
  const act = (op, job, body = {}, photos = []) => busy(() => step(op, job, body, photos));
  const here = () => new Promise((found) => {
    if (!navigator.geolocation) { found(null); return; }
    const read = ({ coords }) => found({ latE6: Math.round(coords.latitude * 1e6), lngE6: Math.round(coords.longitude * 1e6), accuracyM: Math.round(coords.accuracy) });
    navigator.geolocation.getCurrentPosition(read, () => found(null), { enableHighAccuracy: true, timeout: 4000, maximumAge: 0 });
  });
  const near = () => place || (me && me.stores.find((it) => it.id === chosen) || (me && me.stores[0]) || {}).point || null;
  async function locate() {
    const found = await here();
    if (found) place = { lat: found.latE6 / 1e6, lng: found.lngE6 / 1e6, accuracyM: found.accuracyM };
  }
  const ROUND_M = 6371008.8, rad = (degrees) => (degrees * Math.PI) / 180;
  function away(from, to) {
    const up = Math.sin(rad(to.lat - from.latE6 / 1e6) / 2), across = Math.sin(rad(to.lng - from.lngE6 / 1e6) / 2);
    return 2 * ROUND_M * Math.asin(Math.sqrt(up * up + Math.cos(rad(to.lat)) * Math.cos(rad(from.latE6 / 1e6)) * across * across));
  }
  const arrive = (job, stage) => busy(async () => {
    const found = await here(), body = { stage, near: found, reason: "" }, target = stage === "PICKUP" ? job.store.point : job.recipient.point;
    if (!found && Net.online) { panels[job.id] = `${stage} unknownPlace`; return; }
    if (found && target && away(found, target) > 300) { panels[job.id] = `${stage} far`; return; }
    try { await step("arrive", job, found ? body : { ...body, reason: "NO_POSITION" }); } catch (error) {
      if (error.reason !== "TOO_FAR") throw error;
      panels[job.id] = `${stage} far`;
    }
  });
  const CLAIM = { one: ["$of: ID!", "claimJob(jobId: $of"], all: ["$of: [ID!]!", "claimBundle(jobIds: $of"] };
  const claim = (form, of) => busy(async () => {
    const [type, verb] = CLAIM[form];
    const { told } = await Net.ask(`mutation(${type}, $key: ID!) {told: ${verb}, key: $key) {userErrors {code message reason}}}`, { of, key: Net.random() });
    if (told.userErrors.length) throw new Net.Refused(told.userErrors[0]);
    show("mine");
    notice(say("taken"));
  });
  const work = () => busy(async () => {
    await locate();
    const query = me.onlineVehicleId ? "mutation {told: goOffline {userErrors {code message reason}}}"
      : "mutation($vehicle: ID!, $near: GeoIn!) {told: goOnline(vehicleId: $vehicle, near: $near) {userErrors {code message reason}}}";
    const { told } = await Net.ask(query, me.onlineVehicleId ? {} : { vehicle: (me.vehicles[0] || { id: "" }).id, near: near() });
    if (told.userErrors.length) throw new Net.Refused(told.userErrors[0]);
  });

  /* Scanning, where the browser can; typing works everywhere. */
  async function scan(job, name) {
    const video = h("video", { playsinline: true, "aria-label": say("scan") }), box = at(`${name}-${job.id}`).closest(".field");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    const detector = new BarcodeDetector();
    scanning = () => { stream.getTracks().forEach((it) => it.stop()); video.remove(); scanning = null; };
    video.srcObject = stream;
    box.after(video);
    await video.play();
    while (scanning && video.isConnected) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found) { draft(job)[name] = found.rawValue; scanning(); draw(); return; }
      await new Promise((next) => { setTimeout(next, 150); });
    }
  }
  const scanner = (job, name) => "BarcodeDetector" in window && button(`scan-${name}-${job.id}`, say("scan"), () => scan(job, name).catch((error) => notice(why(error), true)), "quiet");

  /* The run sheet: one thing to do next, and what it needs. */
  const address = (who) => [who.street, who.street2, [who.postcode, who.city].filter(Boolean).join(" ")].filter(Boolean).join("\n");
  function pad(job) {
    const type = (sign) => () => { draft(job).pin = sign === "" ? (draft(job).pin || "").slice(0, -1) : ((draft(job).pin || "") + sign).slice(0, 6); draw(); };
    const digits = [..."1234567890"].map((sign) => button(`pad-${sign}-${job.id}`, sign, type(sign)));
    return h("div", { class: "pad", role: "group", "aria-label": say("pin") }, digits, button(`pad-back-${job.id}`, say("delete"), type("")));
  }
  const PIN = { inputmode: "numeric", class: "number", maxlength: 8, dir: "ltr" };
  function photo(job, kind) {
    const name = kind.toLowerCase(), has = draft(job)[kind];
    const take = async (event) => { if (event.target.files[0]) draft(job)[kind] = await Net.picture(event.target.files[0]); draw(); };
    return h("div", { class: "field" }, h("label", { for: `${name}-${job.id}` }, say(name), has ? " ✓" : ""), h("input", { id: `${name}-${job.id}`, "data-key": `${name}-${job.id}`, type: "file", accept: "image/*", capture: "environment", onchange: take }));
  }
  function radio(job, name, options) {
    return h("fieldset", {}, h("legend", {}, say("age", { n: job.ageCheck })), options.map(([value, label]) => h("label", { class: "check" },
      h("input", { type: "radio", name: `${name}-${job.id}`, value, "data-key": `${name}-${value}-${job.id}`, ...(draft(job)[name] === value && { checked: true }), onchange: () => { draft(job)[name] = value; } }), say(label))));
  }
  function handOver(job) {
    const typed = draft(job), pictures = ["PHOTO", "SIGNATURE"].filter((kind) => typed[kind]);
    const body = { code: typed.pin || null, pictures: pictures.map((kind) => ({ kind, sha256: typed[kind].sha256 })),
      agePassed: job.ageCheck ? typed.age === "yes" || (typed.age === "no" ? false : null) : null, cash: job.cash && typed.cash ? job.cash : null };
    if (job.ageCheck && typed.age === "no") { panels[job.id] = "fail"; typed.why = "AGE_CHECK_FAILED"; draw(); return; }
    act("deliver", job, body, pictures.map((kind) => typed[kind]));
  }
  const SHEETS = {
    CLAIMED: (job) => [button(`main-${job.id}`, say("atStore"), () => arrive(job, "PICKUP"), "main")],
    AT_PICKUP: (job) => {
      const labels = job.parcels.map((_, number) => `label${number}`), all = labels.length;
      const go = () => act("pickUp", job, { code: draft(job).code || "", parcels: labels.map((name) => (draft(job)[name] || "").trim()) });
      return [field(job, "code", say("storeCode"), input(job, "code", PIN)),
        labels.map((name, number) => field(job, name, say("parcel", { n: number + 1, all }), h("div", { class: "label" }, input(job, name, { autocapitalize: "characters", spellcheck: "false" }), scanner(job, name)))),
        button(`main-${job.id}`, say("pickUp"), go, "main")];
    },
    PICKED_UP: (job) => [button(`main-${job.id}`, say("atDoor"), () => arrive(job, "DROPOFF"), "main")],
    AT_DROPOFF: (job) => [
      job.dropoffProofs.includes("PIN") && [field(job, "pin", say("pin"), input(job, "pin", PIN)), pad(job), !Net.online && h("p", { class: "soft" }, say("pinLater"))],
      job.dropoffProofs.includes("SIGNATURE") && photo(job, "SIGNATURE"), photo(job, "PHOTO"),
      job.ageCheck && radio(job, "age", [["yes", "agePassed"], ["no", "ageRefused"]]),
      job.cash && h("label", { class: "check" }, h("input", { type: "checkbox", "data-key": `cash-${job.id}`, ...(draft(job).cash && { checked: true }), onchange: (event) => { draft(job).cash = event.target.checked; } }), say("cashTaken"), " ", bdi(amount(job.cash))),
      button(`main-${job.id}`, say("deliver"), () => handOver(job), "main")],
    FAILED: (job) => [button(`main-${job.id}`, say("goBack"), () => act("startReturn", job), "main"),
      job.attempts < 2 && Net.online && button(`again-${job.id}`, say("again"), () => act("retry", job), "quiet")],
    RETURNING: () => [h("p", {}, say("returning"))],
    DELIVERED: () => [],
  };
  function panel(job) {
    const open = panels[job.id] || "", close = button(`close-${job.id}`, say("cancel"), () => { delete panels[job.id]; draw(); }, "quiet");
    if (/ (far|unknownPlace)$/.test(open)) {
      const [stage, text] = open.split(" ");
      const sure = () => act("arrive", job, { stage, near: null, reason: text === "far" ? "COURIER_SAYS" : "NO_POSITION" });
      return [h("p", { class: "why" }, say(text)), h("div", { class: "row" }, button(`sure-${job.id}`, say("here"), sure), close)];
    }
    if (open === "fail") {
      const go = () => act("fail", job, { reason: draft(job).why || "OTHER", note: draft(job).note || "", contactTries: Number(draft(job).tries) || 0 });
      return [choice(job, "why", say("why"), "failures"), field(job, "tries", say("tries"), input(job, "tries", { type: "number", min: 0, max: 20, inputmode: "numeric" })),
        field(job, "note", say("note"), input(job, "note", { maxlength: 500 })), h("div", { class: "row" }, button(`report-${job.id}`, say("report"), go), close)];
    }
    if (open === "lose") {
      const left = job.parcels.filter((it) => it.fate === "CARRIED"), gone = draft(job).gone || left[0].code;
      const select = h("select", { id: `gone-${job.id}`, "data-key": `gone-${job.id}`, onchange: (event) => { draft(job).gone = event.target.value; } }, left.map((it) => h("option", { value: it.code }, it.code)));
      select.value = gone;
      return [field(job, "gone", say("gone"), select), h("div", { class: "row" }, button(`lost-${job.id}`, say("report"), () => act("loseParcel", job, { parcel: draft(job).gone || gone })), close)];
    }
    if (open === "release") return [choice(job, "back", say("why"), "releases"), h("div", { class: "row" }, button(`give-${job.id}`, say("giveBack"), () => act("release", job, { reason: draft(job).back || "OTHER" })), close)];
    const ask = (name, label) => button(`${name}-${job.id}`, label, () => { panels[job.id] = name; draw(); }, "quiet");
    return [h("div", { class: "row" }, ["PICKED_UP", "AT_DROPOFF"].includes(job.state) && [ask("fail", say("problem")), job.parcels.some((it) => it.fate === "CARRIED") && ask("lose", say("lose"))], ["CLAIMED", "AT_PICKUP"].includes(job.state) && Net.online && ask("release", say("giveBack")),
      job.undoUntil && Date.parse(job.undoUntil) > Date.now() && Net.online && button(`undo-${job.id}`, say("undo", { time: clock(job.undoUntil, job.store.timezone) }), () => act("reopen", job), "quiet"))];
  }
  /* What the claim hangs on: in the store it lapses, on the way the store only begins to ask. */
  function leaseText({ lease: { until, latest }, dropoff, store: { timezone } }) {
    const when = (text) => ({ time: (day(text, timezone) === day(Date.now(), timezone) ? "" : `${day(text, timezone)} `) + clock(text, timezone) });
    return (latest ? [say("keptForYou", when(latest)), say("fetchBy", when(dropoff.endAt)), Date.parse(until) < Date.parse(dropoff.endAt) && say("lapsesAt", when(until))].filter(Boolean) : [say("tellsStore"), say("asksAt", when(until))]).join(" ");
  }
  function sheet(job) {
    const inStore = ["CLAIMED", "AT_PICKUP", "RETURNING"].includes(job.state), who = job.recipient, where = inStore ? job.store.address.join("\n") : address(who);
    const late = waiting.some((it) => it.jobId === job.id);
    return h("article", { class: "card", "aria-label": `${say(job.state)} ${job.store.name}` },
      h("div", { class: "row" }, h("h2", { class: "grow" }, say(job.state)), late && tag(say("late"), "warn"), job.overdue && tag(say("overdue"), "bad"), job.cold && tag(say("cold")), job.ageCheck && tag(say("age", { n: job.ageCheck }), "warn"), job.cash && tag(say("cash", { amount: amount(job.cash) }), "warn")),
      job.state !== "DELIVERED" && h("p", { class: "address" }, inStore ? h("bdi", {}, `${job.store.name}\n`) : who.name && h("bdi", {}, `${who.name}\n`), h("bdi", {}, where)),
      job.state !== "DELIVERED" && h("div", { class: "row" }, map(inStore ? job.store.point : who.point, where), job.store.phone && h("a", { class: "button quiet", href: `tel:${job.store.phone}` }, say("call"))),
      facts([inStore ? say("fetch") : say("bring"), span(inStore ? job.pickup : job.dropoff, job.store)], inStore && [say("notes"), job.store.instructions && bdi(job.store.instructions)],
        !inStore && [say("phone"), who.phone && bdi(who.phone, true)], !inStore && [say("alternate"), who.alternate && bdi(who.alternate)], !inStore && [say("doorCode"), who.doorCode && bdi(who.doorCode, true)], !inStore && [say("notes"), who.notes && bdi(who.notes)],
        [say("parcels"), bdi(job.parcels.length)]),
      job.lease && h("p", { class: "soft lease" }, leaseText(job)),
      panels[job.id] ? null : SHEETS[job.state](job), panel(job));
  }
  function offerCard(offer) {
    return h("article", { class: "card", "aria-label": offer.store.name },
      h("div", { class: "row" }, h("p", { class: "big grow" }, bdi(amount(offer.fee))), offer.tip.amount > 0 && tag(say("tip", { amount: amount(offer.tip) }), "good"), offer.cold && tag(say("cold")), offer.ageCheck && tag(say("age", { n: offer.ageCheck }), "warn"), offer.cash && tag(say("cash", { amount: amount(offer.cash) }), "warn")),
      facts([say("store"), bdi(offer.store.name)], [say("toStore"), offer.toStoreM !== null && bdi(metres(offer.toStoreM))], [say("toDoor"), bdi(metres(offer.toDropoffM))], [say("bring"), span(offer.dropoff, offer.store)],
        [say("parcels"), bdi([offer.parcels.length, weight(offer.parcels)].filter(Boolean).join(" · "))]),
      offer.reason ? h("p", { class: "why" }, say(offer.reason)) : button(`take-${offer.jobId}`, say("take"), () => claim("one", offer.jobId), "main"));
  }
  /* Jobs that go well together; one that is gone meanwhile, or not for us, takes the card away. */
  function bundleCard({ jobIds, travelS, savedS }) {
    const parts = jobIds.map((id) => offers.find((it) => it.jobId === id && !it.reason));
    if (!parts.every(Boolean)) return null;
    const count = parts.length, fee = { ...parts[0].fee, amount: parts.reduce((sum, it) => sum + it.fee.amount, 0) };
    return h("article", { class: "card", "aria-label": say("together", { n: count }) },
      h("div", { class: "row" }, h("p", { class: "big grow" }, bdi(amount(fee))), tag(say("together", { n: count }), "good")),
      facts([say("store"), bdi([...new Set(parts.map((it) => it.store.name))].join(", "))], [say("way"), bdi(minutes(travelS))], [say("saves"), bdi(minutes(savedS))]),
      button(`take-${jobIds.join("-")}`, say("takeAll", { n: count }), () => claim("all", jobIds), "main"));
  }
  /* What is over: store, time, how it ended, for how much; never for whom. */
  const failure = (code) => { const found = at("failures").content.querySelector(`[value="${CSS.escape(code)}"]`); return found ? found.textContent : code; };
  const rideLine = ({ store, state, dropoff, earned, failure: code }) => h("li", {},
    h("div", { class: "row" }, h("strong", { class: "grow" }, bdi(store.name)), bdi(amount(earned))),
    h("div", { class: "row" }, bdi(day(dropoff.startAt, store.timezone)), span(dropoff, store), tag(say(state), state === "DELIVERED" ? "good" : "warn"), code && h("span", { class: "soft" }, failure(code))));
  const lookBack = async (after = null) => {
    const told = (await Net.ask(RIDES, { first: RIDES_AT_ONCE, after })).myRides;
    rides = after ? { ...told, nodes: [...rides.nodes, ...told.nodes] } : told;
  };
  const past = () => h("section", { class: "card", "aria-labelledby": "rides" }, h("h2", { id: "rides" }, say("rides")),
    h("p", { class: "soft" }, say(rides.nodes.length ? "ridesSince" : "noRides")), h("ul", { class: "plain lines" }, rides.nodes.map(rideLine)),
    rides.hasNextPage && button("rides-more", say("more"), () => busy(() => lookBack(rides.endCursor)), "quiet wide"));
  function patched(job) {
    return waiting.filter((it) => it.jobId === job.id).reduce((now, it) => ({ ...now, state: NEXT[it.op] ? NEXT[it.op](JSON.parse(it.body)) : now.state, undoUntil: null }), job);
  }
  /* A tap that begins on a button ends on it: meanwhile nothing is drawn anew, for a second at most. */
  let pressedUntil = 0, drawLater = 0;
  const press = () => { pressedUntil = Date.now() + 1000; };
  const release = () => setTimeout(() => { pressedUntil = 0; if (drawLater) draw(); });
  const isSpace = (act) => (event) => { if (event.key === " ") act(); };
  addEventListener("pointerdown", press, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, release, true);
  addEventListener("keydown", isSpace(press), true);
  addEventListener("keyup", isSpace(release), true);
  function draw() {
    clearTimeout(drawLater);
    const rest = pressedUntil - Date.now();
    drawLater = rest > 0 ? setTimeout(draw, rest) : 0;
    if (scanning || drawLater) return;
    const joining = location.hash.startsWith("#join=") || Boolean(invitation);
    at("out").hidden = Net.signedIn || joining; at("join").hidden = Net.signedIn || !joining || looking; at("in").hidden = !Net.signedIn;
    at("enter").hidden = !Net.canPasskey();
    const box = at("offline"), count = waiting.length;
    box.hidden = Net.online && !count;
    box.textContent = [Net.online ? "" : say("offline"), count ? say("queued", { n: count }) : ""].join(" ").trim();
    if (!Net.signedIn || !me) return;
    const allowed = me.state === "ACTIVE" && me.membership === "APPROVED";
    at("state").textContent = !allowed ? say("waiting") : me.onlineVehicleId ? say("working") : say("resting");
    at("work").hidden = !allowed; at("work").textContent = me.onlineVehicleId ? say("stop") : say("work"); at("work").className = me.onlineVehicleId ? "quiet" : "";
    const jobs = held.map(patched), undone = done.filter((it) => it.undoUntil && Date.parse(it.undoUntil) > Date.now());
    at("held").textContent = jobs.length || ""; at("open").textContent = offers.length || "";
    fill(at("mine"), jobs.length + undone.length ? [...jobs, ...undone].map(sheet) : [h("p", { class: "soft" }, say("noJobs"))]);
    const from = !place && me.stores.length > 1 && h("div", { class: "field" }, h("label", { for: "near" }, say("place")), h("select", { id: "near", "data-key": "near", onchange: (event) => { chosen = event.target.value; refresh(); } }, me.stores.map((it) => h("option", { value: it.id, ...(it.id === chosen && { selected: true }) }, it.name))));
    fill(at("offers"), [from, ...bundles.map(bundleCard), ...(offers.length ? offers.map(offerCard) : [h("p", { class: "soft" }, say("noOffers"))])].filter(Boolean));
    fill(at("pay"), wages ? [h("div", { class: "card" }, h("p", {}, say("today")), h("p", { class: "sum" }, bdi(wages.jobs)), h("p", {}, say("earned")), h("p", { class: "sum" }, sums(wages.earned)), h("p", {}, say("owed")), h("p", { class: "sum" }, sums(wages.cashOwed))), rides && past(),
      Net.canPasskey() && button("passkey", say("passkey"), () => busy(async () => { await Net.makePasskey(); notice(say("passkeyKept")); }), "quiet wide"), button("sign-out", say("out"), () => busy(Net.signOut), "quiet wide")].filter(Boolean) : []);
  }
  const sums = (list) => (list.length ? list.map((it, number) => [number ? " · " : "", bdi(amount(it))]) : say("nothing"));
  function show(name) {
    tab = name;
    rides = null;
    for (const one of document.querySelectorAll("[data-tab]")) { one.setAttribute("aria-pressed", one.dataset.tab === name); at(one.dataset.tab).hidden = one.dataset.tab !== name; }
    refresh();
  }

  /* Looking: what the server knows, else what was kept of the jobs that are ours. */
  async function refresh() {
    waiting = await Net.queue();
    if (!Net.signedIn) { rides = null; draw(); return; }
    try {
      const wanted = tab === "pay" || !wages ? ` wages: me {wages {jobs earned ${MONEY} cashOwed ${MONEY}}}` : "";
      const told = await Net.ask(`{${ME} held: myJobs {${JOB}} done: myJobs(states: [DELIVERED]) {${JOB}}${wanted}}`);
      ({ me, held, done } = told);
      if (told.wages) wages = told.wages.wages;
      if (tab === "pay" && (!rides || rides.nodes.length <= RIDES_AT_ONCE)) await lookBack();
      offers = near() ? (await Net.ask(OFFERS, { near: near(), radius: 5000 })).availableJobs.nodes : [];
      if (tab === "offers" && offers.length > 1 && Date.now() - bundledAt > 30000) {
        bundledAt = Date.now();
        bundles = (await Net.ask(BUNDLES, { near: near() })).bundleSuggestions.slice(0, 2);
      }
      await Net.keep("seen", { me, held });
    } catch (error) {
      if (!(error instanceof Net.Offline)) { if (Net.signedIn) notice(why(error), true); }
      else if (!me) ({ me, held } = (await Net.kept("seen")) || { me: null, held: [] });
    }
    waiting = await Net.queue();
    held = held.filter((job) => HELD.includes(job.state));
    draw();
  }
  let due = 0;
  const soon = () => { clearTimeout(due); due = setTimeout(refresh, 200); };
  const renew = () => Promise.all(held.map((job) => Net.ask(`mutation($job: ID!, $fence: Int!, $near: GeoIn) {renewLease(jobId: $job, fence: $fence, near: $near) {userErrors {code}}}`, { job: job.id, fence: job.fence, near: place }).catch(() => null)));

  /* A link is looked at before the form is shown; without a network the form is there, and Join tells. */
  let invitation = "", looking = false;
  async function invited() {
    if (!location.hash.startsWith("#join=")) return;
    const link = invitation = location.hash.slice(6);
    history.replaceState(null, "", location.pathname);
    notice("");
    looking = !Net.signedIn;
    draw();
    const dead = looking && (await Net.invited(link).then(() => null, (error) => (["link_dead", "sign_in_required"].includes(error.code) ? error : null)));
    if (link !== invitation) return;
    looking = false;
    if (dead) { invitation = ""; notice(SAID.codes.link_dead, true); }
    draw();
  }
  at("joining").addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = new FormData(event.target);
    notice("");
    try {
      await Net.join({ invitation, name: told.get("name"), vehicle: told.get("vehicle"), phone: told.get("phone") || null, language: LANGUAGE });
      invitation = "";
      notice(say("joined"));
      show("offers");
    } catch (error) {
      notice(why(error), true);
      const field = { bad_name: "name", bad_phone: "number" }[error.code];
      if (field) at(field).focus();
    }
  });
  at("enter").addEventListener("click", async () => { try { await Net.enter(); refresh(); } catch (error) { notice(why(error), true); } });
  at("work").addEventListener("click", work);
  for (const one of document.querySelectorAll("[data-tab]")) one.addEventListener("click", () => show(one.dataset.tab));
  Net.on("state", soon);
  Net.on("event", (kind) => { if (kind === "lease.warn") renew().then(soon); else soon(); if (kind === "offer.added") whisper(say("added")); });
  Net.on("settled", (refused, error) => {
    if (error) notice(why(error), true);
    else if (refused.length) notice(`${say("notSent", { why: why(refused[0].userErrors[0]) })} ${say("repeat")}`, true);
    else notice(say("sent"));
    for (const key of Object.keys(panels)) delete panels[key];
    soon();
  });
  addEventListener("hashchange", invited);
  setInterval(() => { if (Net.online && held.length) renew(); }, 180000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Net.online && held.length) renew().then(soon); });
  setInterval(() => { if (!document.hidden) soon(); }, 60000);
  Net.begin().then(async () => { invited(); await refresh(); await locate(); soon(); });
})();
