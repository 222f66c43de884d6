// The frame of every page: the chosen theme before the first paint, and menus that close when one leaves them.
"use strict";
const root = document.documentElement;
const remembered = () => {
  try { return localStorage.getItem("theme"); } catch { return null; }
};
const dress = (theme) => {
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  else delete root.dataset.theme;
};
dress(remembered());
root.classList.add("js");

const press = () => {
  const chosen = root.dataset.theme || "device";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
};

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-theme-box]")) box.hidden = false;
  press();
  // A page of one card answers no form with success: a draft that was sent stays.
  if (document.body.matches(".narrow")) sessionStorage.removeItem("draft-sent");
  document.querySelector("[data-form-faults]:not(.demo *)")?.focus();
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) {
    try { localStorage.setItem("theme", choice.dataset.themeChoice); } catch { /* private window: this page only */ }
    dress(choice.dataset.themeChoice);
    press();
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
