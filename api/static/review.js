// The page of review: single keys, where they are on and nobody types; and where the focus goes when a link is decided.
const STORED = "policygraph.keys";
let drawn = false;

function on() {
  return localStorage.getItem(STORED) !== "off";
}

function types(element) {
  return element.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");
}

document.addEventListener("keydown", (event) => {
  const part = document.querySelector("[data-part=review]");
  if (!part || !on() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
  const found = [...part.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && !one.disabled);
  if (!found) return;
  event.preventDefault();
  if (found.matches("textarea")) {
    found.focus();
    return;
  }
  found.click();
  if (found.matches("summary") && found.parentElement.classList.contains("correcting") && found.parentElement.open) {
    document.getElementById("seek-words").focus();
  }
});

// Escape leaves a field, so that the keys are there again.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("[data-part=review]") && types(event.target)) {
    document.getElementById("item-title")?.focus();
  }
});

export function begin(element) {
  const box = element.querySelector("#keys-on");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  element.classList.toggle("no-keys", !on());
  box.addEventListener("change", () => element.classList.toggle("no-keys", !on()));
  element.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  // What was decided, or the next link, is read out: the element that had the focus is gone.
  if (drawn && (document.activeElement === document.body || !document.activeElement)) {
    const heard = element.querySelector(".refused") || element.querySelector("#item-title");
    heard?.focus({ preventScroll: heard.id === "item-title" });
  }
  drawn = true;
}
