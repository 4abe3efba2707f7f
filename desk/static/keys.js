// Letters of the keyboard: [data-key] is what a letter leads to, [data-go] where g and a letter go to; ? lists them all.
// Nobody has to use them: everything is a link, a button or a field of the page. They can be switched off (WCAG 2.1.4).
const sheet = document.getElementById("keys");
const opener = document.querySelector("[data-sheet]");
let going = -Infinity; // a page that is a second old is no g pressed a second ago

const writing = (one) => one.isContentEditable || one.matches("textarea, select, input:not([type=checkbox], [type=radio])");
const named = (name, key) => document.querySelector(`[data-${name}="${CSS.escape(key)}"]`);

function lead(one) {
  for (let fold = one.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (one.matches("a, button, [type=radio]")) one.click();
  if (one.matches("[type=radio]")) one.form.querySelector("textarea").focus();
  else if (!one.matches("a, button")) {
    one.focus();
    one.select?.();
  }
}

opener.hidden = false;
opener.addEventListener("click", () => sheet.showModal());
sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());

document.addEventListener("keydown", (event) => {
  const bare = !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat);
  if (!bare || sheet.open || writing(event.target)) return;
  const gone = event.timeStamp - going < 1500;
  going = event.key === "g" ? event.timeStamp : -Infinity;
  const found = event.key === "?" ? opener : named(gone ? "go" : "key", event.key);
  if (!found || event.key === "g") return;
  event.preventDefault();
  lead(found);
});
