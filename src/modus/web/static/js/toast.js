// Toasts with ten seconds to undo (or as many as they say), and words for answers that did not come.
const SECONDS = 10;

const run = (toast) => {
  if (toast.dataset.running) return;
  toast.dataset.running = "yes";
  const clock = document.createElement("span");
  clock.className = "toast-time";
  clock.setAttribute("aria-hidden", "true");
  toast.append(clock);
  const seconds = Number(toast.dataset.toast) || SECONDS;
  let left = seconds;
  const tick = () => {
    // Somebody who is reading or aiming at the button gets the time back.
    if (toast.matches(":hover, :focus-within")) left = Math.max(left, SECONDS);
    clock.textContent = `${left} s`;
    if (left-- <= 0) toast.remove();
    else setTimeout(tick, 1000);
  };
  tick();
};

const adopt = (root) => {
  for (const toast of root.querySelectorAll("[data-toast]")) run(toast);
};

const say = (text) => {
  const place = document.getElementById("messages");
  if (!place || !text) return;
  const notice = document.createElement("div");
  notice.className = "notice notice-error";
  notice.tabIndex = -1;
  notice.textContent = text;
  place.replaceChildren(notice);
  document.querySelector("dialog[open]")?.close();
  notice.scrollIntoView({ block: "center" });
};

const wordsOf = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("main h1, main p:not(:has(.button))")].slice(0, 2).map((part) => part.textContent.trim()).join(". ");
};

document.addEventListener("DOMContentLoaded", () => adopt(document));
document.addEventListener("htmx:load", (event) => adopt(event.target.parentElement ?? event.target));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // A form that was refused comes back as a fragment with 422 and is shown; a whole error page is told in words.
  if (detail.xhr.status !== 422 || detail.xhr.responseText.trimStart().startsWith("<!doctype")) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  say(wordsOf(detail.xhr.responseText) || document.getElementById("messages")?.dataset.failed);
});
document.addEventListener("htmx:sendError", () => say(document.getElementById("messages")?.dataset.failed));
