// What all pages share: buttons that need a script, and the parts that a page names by data-part.
const PARTS = { cascade: "./cascade.js", reader: "./reader.js", review: "./review.js", drop: "./drop.js", job: "./job.js", years: "./years.js" };

function begin(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href);
      button.textContent = button.dataset.done;
    });
  }
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // Who has no mouse must reach what scrolls sideways.
  for (const element of root.querySelectorAll(".scroll")) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
  }
  for (const element of root.querySelectorAll("[data-part]")) {
    import(PARTS[element.dataset.part]).then((part) => part.begin(element));
  }
}

begin(document);
document.addEventListener("htmx:afterSwap", (event) => begin(event.target.id === "main" ? document : event.target));
