// The form keeps what is typed while it is typed, and says of a file that is too large before it travels.
const form = document.querySelector("form.ask")
const kept = document.getElementById("kept")
const LATER = 1500
let waiting = 0

async function save() {
  const typed = new FormData(form)
  typed.delete("files")
  typed.set("do", "save")
  const answer = await fetch(form.action, { method: "POST", body: typed, headers: { accept: "text/plain" } }).catch(() => null)
  if (answer?.status === 204) kept.textContent = kept.dataset.kept
}

function tooLarge(chooser) {
  const most = Number(form.dataset.largest)
  return [...chooser.files].filter((file) => file.size > most).map((file) => file.name)
}

form.addEventListener("input", () => {
  clearTimeout(waiting)
  waiting = setTimeout(save, LATER)
})
form.addEventListener("submit", () => clearTimeout(waiting))

const chooser = document.getElementById("choose")
chooser?.addEventListener("change", () => {
  const names = tooLarge(chooser)
  chooser.setCustomValidity(names.length ? `${names.join(", ")}: ${form.dataset.large}` : "")
  if (names.length) {
    chooser.reportValidity()
    chooser.value = ""
    chooser.setCustomValidity("")
  }
})
