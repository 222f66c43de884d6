// File drop: a file let go anywhere on the field goes into its input.
const dropAt = (event) => event.target.closest?.("[data-file-drop]");

document.addEventListener("dragover", (event) => {
  const field = dropAt(event);
  if (!field || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  field.classList.add("is-over");
});
document.addEventListener("dragleave", (event) => dropAt(event)?.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const field = dropAt(event);
  if (!field) return;
  event.preventDefault();
  field.classList.remove("is-over");
  const input = field.querySelector("input[type=file]");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
