// Boards: dragging a card sends the same form that its keyboard way sends.
let lifted = null;
const columnAt = (target) => target.closest?.("[data-column]");

document.addEventListener("dragstart", (event) => {
  lifted = event.target.closest?.("[data-card]");
  lifted?.classList.add("is-lifted");
  event.dataTransfer?.setData("text/plain", lifted?.dataset.card ?? "");
});
document.addEventListener("dragend", () => {
  lifted?.classList.remove("is-lifted");
  lifted = null;
  for (const column of document.querySelectorAll(".is-over")) column.classList.remove("is-over");
});
document.addEventListener("dragover", (event) => {
  const column = lifted && columnAt(event.target);
  for (const other of document.querySelectorAll("[data-column].is-over")) if (other !== column) other.classList.remove("is-over");
  if (!column) return;
  event.preventDefault();
  column.classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const column = lifted && columnAt(event.target);
  if (!column || column.contains(lifted)) return;
  event.preventDefault();
  const form = lifted.querySelector("form");
  form.elements.column.value = column.dataset.column;
  form.requestSubmit();
});
