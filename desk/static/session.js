// Tells people in time that their session ends, and lets them stay without leaving the page that they write on.
const form = document.querySelector("form[data-left]");
const WARNING = 300;
let ends = performance.now() + form.dataset.left * 1000;
let timer;

function look() {
  const left = (ends - performance.now()) / 1000 - WARNING;
  form.hidden = left > 0;
  clearTimeout(timer);
  if (left > 0) timer = setTimeout(look, Math.min(left * 1000, 60_000));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    ends = performance.now() + (await answer.json()).left * 1000;
    look();
  } catch {
    form.querySelector("a").hidden = false; // in another tab: what is typed here stays here
  }
});
// a computer that slept has had no timers
document.addEventListener("visibilitychange", look);
look();
