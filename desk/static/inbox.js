// The inbox by keyboard, and what ticking adds: all at once, and how many. The form does the rest without script.
const rows = () => [...document.querySelectorAll(".rows > li, .cases > li")];
const here = () => rows().findIndex((row) => row.contains(document.activeElement));
const link = (row) => row?.querySelector("h2 a");
const keys = document.querySelector("[data-sheet]") !== null;
const moves = {
  j: () => link(rows()[Math.min(here() + 1, rows().length - 1)])?.focus(),
  k: () => link(rows()[Math.max(here() - 1, 0)])?.focus(),
  o: () => link(rows()[here()])?.click(),
  x: () => rows()[here()]?.querySelector("[type=checkbox]")?.click(),
};

document.addEventListener("keydown", (event) => {
  const field = event.target.matches("textarea, select, input:not([type=checkbox])");
  const bare = !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing);
  if (!keys || !bare || field || document.querySelector("dialog[open]") || !(event.key in moves)) return;
  event.preventDefault();
  moves[event.key]();
});

const boxes = () => [...document.querySelectorAll(".rows [name=case]")];
const all = document.querySelector("[data-all]");
const count = document.querySelector("[data-count]");

if (all) {
  all.closest("label").hidden = false;
  document.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    const ticked = boxes().filter((box) => box.checked).length;
    all.checked = ticked === boxes().length;
    count.textContent = count.dataset.count.replace("#", ticked);
  });
}

for (const form of document.querySelectorAll("form[data-long]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.long;
    button.disabled = true;
  });
}
