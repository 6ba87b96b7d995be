// How a job goes on, as the service tells it; where its events do not get through, it is asked every two seconds.
const ENDED = ["done", "failed", "cancelled"];
const PAUSE_MS = 2000;

export function begin(element) {
  const bar = element.querySelector("progress");
  const says = element.querySelector("[data-job-says]");
  const state = element.querySelector("[data-job-state]");
  element.querySelector("[data-live]").hidden = false;

  function show(job) {
    bar.max = job.total || 1;
    bar.value = job.done;
    if (element.dataset[job.state]) state.textContent = element.dataset[job.state];
    state.className = `state ${job.state}`;
    const stage = element.dataset[`stage${(job.stage || "none").replace(/^./, (first) => first.toUpperCase())}`];
    says.textContent = stage + (job.item ? `：${job.item}` : "") + (job.total ? ` （${job.done} / ${job.total}）` : "");
    if (ENDED.includes(job.state)) {
      globalThis.htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML" });
      return true;
    }
    return false;
  }

  async function ask() {
    if (!element.isConnected) return;
    try {
      const answer = await fetch(element.dataset.state, { headers: { Accept: "application/json" } });
      if (answer.ok && show(await answer.json())) return;
    } catch {
      // The service does not answer just now.
    }
    setTimeout(ask, PAUSE_MS);
  }

  const events = new EventSource(element.dataset.events);
  const heard = (event) => {
    if (show(JSON.parse(event.data))) events.close();
  };
  events.addEventListener("progress", heard);
  events.addEventListener("end", heard);
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) ask();
  });
  window.addEventListener("pagehide", () => events.close());
}
