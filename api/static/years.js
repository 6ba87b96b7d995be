// Bars by year, drawn from the table beside them.
import { vendored } from "./vendor.js";

const COLORS = { covered: "#2f8a57", partial: "#d9a21b", gap: "#c4473b", not_applicable: "#a3adb8" };

export async function begin(element) {
  await vendored(element.dataset.vendor);
  const table = document.getElementById(element.dataset.table);
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const series = heads.flatMap((head, column) => head.dataset.series ? [{
    type: "bar",
    stack: "all",
    barMaxWidth: 56,
    name: head.textContent,
    color: COLORS[head.dataset.series],
    data: rows.map((row) => Number(row.cells[column].textContent)),
  }] : []);
  const chart = globalThis.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(element).fontFamily },
    grid: { left: 48, right: 12, top: 36, bottom: 28 },
    legend: { top: 0, data: series.map((one) => one.name) },
    // Drawn on the canvas: a tooltip made of HTML would bring styles of its own.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: { type: "category", data: rows.map((row) => row.cells[0].textContent) },
    yAxis: { type: "value", minInterval: 1 },
    series,
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}
