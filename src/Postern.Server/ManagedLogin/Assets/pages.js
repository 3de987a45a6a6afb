// What the pages do more where scripts run. All but passkeys works without.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const texts = document.body.dataset;

  all("[data-no-script]").forEach(element => { element.hidden = true; });
  all("[data-script]").forEach(element => { element.hidden = false; });

  // Shows a password on demand, and tells of Caps Lock.
  for (const input of all("input[type=password]:not([inert] *)")) {
    const box = make("span", { className: "reveal-box" });
    const button = make("button", { type: "button", className: "reveal", textContent: texts.show });
    button.setAttribute("aria-controls", input.id);
    button.setAttribute("aria-pressed", "false");
    input.replaceWith(box);
    box.append(input, button);
    button.addEventListener("click", () => {
      const isShown = input.type === "password";
      input.type = isShown ? "text" : "password";
      button.textContent = isShown ? texts.hide : texts.show;
      button.setAttribute("aria-pressed", String(isShown));
    });
    const hint = make("p", { className: "hint", hidden: true, textContent: texts.capsLock });
    hint.setAttribute("role", "status");
    box.after(hint);
    const watch = event => { hint.hidden = !event.getModifierState?.("CapsLock"); };
    input.addEventListener("keydown", watch);
    input.addEventListener("keyup", watch);
    input.addEventListener("blur", () => { hint.hidden = true; });
    input.form?.addEventListener("submit", () => { input.type = "password"; });
  }

  // Ticks the rules of a new password off while it is typed.
  const rules = {
    lower: text => /[a-z]/.test(text),
    upper: text => /[A-Z]/.test(text),
    number: text => /[0-9]/.test(text),
    symbol: text => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S .*\S/.test(text),
    blank: text => text.length > 0 && text.trim() === text,
    length: (text, least) => [...text].length >= Number(least),
  };
  for (const list of all("[data-rules-of]")) {
    const input = document.getElementById(list.dataset.rulesOf);
    if (!input) continue;
    const tick = () => {
      list.toggleAttribute("data-pending", input.value === "");
      for (const item of all("[data-rule]", list)) {
        const [name, value] = item.dataset.rule.split(":");
        const isMet = rules[name](input.value, value);
        const mark = item.firstElementChild;
        mark.textContent = isMet ? "✓" : input.value === "" ? "•" : "✗";
        mark.className = isMet ? "passwordCheck-valid-customizable" : "passwordCheck-notValid-customizable";
      }
    };
    input.addEventListener("input", tick);
    tick();
  }

  // A form is sent once, until the page is shown again.
  for (const form of all("form")) {
    form.addEventListener("submit", event => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "true";
      form.setAttribute("aria-busy", "true");
      // Not at once: the button that was pressed is sent, too.
      setTimeout(() => all("[type=submit]", form).forEach(button => { button.disabled = true; }), 0);
    });
  }
  addEventListener("pageshow", event => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
      all("[type=submit]", form).forEach(button => { button.disabled = false; });
    }
  });

  // Passkeys: the browser makes or uses one, and the form sends it.
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), character => character.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }));
  const ceremonies = {
    create: options => navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: withBytes(options.excludeCredentials),
    } }),
    get: (options, more) => navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: withBytes(options.allowCredentials),
    }, ...more }),
  };
  const json = credential => {
    const { response } = credential;
    const given = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      given.attestationObject = text(response.attestationObject);
      given.transports = response.getTransports?.() ?? [];
      given.publicKeyAlgorithm = response.getPublicKeyAlgorithm?.();
      given.authenticatorData = text(response.getAuthenticatorData?.() ?? new ArrayBuffer(0));
    } else {
      given.authenticatorData = text(response.authenticatorData);
      given.signature = text(response.signature);
      if (response.userHandle) given.userHandle = text(response.userHandle);
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(),
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined, response: given,
    });
  };
  const isOffered = "PublicKeyCredential" in window && !!navigator.credentials;
  for (const form of all("form[data-passkey]")) {
    const problem = form.querySelector("[data-passkey-problem]");
    const tell = message => {
      if (!problem) return;
      problem.textContent = message;
      problem.hidden = false;
    };
    if (!isOffered) {
      tell(form.dataset.unsupported ?? "");
      continue;
    }
    let isBusy = false;
    const run = async more => {
      if (isBusy) return;
      isBusy = true;
      try {
        const credential = await ceremonies[form.dataset.passkey](JSON.parse(form.dataset.options), more);
        form.elements.credential.value = json(credential);
        if (form.requestSubmit) form.requestSubmit();
        else form.submit();
      } catch (fault) {
        if (fault.name !== "AbortError") tell(form.dataset.failed ?? fault.message);
      } finally {
        isBusy = false;
      }
    };
    form.addEventListener("submit", event => {
      if (form.elements.credential.value !== "") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      run();
    }, { capture: true });
    if (form.dataset.passkey === "get" && "autostart" in form.dataset) run();
  }
})();
