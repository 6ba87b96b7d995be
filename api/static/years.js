// Bars by year, each the whole of its measures, drawn from the table beside them.
import { vendored } from "./vendor.js";

const COLORS = { covered: "#2f8a57", partial: "#d9a21b", gap: "#c4473b", not_applicable: "#a3adb8" };

export async function begin(element) {
  await vendored(element.dataset.vendor);
  const table = document.getElementById(element.dataset.table);
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells];
  const counted = heads.flatMap((head, column) => head.dataset.series ? [column] : []);
  const whole = rows.map((row) => counted.reduce((sum, column) => sum + Number(row.cells[column].textContent), 0));
  const series = heads.flatMap((head, column) => head.dataset.series ? [{
    type: "bar",
    stack: "all",
    barMaxWidth: 56,
    name: head.textContent,
    color: COLORS[head.dataset.series],
    data: rows.map((row, at) => Math.round(Number(row.cells[column].textContent) / (whole[at] || 1) * 1000) / 10),
  }] : []);
  const chart = globalThis.echarts.init(element, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(element).fontFamily },
    grid: { left: 48, right: 12, top: 36, bottom: 28 },
    legend: { top: 0, data: series.map((one) => one.name) },
    // Drawn on the canvas: a tooltip made of HTML would bring styles of its own.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, valueFormatter: (value) => `${value}%` },
    xAxis: { type: "category", data: rows.map((row) => row.cells[0].textContent) },
    yAxis: { type: "value", max: 100, axisLabel: { formatter: "{value}%" } },
    series,
  });
  new ResizeObserver(() => chart.resize()).observe(element);
}
