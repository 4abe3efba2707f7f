// The composer beyond plain HTML: keeps a draft while one types, says who else is there, sends with Ctrl+Enter.
const form = document.getElementById("write");
const looking = document.getElementById("looking");
const page = location.pathname.split("/", 4).join("/"); // without the form that was refused
const EVERY = 15_000, SOON = 2_000;

// How long an answer can still be taken back is counted down; then it is on its way.
const undo = document.querySelector("form.undo");
if (undo) {
  const said = undo.firstElementChild, ends = performance.now() + 1000 * said.textContent.match(/\d+/)[0];
  const count = setInterval(() => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    said.textContent = undo.dataset.undo.replace("#", left);
    if (left < 1) { clearInterval(count); undo.remove(); }
  }, 500);
}

if (form) {
  const kept = document.getElementById("kept");
  const text = form.elements.text;
  let timer, sent = false, running = Promise.resolve(), saving;
  let writing = text.value !== "";

  const written = () => {
    const body = new FormData(form);
    body.delete("file");
    return body;
  };
  const save = async () => {
    clearTimeout(timer);
    timer = undefined;
    if (sent) return;
    saving = new AbortController();
    try {
      const answer = await fetch(page + "/draft", { method: "POST", body: written(), signal: saving.signal });
      if (answer.ok && !answer.redirected && !sent) kept.textContent = await answer.text();
    } catch { /* the server is away, or the form was sent meanwhile: what is typed is still on the page */ }
  };
  const later = () => {
    writing = true;
    timer ??= setTimeout(() => { running = running.then(save); }, SOON);
  };
  form.addEventListener("input", (event) => { if (event.target.type !== "file") later(); });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    saving?.abort();
  });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("pagehide", () => {
    if (timer && !sent) navigator.sendBeacon(page + "/draft", written());
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const send = [...form.querySelectorAll("[name=then][value=send]")].find((one) => one.checkVisibility());
    form.requestSubmit(send);
  });

  // Too large is said before anything is sent; the server looks again.
  const file = form.elements.file, fault = document.getElementById("file-fault");
  file?.addEventListener("change", () => {
    const chosen = [...file.files];
    const large = chosen.filter((one) => one.size > form.dataset.largest).map((one) => one.name);
    const much = chosen.reduce((sum, one) => sum + one.size, 0) > form.dataset.most;
    const why = large.length ? `${large.join(", ")} ${form.dataset.large}` : much ? `${chosen.map((one) => one.name).join(", ")} ${form.dataset.together}` : "";
    fault.textContent = why;
    fault.hidden = !why;
    if (why) file.value = "";
  });

  const tell = async () => {
    if (document.hidden) return;
    const body = new URLSearchParams(writing ? { writing: "1" } : {});
    try {
      const answer = await fetch(page + "/looking", { method: "POST", body });
      const said = answer.ok && !answer.redirected ? await answer.text() : looking.textContent;
      if (said !== looking.textContent) looking.textContent = said;
    } catch { /* said again in a moment */ }
  };
  tell();
  setInterval(tell, EVERY);
  document.addEventListener("visibilitychange", tell);
  addEventListener("pagehide", () => { navigator.sendBeacon(page + "/looking", new URLSearchParams({ gone: "1" })); });
}
