// Keeps an open page true. The server only says «something changed»; the page is fetched again and its live regions
// are put in place - unless somebody is reading or pointing there: then nothing moves, and a button offers the news.
// The priority that two levels make is said, and stands out in its table, while they are chosen.
document.addEventListener("change", ({ target }) => {
  const table = target.form?.querySelector("[data-matrix]");
  if (!table) return;
  const { impact, urgency } = target.form.elements;
  for (const cell of table.querySelectorAll("[data-at]")) {
    const here = cell.dataset.at === impact.value + urgency.value;
    here ? cell.setAttribute("aria-current", "true") : cell.removeAttribute("aria-current");
    if (here) target.form.querySelector("output").textContent = table.dataset.matrix + " " + cell.textContent;
  }
});

const regions = () => document.querySelectorAll("[data-live]");
const bar = document.querySelector(".news");
const button = bar.querySelector("button");

function busy(region) {
  const selection = getSelection();
  const selecting = selection && !selection.isCollapsed && region.contains(selection.anchorNode);
  const away = region.dataset.live === "list" && scrollY > 80;
  return selecting || away || region.contains(document.activeElement) || (region.dataset.live === "list" && (region.matches(":hover") || region.querySelector(":checked")));
}

const ticked = (one) => one.type === "checkbox" || one.type === "radio";

function typed(one) {
  if (ticked(one)) return one.checked !== one.defaultChecked;
  if (!one.options) return one.value !== one.defaultValue;
  return one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected));
}

// what somebody began to fill in goes over into the new form
function carry(region, fresh) {
  for (const one of region.querySelectorAll(":is(input, select, textarea)[id]")) {
    const other = typed(one) && fresh.querySelector(`#${CSS.escape(one.id)}`);
    if (other) ticked(one) ? (other.checked = one.checked) : (other.value = one.value);
  }
}

function put(region, fresh) {
  carry(region, fresh);
  const opened = new Map([...region.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const known = new Set([...region.querySelectorAll("li[id]")].map((one) => one.id));
  for (const one of fresh.querySelectorAll("details[id]")) if (opened.has(one.id)) one.open = opened.get(one.id);
  for (const one of fresh.querySelectorAll("li[id]")) if (known.size && !known.has(one.id)) one.classList.add("fresh");
  region.replaceChildren(...fresh.childNodes);
}

function added(region, fresh) {
  return [...fresh.querySelectorAll("li[id]")].filter((one) => !document.getElementById(one.id)).length;
}

async function refresh(force) {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  let waiting = "", count = 0;
  for (const region of regions()) {
    const fresh = page.getElementById(region.id);
    if (!fresh || fresh.innerHTML === region.dataset.shown) continue;
    const html = fresh.innerHTML;
    count = region.dataset.live === "list" ? added(region, fresh) : 0;
    if (!force && busy(region)) {
      waiting = count ? bar.dataset[count === 1 ? "one" : "other"].replace("#", count) : bar.dataset.changed;
      continue;
    }
    put(region, fresh);
    region.dataset.shown = html;
  }
  button.firstElementChild.textContent = waiting;
  button.hidden = !waiting;
}

if (regions().length) {
  for (const region of regions()) region.dataset.shown = region.innerHTML;
  let running = false, again = false;
  const soon = async () => {
    if (running) { again = true; return; }
    running = true;
    const began = performance.now();
    try { await refresh(false); } catch { /* the server is away; the next event comes when it is back */ }
    // a page that is dear to make is asked for less often: at most a quarter of the time goes into it
    setTimeout(() => {
      running = false;
      if (again) { again = false; soon(); }
    }, 3 * (performance.now() - began));
  };
  button.addEventListener("click", async () => {
    button.hidden = true;
    await refresh(true);
    document.getElementById("main").focus();
    scrollTo({ top: 0 });
  });
  // a page that nobody sees lets go of its connection: browsers allow six to one host
  let source;
  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource("/desk/live");
    source.onmessage = soon;
    source.onerror = () => { // an answer that is none, as while the database is away, ends it for good
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  };
  document.addEventListener("visibilitychange", listen);
  listen();
}
