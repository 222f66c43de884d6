// Dialogues and drawers: native <dialog>, opened by a button, a link or an answer that was loaded into it.
const show = (dialog) => {
  if (!dialog || dialog.open) return;
  const heading = dialog.querySelector("h1, h2");
  if (heading) {
    heading.id ||= `${dialog.id}-heading`;
    dialog.setAttribute("aria-labelledby", heading.id);
  }
  dialog.showModal();
};

const load = (link, target) => window.htmx.ajax("GET", link.href, { target, swap: "innerHTML" });

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) show(document.getElementById(opener.dataset.dialog));
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog") && event.target.open && !isInside(event.target, event)) event.target.close();
  const link = event.target.closest("a[data-dialog-load], a[data-drawer-load]");
  if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(link, "dialogLoad" in link.dataset ? "#dialog-content" : "#drawer-content");
});

const isInside = (dialog, { clientX, clientY, detail }) => {
  const box = dialog.getBoundingClientRect();
  return !detail || (clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom);
};

document.addEventListener("htmx:afterSwap", (event) => {
  if (["dialog-content", "drawer-content"].includes(event.target.id)) show(event.target.closest("dialog"));
});
