"use strict";
/* What plain forms cannot: swap a fragment, follow the server, keep focus, move by keys. Every
   main step works without it. */
(() => {
  const find = (at, what) => at.querySelector(what);
  const all = (at, what) => [...at.querySelectorAll(what)];
  const say = (text) => { const at = document.getElementById("said"); if (at && text) at.textContent = text; };

  /* Take over a fragment of a fetched page; what had the focus has it again, what is typed stays. */
  function swap(id, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const next = fresh.getElementById(id), old = document.getElementById(id);
    if (!next || !old) return false;
    const held = document.activeElement && old.contains(document.activeElement) ? document.activeElement : null;
    const key = held && (held.id || held.getAttribute("data-key"));
    const typed = held && "value" in held && held.type !== "submit" ? held.value : null;
    for (const part of all(old, "details[open][id]")) {
      const same = find(next, `#${CSS.escape(part.id)}`);
      if (same) same.open = true;
    }
    old.replaceWith(next);
    const again = key && (document.getElementById(key) || find(next, `[data-key="${CSS.escape(key)}"]`));
    if (again) { if (typed !== null) again.value = typed; again.focus(); }
    const note = find(fresh, ".notice"), place = find(document, "main > .notice");
    if (place) place.remove();
    if (note) { find(document, "main").prepend(note); say(note.textContent); }
    if (next.dataset.sound && next.dataset.sound !== old.dataset.sound) beep();
    say(next.dataset.say && next.dataset.say !== old.dataset.say ? next.dataset.say : "");
    return true;
  }

  async function load(url, id, options) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", headers: { "Regie-Fragment": id }, ...options });
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname && !options) location.href = answer.url;
      else if (!swap(id, await answer.text())) location.href = answer.url;
    } catch { document.documentElement.classList.add("offline"); }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, into = form.dataset.into;
    if (!into || !document.getElementById(into)) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const get = form.method === "get", url = form.action + (get ? `?${body}` : "");
    load(url, into, get ? undefined : { method: "POST", body });
  });

  /* Follow: <section id=board data-follow=/events data-source=/board> is loaded anew on any event. */
  for (const part of all(document, "[data-follow]")) {
    let due = 0;
    const again = () => { clearTimeout(due); due = setTimeout(() => load(part.dataset.source || location.href, part.id), 150); };
    const follow = () => {
      const source = new EventSource(part.dataset.follow);
      for (const kind of (part.dataset.kinds || "message").split(" ")) source.addEventListener(kind, again);
      source.addEventListener("open", () => document.documentElement.classList.remove("offline"));
      /* A browser gives up for good when the server has no place: come back, and look meanwhile. */
      source.addEventListener("error", () => { if (source.readyState === 2) { again(); setTimeout(follow, 15000); } });
    };
    follow();
    setInterval(again, 60000);
  }

  /* j and k go through what can be opened, Enter opens it. */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
    const items = all(document, "[data-item]");
    if (!items.length || !["j", "k"].includes(event.key)) return;
    const at = items.indexOf(document.activeElement.closest("[data-item]"));
    const next = items[Math.max(0, Math.min(items.length - 1, at + (event.key === "j" ? 1 : -1)))];
    (find(next, "a, button") || next).focus();
    event.preventDefault();
  });

  /* A camera reads codes where the browser can; the text field beside it works everywhere. */
  for (const button of all(document, "[data-scan]")) {
    if (!("BarcodeDetector" in window)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const video = document.createElement("video"), target = document.getElementById(button.dataset.scan);
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream; video.playsInline = true; await video.play(); button.after(video);
      const detector = new BarcodeDetector();
      const stop = () => { stream.getTracks().forEach((track) => track.stop()); video.remove(); };
      const look = async () => {
        const [found] = await detector.detect(video).catch(() => []);
        if (found) { stop(); target.value = found.rawValue; target.form.requestSubmit(); } else if (video.isConnected) setTimeout(look, 150);
      };
      look();
    });
  }

  /* The board may be silent: the choice stays on this device. */
  for (const button of all(document, "[data-sound-toggle]")) {
    const tell = () => button.setAttribute("aria-pressed", localStorage.getItem("quiet") === "1" ? "false" : "true");
    button.hidden = false;
    button.addEventListener("click", () => {
      localStorage.setItem("quiet", localStorage.getItem("quiet") === "1" ? "0" : "1");
      tell();
    });
    tell();
  }

  for (const button of all(document, "[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  function beep() {
    if (localStorage.getItem("quiet") === "1") return;
    const context = new AudioContext(), tone = context.createOscillator(), volume = context.createGain();
    tone.frequency.value = 660; volume.gain.value = 0.08;
    tone.connect(volume).connect(context.destination); tone.start(); tone.stop(context.currentTime + 0.18);
  }
})();
