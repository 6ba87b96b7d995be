// A priority on its way down through plans, from left to right; the table below it says the same.
import { vendored } from "./vendor.js";

const FILLS = { top: "#1f3a5f", covered: "#cde8d6", partial: "#fbe8b9", gap: "#f6d0cc", not_applicable: "#eceff3" };
const WIDTH = 190, ACROSS = 345, DOWN = 74;

// Leaves below each other in the order of the chains; what stands above is beside the middle of what it leads to.
function places(nodes, edges) {
  const below = new Map(nodes.map((node) => [node.id, []]));
  for (const edge of edges) below.get(edge.source).push(edge.target);
  const at = new Map();
  let next = 0;
  function put(id) {
    if (at.has(id)) return at.get(id);
    const under = below.get(id).map(put);
    at.set(id, under.length ? (Math.min(...under) + Math.max(...under)) / 2 : next++);
    return at.get(id);
  }
  nodes.forEach((node) => put(node.id));
  return at;
}

export async function begin(element) {
  await vendored(element.dataset.vendor);
  const { nodes, edges } = JSON.parse(element.dataset.graph);
  const at = places(nodes, edges);
  const rows = Math.max(...at.values()) + 1;
  element.style.height = `${Math.min(Math.max(rows * DOWN + 40, 220), 620)}px`;
  globalThis.cytoscape({
    container: element,
    elements: {
      nodes: nodes.map((data) => ({ data: { ...data, fill: FILLS[data.status] }, position: { x: data.level * ACROSS, y: at.get(data.id) * DOWN } })),
      edges: edges.map((data) => ({ data: { ...data, text: data.score === null ? "" : `${data.weakest ? "▼ " : ""}${Math.round(data.score * 100)}%` } })),
    },
    layout: { name: "preset", fit: true, padding: 16 },
    userZoomingEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    style: [
      { selector: "node", style: {
        shape: "round-rectangle", width: WIDTH + 16, height: 50, "background-color": "data(fill)", "border-width": 1, "border-color": "#6b7785",
        label: "data(label)", color: "#1b2430", "font-size": 13, "text-wrap": "wrap", "text-max-width": WIDTH, "text-overflow-wrap": "anywhere",
        "text-valign": "center", "text-halign": "center", "font-family": getComputedStyle(element).fontFamily,
      } },
      { selector: "node[status = 'top']", style: { color: "#ffffff", height: 60 } },
      { selector: "edge", style: {
        width: 2, "line-color": "#6b7785", "curve-style": "taxi", "taxi-direction": "rightward", "target-arrow-shape": "triangle", "target-arrow-color": "#6b7785",
        "target-label": "data(text)", "target-text-offset": 36, "font-size": 12, color: "#1b2430", "text-background-color": "#ffffff", "text-background-opacity": 1, "text-background-padding": 2,
        "source-endpoint": "outside-to-node", "target-endpoint": "outside-to-node",
      } },
      { selector: "edge[!score]", style: { "line-style": "dashed", "line-color": "#b6bfc9", "target-arrow-color": "#b6bfc9" } },
      { selector: "edge[?weakest]", style: { width: 4, "line-color": "#b8352a", "target-arrow-color": "#b8352a", color: "#7c1610" } },
    ],
  });
}
