// Draws every <figure class="chart"> from its own table, so that the numbers stand on the page once.
//
//   data-kind    bars (a bar for each row), rows (lying bars, for long names), lines (a line for each row)
//   thead th     data-series="name" marks the columns that are drawn
//   tbody th     data-label="short name of the row"; a row with data-undrawn is left out
//   tbody td     data-value="number"; a bar leads where data-href, or the first link in the cell, does
"use strict";

const POINTS = ["circle", "triangle", "rect", "star", "rectRot"];
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 2]];
const HUES = ["--accent", "--failed", "--passed", "--ink", "--faint"];

// A colour of tokens.css as the browser has worked it out: light or dark.
function tone(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function read(figure) {
  const head = [...figure.querySelectorAll("thead th")];
  const columns = head.flatMap((cell, place) => (cell.dataset.series ? [place] : []));
  const rows = [...figure.querySelectorAll("tbody tr")].filter((row) => !("undrawn" in row.dataset));
  const cells = rows.map((row) => columns.map((place) => row.cells[place]));
  return {
    series: columns.map((place) => head[place].dataset.series),
    labels: rows.map((row) => row.cells[0].dataset.label ?? row.cells[0].textContent.trim()),
    values: cells.map((row) => row.map((cell) => Number(cell.dataset.value))),
    links: cells.map((row) => row.map((cell) => cell.dataset.href || cell.querySelector("a")?.href || "")),
  };
}

// Lines are rows of the table, bars are its columns.
function datasets(kind, table) {
  if (kind === "lines") {
    return table.labels.map((label, n) => ({
      label, data: table.values[n], borderColor: tone(HUES[n % 5]), backgroundColor: tone(HUES[n % 5]),
      borderDash: DASHES[n % 5], pointStyle: POINTS[n % 5], pointRadius: 5, pointHoverRadius: 7, borderWidth: 2,
    }));
  }
  return table.series.map((label, n) => ({
    label, data: table.values.map((row) => row[n]), maxBarThickness: 38, borderRadius: 3, minBarLength: 0,
    backgroundColor: tone(n === table.series.length - 1 ? "--accent" : "--edge"),
  }));
}

// A long name on up to three lines; what is longer still, the table has. Chinese may break anywhere, and is twice as wide.
function folded(text, room) {
  const most = /[\u2e80-\u9fff]/.test(text) ? Math.ceil(room * 0.55) : room;
  const lines = [""];
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef-]+-?\s*|\S\s*|\s+/g) ?? []) {
    if ((lines.at(-1) + piece).trimEnd().length > most && lines.at(-1)) lines.push("");
    lines[lines.length - 1] += piece;
  }
  const kept = lines.slice(0, 3).map((line) => line.trimEnd());
  return lines.length > 3 ? [kept[0], kept[1], `${kept[2]}…`] : kept;
}

// Letters that fit beside lying bars.
function roomIn(figure) {
  return Math.max(14, Math.floor(figure.clientWidth / 20));
}

function options(figure, kind, table) {
  const lying = kind === "rows", unit = figure.dataset.unit ? ` ${figure.dataset.unit}` : "";
  const ink = tone("--faint"), line = tone("--line"), room = roomIn(figure);
  const scale = { ticks: { color: ink, precision: 0, maxRotation: 0, stepSize: unit ? 25 : undefined, callback: (value) => `${value}${unit}` }, grid: { color: line }, beginAtZero: true, max: unit ? 100 : undefined };
  const names = kind === "lines" ? table.series : table.labels;
  const category = { ticks: { color: ink, autoSkip: false, maxRotation: lying ? 0 : 60, callback: (_, n) => folded(names[n], lying ? room : 12) }, grid: { display: false } };
  const place = (item) => (kind === "lines" ? table.links[item.datasetIndex][item.index] : table.links[item.index][item.datasetIndex]);
  return {
    animation: false, maintainAspectRatio: false, indexAxis: lying ? "y" : "x",
    interaction: { mode: "nearest", intersect: kind !== "rows", axis: lying ? "y" : "xy" },
    scales: lying ? { x: scale, y: category } : { x: category, y: scale },
    plugins: {
      legend: { display: kind === "lines" || table.series.length > 1, position: "bottom", labels: { color: tone("--ink"), usePointStyle: true, boxHeight: 7 } },
      tooltip: { usePointStyle: true, callbacks: { title: ([item]) => names[item.dataIndex], label: (item) => ` ${item.dataset.label}: ${item.formattedValue}${unit}` } },
    },
    onHover: (event, items) => { event.native.target.style.cursor = items.some(place) ? "pointer" : ""; },
    onClick: (_, items) => { const href = items.map(place).find(Boolean); if (href) location.assign(href); },
  };
}

function draw(figure) {
  const kind = figure.dataset.kind, table = read(figure), drawing = figure.querySelector(".drawing");
  if (!table.labels.length) return;
  Chart.getChart(drawing.querySelector("canvas"))?.destroy();
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", figure.querySelector("h2").textContent);
  drawing.replaceChildren(canvas);
  drawing.hidden = false;
  const lines = Math.max(...table.labels.map((label) => folded(label, roomIn(figure)).length));
  if (kind === "rows") drawing.style.height = `${table.labels.length * Math.max(2.6, lines * 1.15) + 4}rem`;
  new Chart(canvas, { type: kind === "lines" ? "line" : "bar", data: { labels: kind === "lines" ? table.series : table.labels, datasets: datasets(kind, table) }, options: options(figure, kind, table) });
}

// The tables are folded once their plots are there; whoever opened one finds it open after the numbers have changed.
const opened = new Set(), closed = new Set();

function drawAll(first) {
  if (typeof Chart === "undefined") return;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const figure of document.querySelectorAll("figure.chart")) {
    draw(figure);
    if (first) figure.querySelector("details").open = opened.has(figure.id) || ("unfolded" in figure.dataset && !closed.has(figure.id));
  }
}

document.addEventListener("toggle", (event) => {
  const figure = event.target.closest?.("figure.chart");
  if (!figure) return;
  for (const [places, holds] of [[opened, event.target.open], [closed, !event.target.open]]) places[holds ? "add" : "delete"](figure.id);
}, true);
document.addEventListener("DOMContentLoaded", () => drawAll(true));
document.addEventListener("htmx:after:swap", () => drawAll(true));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll(false));
new MutationObserver(() => drawAll(false)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
