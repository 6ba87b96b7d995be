// A plan's measures beside its text: what is clicked on one side is shown and lit on the other.
export function begin(element) {
  for (const link of element.querySelectorAll("a.jump, a.back")) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!target) return;
      event.preventDefault();
      for (const lit of element.querySelectorAll(".lit")) lit.classList.remove("lit");
      target.classList.add("lit");
      target.scrollIntoView({ block: "center" });
      const focus = target.matches("a") ? target : target.querySelector("a") || target;
      focus.focus({ preventScroll: true });
      history.replaceState(history.state, "", link.hash);
    });
  }
}
