// Files may be dropped on the form; what is chosen is listed, and sending says that it takes a while.
export function begin(form) {
  const input = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-chosen]");
  form.querySelector("[data-drop]").hidden = input.disabled;
  const show = () => list.replaceChildren(...[...input.files].map((file) => {
    const line = document.createElement("li");
    line.textContent = `${file.name}（${Math.max(1, Math.round(file.size / 1024))} KB）`;
    return line;
  }));
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      if (!input.disabled) form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (input.disabled) return;
    const all = new DataTransfer();
    for (const file of [...input.files, ...event.dataTransfer.files]) all.items.add(file);
    input.files = all.files;
    show();
  });
  form.addEventListener("submit", () => {
    const wait = form.querySelector("[data-wait]");
    wait.textContent = wait.dataset.wait;
  });
}
