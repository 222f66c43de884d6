// Drafts: what is typed into a form with data-draft is kept with the account, on every device, until the form is carried
// out. What could not be sent there yet (no network, signed out) stays on this device and is taken over later.
const memory = {
  read: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  forget: (key) => { try { localStorage.removeItem(key); } catch { /* private window */ } },
};
const LOCAL_MS = 300, REST_MS = 2000, LONGEST_MS = 5000;
const SECRET = /password|passphrase|secret|token|csrf|form_key|otp|^code$|recovery_code|credential/i;
const LEFT_OUT = ["hidden", "password", "file", "submit", "button"];
const addressOf = (form) => `${new URL(form.getAttribute("action") || location.href, location.href).pathname}#${form.dataset.draft}`;
const keyOf = (form) => `draft:${addressOf(form)}`;
// What the form showed goes along, so that a draft never overwrites what somebody else saved since.
const typed = (form) => [...form.elements].filter((field) => field.name && !SECRET.test(field.name) && (!LEFT_OUT.includes(field.type) || field.name === "shown"));
const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value);
const nameOf = (field) => (field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name);
const snapshot = (form) => Object.fromEntries(typed(form).map((field) => [nameOf(field), valueOf(field)]));
const written = (values) => JSON.stringify(Object.entries(values).filter(([name]) => name !== "shown").sort());

const put = (form, values) => {
  for (const field of typed(form)) {
    const value = values[nameOf(field)];
    if (value === undefined) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
};

const send = (form, url, said, leaving = false) => fetch(url, {
  method: "POST",
  keepalive: leaving,
  redirect: "error",
  headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "" },
  body: JSON.stringify(said),
}).then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer; });

const newest = async (form, offer) => {
  const here = memory.read(keyOf(form));
  let there = null;
  try {
    const answer = await fetch(`${offer.dataset.url}?address=${encodeURIComponent(addressOf(form))}`, { redirect: "error" });
    const said = answer.ok ? await answer.json() : {};
    if (said.values) there = { at: Date.parse(said.saved_at), values: said.values };
  } catch { /* no network, or signed out: what is on this device is offered */ }
  return here && (!there || here.at > there.at) ? here : there;
};

const watch = async (form) => {
  const offer = form.querySelector("[data-draft-offer]");
  if (!offer) return;
  const sign = form.querySelector("[data-draft-saved]");
  const first = written(snapshot(form));
  let soon = 0, rest = 0, latest = 0, unsaved = false, touched = false, draft = null;
  const say = (words) => { if (sign) sign.textContent = words ?? ""; };
  const keepHere = () => { soon = 0; if (memory.write(keyOf(form), { at: Date.now(), values: snapshot(form) })) say(offer.dataset.here); };
  const keepThere = (leaving = false) => {
    clearTimeout(rest); clearTimeout(latest); rest = latest = 0;
    if (!unsaved) return;
    unsaved = false;
    send(form, offer.dataset.url, { address: addressOf(form), values: snapshot(form) }, leaving)
      .then(() => { if (!unsaved) { memory.forget(keyOf(form)); say(offer.dataset.saved); } })
      .catch(() => { unsaved = true; keepHere(); });
  };
  form.addEventListener("input", () => {
    unsaved = touched = true;
    soon ||= setTimeout(keepHere, LOCAL_MS);
    clearTimeout(rest);
    rest = setTimeout(keepThere, REST_MS);
    latest ||= setTimeout(keepThere, LONGEST_MS);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keepThere(true); });
  addEventListener("pagehide", () => keepThere(true));
  addEventListener("online", () => keepThere());
  form.addEventListener("submit", () => {
    clearTimeout(soon); clearTimeout(rest); clearTimeout(latest);
    unsaved = false;
    memory.write(keyOf(form), { at: Date.now(), values: snapshot(form) });
    try { sessionStorage.setItem("draft-sent", keyOf(form)); } catch { /* private window */ }
  });
  form.addEventListener("click", ({ target }) => {
    if (target.closest("[data-draft-restore]")) { put(form, draft.values); form.dispatchEvent(new Event("input", { bubbles: true })); }
    else if (target.closest("[data-draft-discard]")) { memory.forget(keyOf(form)); send(form, offer.dataset.discard, { address: addressOf(form) }).catch(() => {}); }
    else return;
    offer.hidden = true;
    typed(form).find((field) => field.type !== "hidden")?.focus();
  });
  draft = await newest(form, offer);
  if (draft && !touched && written(draft.values) !== first) {
    offer.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
    offer.hidden = false;
  }
};

// A form was accepted when its answer was a redirect to a page of the frame. Errors, refusals and the
// sign-in page are no such answers: frame.js forgets the mark there, and the draft stays.
const sent = sessionStorage.getItem("draft-sent");
const [arrival] = performance.getEntriesByType("navigation");
if (sent && arrival?.type === "navigate" && arrival.redirectCount > 0) memory.forget(sent);
sessionStorage.removeItem("draft-sent");

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches?.("[data-draft]")) memory.forget(keyOf(target));
});
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
