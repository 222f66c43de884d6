// Lists: choosing rows, moving by keys, and finding the way back to the same place.
const store = {
  get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* without memory there is no way back */ } },
};
const here = location.pathname + location.search;
const rowsOf = (form) => [...form.querySelectorAll("tbody tr[data-key]")];
const checksOf = (form) => [...form.querySelectorAll(".row-check")];
let lastCheck = null;

const count = (form) => {
  const chosen = checksOf(form).filter((check) => check.checked).length;
  const all = form.querySelector("[data-check-all]");
  const page = form.querySelector("[data-check-page]");
  const output = form.querySelector("[data-chosen-count]");
  const n = all?.checked ? Number(form.dataset.total) : chosen;
  if (output) output.textContent = n === 1 ? form.dataset.chosenOne : form.dataset.chosenMany.replace("{n}", n);
  if (page) {
    page.checked = chosen > 0 && chosen === checksOf(form).length;
    page.indeterminate = chosen > 0 && !page.checked;
  }
};

const chooseRange = (form, check) => {
  const checks = checksOf(form);
  const [from, to] = [checks.indexOf(lastCheck), checks.indexOf(check)].sort((a, b) => a - b);
  if (from >= 0) for (const one of checks.slice(from, to + 1)) one.checked = check.checked;
};

document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-table]");
  if (!form) return;
  if (target.matches("[data-check-page], [data-check-all]")) for (const check of checksOf(form)) check.checked = target.checked;
  if (target.matches(".row-check") && !target.checked && form.querySelector("[data-check-all]")) form.querySelector("[data-check-all]").checked = false;
  count(form);
});
document.addEventListener("reset", ({ target }) => target.matches("[data-table]") && setTimeout(() => count(target)));

document.addEventListener("click", (event) => {
  const { target } = event;
  const form = target.closest("[data-table]");
  if (!form) return;
  if (target.matches(".row-check")) {
    if (event.shiftKey && lastCheck) chooseRange(form, target);
    lastCheck = target;
  }
  const row = target.closest("tr[data-key]");
  if (!row || !target.closest("th[scope=row] a")) return;
  store.set(`place:${here}`, row.dataset.key);
  store.set("rows", rowsOf(form).map((one) => one.querySelector("th a")?.getAttribute("href")).filter(Boolean));
});

const move = (form, by) => {
  const rows = rowsOf(form);
  const at = rows.indexOf(document.activeElement.closest("tr[data-key]"));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  if (!row) return;
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
};

const follow = (way) => document.querySelector(`[data-neighbours] a[data-${way}]:not([hidden])`)?.click();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("textarea, select, input:not([type=checkbox]), [contenteditable]")) return;
  const form = document.querySelector("[data-table]");
  const row = document.activeElement.closest("tr[data-key]");
  const key = event.key.toLowerCase();
  if (key === "j") form ? move(form, 1) : follow("next");
  else if (key === "k") form ? move(form, -1) : follow("previous");
  else if (key === "x" && row) row.querySelector(".row-check")?.click();
  else if (key === "enter" && document.activeElement === row) row.querySelector("th a")?.click();
});

const comeBack = () => {
  const key = store.get(`place:${here}`);
  const row = key && document.querySelector(`tr[data-key="${CSS.escape(key)}"]`);
  if (!row) return;
  sessionStorage.removeItem(`place:${here}`);
  row.classList.add("was-here");
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
};

const fillNeighbours = (box) => {
  const rows = store.get("rows") ?? [];
  const at = rows.indexOf(location.pathname);
  if (at < 0) return;
  for (const [way, url] of [["previous", rows[at - 1]], ["next", rows[at + 1]]]) {
    const link = box.querySelector(`a[data-${way}]`);
    if (url) link.href = url;
    link.hidden = !url && !link.hasAttribute("href");
  }
  box.querySelector("[data-position]").textContent = box.dataset.words.replace("{i}", at + 1).replace("{n}", rows.length);
  box.hidden = false;
};

const form = document.querySelector("[data-table]");
if (form) {
  store.set(`list:${location.pathname}`, location.search);
  count(form);
  comeBack();
}
for (const link of document.querySelectorAll("a[data-back]")) link.search = store.get(`list:${link.pathname}`) ?? link.search;
for (const box of document.querySelectorAll("[data-neighbours]")) fillNeighbours(box);
