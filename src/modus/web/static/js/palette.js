// The command palette: Ctrl or Cmd K, arrow keys among the answers; without it the search field is a plain form.
const palette = document.getElementById("palette");

if (palette) {
  const input = palette.querySelector("input");
  const results = palette.querySelector("#palette-results");
  const opener = document.querySelector("[data-palette-opener] input");
  let asked = "";
  let waiting = 0;

  const hits = () => [...results.querySelectorAll("a")];

  const ask = async () => {
    const query = input.value.trim();
    if (query === asked && results.childElementCount) return;
    asked = query;
    try {
      const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(query)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (query === asked) results.innerHTML = html;
    } catch {
      results.textContent = palette.dataset.failed;
    }
  };

  const open = (text = "") => {
    if (palette.open) return;
    input.value = text;
    palette.showModal();
    input.focus();
    ask();
  };

  const step = (event) => {
    const links = hits();
    if (!links.length) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (at < 0) input.focus();
    else links[Math.min(at, links.length - 1)].focus();
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
  palette.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
    else if (event.key === "Enter" && event.target === input && asked === input.value.trim() && asked && hits().length) {
      event.preventDefault();
      hits()[0].click();
    } else if (event.key.length === 1 && event.target.matches("a") && !event.ctrlKey && !event.metaKey) input.focus();
  });
  opener?.addEventListener("click", () => open(opener.value));
  opener?.addEventListener("input", () => open(opener.value));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
