// Drafts: what is typed into a form with data-draft stays on this device until the form was accepted.
const memory = {
  read: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
};
const keyOf = (form) => `draft:${form.dataset.draft}`;
const typed = (form) => [...form.elements].filter((field) => field.name && field.name !== "csrfmiddlewaretoken" && !["hidden", "password", "file", "submit", "button"].includes(field.type));
const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value);
const nameOf = (field) => (field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name);
const snapshot = (form) => Object.fromEntries(typed(form).map((field) => [nameOf(field), valueOf(field)]));

const put = (form, values) => {
  for (const field of typed(form)) {
    const value = values[nameOf(field)];
    if (value === undefined) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
};

const watch = (form) => {
  const offer = form.querySelector("[data-draft-offer]");
  const sign = form.querySelector("[data-draft-saved]");
  const first = JSON.stringify(snapshot(form));
  const draft = memory.read(keyOf(form));
  let waiting = 0;
  if (offer && draft && JSON.stringify(draft.values) !== first) {
    offer.querySelector("time").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    offer.hidden = false;
  }
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (memory.write(keyOf(form), { at: Date.now(), values: snapshot(form) }) && sign) sign.textContent = offer?.dataset.saved ?? "";
    }, 300);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    memory.write(keyOf(form), { at: Date.now(), values: snapshot(form) });
    sessionStorage.setItem("draft-sent", keyOf(form));
  });
  form.addEventListener("click", ({ target }) => {
    if (target.closest("[data-draft-restore]")) put(form, draft.values);
    else if (target.closest("[data-draft-discard]")) localStorage.removeItem(keyOf(form));
    else return;
    offer.hidden = true;
    typed(form)[0]?.focus();
  });
};

// A form was accepted when its answer was a redirect to a page of the frame. Errors, refusals and the
// sign-in page are no such answers: frame.js forgets the mark there, and the draft stays.
const sent = sessionStorage.getItem("draft-sent");
const [arrival] = performance.getEntriesByType("navigation");
if (sent && arrival?.type === "navigate" && arrival.redirectCount > 0) localStorage.removeItem(sent);
sessionStorage.removeItem("draft-sent");

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches?.("[data-draft]")) localStorage.removeItem(keyOf(target));
});
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
