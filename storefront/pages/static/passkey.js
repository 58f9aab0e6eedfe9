"use strict";
/* Signing in by the lock of the device, where the browser can; the password works everywhere. */
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function ask(url, button, body) {
    const headers = { "Content-Type": "application/json", "Regie-Form": button.dataset.csrf || "" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body || {}) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.refusal);
    return told;
  }

  function sent(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  }

  async function use(button) {
    const options = await ask("/sign-in/passkey/options", button);
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const credential = await navigator.credentials.get({ publicKey });
    return ask("/sign-in/passkey", button, { credential: sent(credential), next: button.dataset.next });
  }

  async function add(button) {
    const options = await ask("/account/passkey/options", button);
    const publicKey = {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    };
    const credential = await navigator.credentials.create({ publicKey });
    return ask("/account/passkey", button, { credential: sent(credential) });
  }

  if (!window.PublicKeyCredential) return;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const result = document.getElementById("passkey-result");
      try {
        const told = await (button.dataset.passkey === "add" ? add(button) : use(button));
        location.href = told.to;
      } catch (error) {
        result.textContent = error instanceof DOMException || !error.message ? button.dataset.failed : error.message;
        result.className = "notice bad";
      }
    });
  }
})();
