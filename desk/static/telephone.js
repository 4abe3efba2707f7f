// A telephone in real time: what one does is sent without leaving the page, and the page is asked for again twice a
// second. What was heard is only ever added to, so that a screen reader says each phrase once.
const aloud = document.getElementById("aloud");
const log = document.getElementById("heard");

function speak(line) {
  if (!aloud?.checked || !line?.lang || !window.speechSynthesis) return;
  const phrase = new SpeechSynthesisUtterance(line.textContent);
  phrase.lang = line.lang;
  speechSynthesis.speak(phrase);
}

function add(fresh) {
  const lines = [...fresh.querySelectorAll("li[id]")].filter((line) => !document.getElementById(line.id));
  if (!lines.length) return;
  log.querySelector("li:not([id])")?.remove();
  log.append(...lines);
  log.parentElement.scrollTop = log.scrollHeight;
  lines.forEach(speak);
}

function put(region, fresh) {
  if (fresh.dataset.moment) region.dataset.moment = fresh.dataset.moment;
  if (region.innerHTML === fresh.innerHTML) return;
  const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
  region.replaceChildren(...fresh.childNodes);
  if (focused) (document.getElementById(focused) ?? region.querySelector("button, a"))?.focus();
}

function show(page) {
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (fresh && region.dataset.region === "log") add(fresh);
    else if (fresh) put(region, fresh);
  }
  for (const part of document.querySelectorAll("fieldset[id]")) part.disabled = page.getElementById(part.id)?.disabled ?? false;
}

let newest = 0;
async function ask(address, wishes) {
  const mine = ++newest;
  const answer = await fetch(address, wishes);
  const text = await answer.text();
  if (answer.ok && mine === newest) show(new DOMParser().parseFromString(text, "text/html"));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-act]")) return;
  event.preventDefault();
  window.speechSynthesis?.cancel();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const field = form.querySelector("input:not([type=hidden])");
  if (field) { field.value = ""; field.focus(); }
  try { await ask(form.action, { method: "POST", body }); } catch { /* the server is away: the line is dead */ }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  document.querySelector(`#keypad:enabled button[value="${CSS.escape(event.key)}"]`)?.click();
});

if (aloud) {
  const latest = () => speak([...log.querySelectorAll("li[lang]")].at(-1));
  aloud.checked = sessionStorage.getItem("aloud") === "yes";
  latest();
  aloud.addEventListener("change", () => {
    sessionStorage.setItem("aloud", aloud.checked ? "yes" : "no");
    if (aloud.checked) latest();
    else window.speechSynthesis?.cancel();
  });
}

let asking = false;
setInterval(async () => {
  if (asking || document.hidden) return;
  asking = true;
  try { await ask(location.href); } catch { /* it comes back, or it does not */ }
  asking = false;
}, 500);
