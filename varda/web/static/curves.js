// Curves over years: one above the other on the same time, each with its reference band. The table says the same in
// words; without this, or on paper, the drawing that the server made stands there instead.

const FILES = { script: "/static/vendor/uplot.min.js", style: "/static/vendor/uplot.css" };
const HEIGHT = 190;
let loaded;

function load() {
  loaded ??= new Promise((done, failed) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: FILES.style });
    const script = Object.assign(document.createElement("script"), { src: FILES.script, onload: done, onerror: failed });
    document.head.append(style, script);
  });
  return loaded;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 4 });

function band(curve) {
  return (plot) => {
    const { left, top, width, height } = plot.bbox;
    const edge = (value, otherwise) => (value === null ? otherwise : plot.valToPos(value, "y", true));
    const [high, low] = [edge(curve.high, top), edge(curve.low, top + height)];
    if (curve.low === null && curve.high === null) return;
    plot.ctx.save();
    plot.ctx.fillStyle = colour("--ds-color-success-surface-tinted");
    const from = Math.max(top, Math.min(high, top + height));
    plot.ctx.fillRect(left, from, width, Math.max(0, Math.min(low, top + height) - from));
    plot.ctx.restore();
  };
}

// What is preliminary is hollow, what is critical is larger and red: never by colour alone.
function dots(curve) {
  return (plot) => {
    const ratio = window.devicePixelRatio || 1;
    curve.points.forEach(([time, value, mark, state]) => {
      const [x, y] = [plot.valToPos(time, "x", true), plot.valToPos(value, "y", true)];
      plot.ctx.beginPath();
      plot.ctx.arc(x, y, (mark === "critical" ? 6 : 3.5) * ratio, 0, 2 * Math.PI);
      plot.ctx.lineWidth = 1.5 * ratio;
      plot.ctx.strokeStyle = mark ? colour("--ds-color-danger-base-default") : colour("--ds-color-accent-base-default");
      plot.ctx.fillStyle = state === "final" ? plot.ctx.strokeStyle : "#fff";
      plot.ctx.fill();
      plot.ctx.stroke();
    });
  };
}

const ZONE = "Europe/Stockholm"; // wherever the browser is: the times of the tables

// Days and months as the page speaks, and the clock by 24 hours.
function dates(template) {
  const named = (form, days) => days.map((day) => new Intl.DateTimeFormat(document.documentElement.lang, form).format(day));
  const months = Array.from({ length: 12 }, (_, month) => new Date(2026, month, 1));
  const week = Array.from({ length: 7 }, (_, day) => new Date(2026, 10, day + 1));
  return window.uPlot.fmtDate(template, {
    MMMM: named({ month: "long" }, months), MMM: named({ month: "short" }, months),
    WWWW: named({ weekday: "long" }, week), WWW: named({ weekday: "short" }, week),
  });
}

// From how many seconds between two lines on: what stands at each, and at the first of a year, month, day and hour.
const TICKS = [
  [365 * 86400, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * 86400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
];

function drawn(figure, curve, times, range) {
  const values = times.map((time) => curve.points.find((point) => point[0] === time)?.[1] ?? null);
  const told = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...told, curve.low ?? Infinity), Math.max(...told, curve.high ?? -Infinity)];
  const air = (most - least) * 0.1 || 1;
  return new window.uPlot({
    width: Math.max(240, figure.clientWidth - 2), height: HEIGHT,
    title: `${curve.name} ${curve.unit}`,
    cursor: { sync: { key: "values" }, drag: { x: true, y: false } },
    legend: { show: true },
    scales: { x: { range: () => range }, y: { range: () => [least - air, most + air] } },
    fmtDate: dates,
    tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), ZONE),
    axes: [{ values: TICKS }, { size: 62, values: (_, ticks) => ticks.map((tick) => number.format(tick)) }],
    series: [
      { value: (_, time) => (time === null ? "" : new Date(time * 1000).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short", timeZone: ZONE })), label: figure.dataset.time },
      { label: curve.name, spanGaps: true, stroke: colour("--ds-color-accent-base-default"), width: 1.5, points: { show: false },
        value: (_, value) => (value === null ? "" : `${number.format(value)} ${curve.unit}`) },
    ],
    hooks: { drawClear: [band(curve)], draw: [dots(curve)] },
  }, [times, values], figure);
}

async function show(figure) {
  const curves = JSON.parse(figure.dataset.curves);
  await load();
  if (!figure.isConnected || figure.dataset.drawn) return;
  figure.dataset.drawn = "yes";
  const times = [...new Set(curves.flatMap((curve) => curve.points.map(([time]) => time)))].sort((a, b) => a - b);
  const edge = (times.at(-1) - times[0]) * 0.02 || 86400;
  figure.replaceChildren();
  const plots = curves.map((curve) => drawn(figure, curve, times, [times[0] - edge, times.at(-1) + edge]));
  let at = times.length - 1;
  figure.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    at = Math.min(times.length - 1, Math.max(0, at + by));
    for (const plot of plots) plot.setCursor({ left: plot.valToPos(times[at], "x"), top: HEIGHT / 2 }, false);
  });
  new ResizeObserver(() => {
    for (const plot of plots) plot.setSize({ width: Math.max(240, figure.clientWidth - 2), height: HEIGHT });
  }).observe(figure);
}

export function draw() {
  for (const figure of document.querySelectorAll("figure[data-curves]:not([data-drawn])")) show(figure);
}

document.addEventListener("htmx:after:swap", draw);
draw();
