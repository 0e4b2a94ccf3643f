"use strict";
const $ = id => document.getElementById(id);
const history_ = {t: []};
const hour = 3600e3;
const whole = new Intl.NumberFormat("en", {maximumFractionDigits: 0, useGrouping: true});
const count = n => n === undefined || n < 0 ? "–" : whole.format(n).replaceAll(",", "\u202f");
const short = n => n >= 1e6 ? (n / 1e6).toPrecision(3) + " M" : n >= 1e4 ? (n / 1e3).toPrecision(3) + " k"
  : n >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n ? n.toPrecision(2) : "0";
const span = s => s >= 86400 ? (s / 86400).toFixed(1) + " d" : s >= 3600 ? (s / 3600).toFixed(1) + " h"
  : s >= 100 ? (s / 60).toFixed(1) + " min" : s >= 1 ? s.toFixed(1) + " s" : s > 0 ? Math.round(s * 1e3) + " ms" : "–";
const ms = v => v <= 0 ? "–" : v >= 1000 ? span(v / 1000) : v >= 1 ? v.toPrecision(3) + " ms" : (v * 1e3).toPrecision(3) + " µs";
const clock = t => new Date(t).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", second: "2-digit"});

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
function set(id, text) {
  const at = $(id);
  if (at.textContent !== text) at.textContent = text;
}

const plots = {
  rate: {lines: [["rate", "ended", 0], ["rejects", "rejected", 3]], area: true, least: 4, show: short},
  lag: {lines: [["lag_p50", "median", 0], ["lag_p99", "99 %", 2]], show: v => v ? span(v) : "0"},
  depth: {lines: [["depth", "visible", 1]], area: true, least: 4, show: short},
  stages: {lines: [["receive", "receive", 0], ["decode", "decode", 1], ["mask", "mask", 2], ["write", "write", 3],
    ["settle", "settle", 4], ["hold", "hold", 5]], stack: true, max: 1, show: v => Math.round(v * 100) + " %"},
};

function nice(max) {
  if (max <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  return [1, 2, 4, 5, 10].map(m => m * power).find(v => v >= max);
}

function draw(name, cursor) {
  const plot = plots[name], box = $("plot-" + name), t = history_.t;
  const width = box.clientWidth, height = 150, left = 44, right = width - 2, top = 8, bottom = height - 16;
  const now = t.length ? t[t.length - 1] : Date.now(), first = t.length ? t[0] : now;
  const range = Math.min(hour, Math.max(120e3, now - first));
  const x = v => right - (now - v) / range * (right - left);
  const sums = t.map((_, i) => plot.lines.reduce((sum, [key]) => sum + Math.max(0, history_[key]?.[i] ?? 0), 0));
  const values = plot.stack ? sums : plot.lines.flatMap(([key]) => history_[key] ?? []);
  const max = plot.max ?? nice(Math.max(plot.least ?? 0, ...values));
  const y = v => bottom - Math.max(0, v) / max * (bottom - top);
  const parts = [];
  for (const share of [0, 0.5, 1]) {
    const at = y(max * share);
    parts.push(`<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>`,
      `<text x="${left - 6}" y="${at + 4}" text-anchor="end">${plot.show(max * share)}</text>`);
  }
  for (const share of [0, 0.5]) {
    const back = range * (1 - share) / 1000;
    parts.push(`<text x="${left + (right - left) * share}" y="${height - 1}">−${back >= 120 ? Math.round(back / 60) + " min" : Math.round(back) + " s"}</text>`);
  }
  parts.push(`<text x="${right}" y="${height - 1}" text-anchor="end">now</text>`);
  const base = t.map(() => 0);
  for (const [key, , colour] of plot.lines) {
    const column = history_[key] ?? [];
    const points = t.map((at, i) => [x(at), Math.max(0, column[i] ?? 0)]);
    if (!points.length) continue;
    if (plot.stack) {
      const under = base.map((v, i) => `${points[i][0].toFixed(1)},${y(v).toFixed(1)}`).reverse();
      points.forEach((p, i) => base[i] += p[1]);
      const over = points.map((p, i) => `${p[0].toFixed(1)},${y(base[i]).toFixed(1)}`);
      parts.push(`<path class="stack c-${colour}" d="M${over.join("L")}L${under.join("L")}Z"/>`);
      continue;
    }
    const line = "M" + points.map(p => `${p[0].toFixed(1)},${y(p[1]).toFixed(1)}`).join("L");
    if (plot.area) parts.push(`<path class="area c-${colour}" d="${line}L${points[points.length - 1][0].toFixed(1)},${bottom}L${points[0][0].toFixed(1)},${bottom}Z"/>`);
    parts.push(`<path class="c-${colour}" stroke="currentColor" d="${line}"/>`);
  }
  let tip = "";
  if (cursor !== undefined && t[cursor] !== undefined) {
    const at = x(t[cursor]);
    parts.push(`<line class="cursor" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>`);
    tip = clock(t[cursor]) + "  " + plot.lines.map(([key, label]) => `${label} ${plot.show(Math.max(0, history_[key]?.[cursor] ?? 0))}`).join(" · ");
  }
  const lastValues = plot.lines.map(([key, label]) => `${label} ${plot.show(Math.max(0, history_[key]?.at(-1) ?? 0))}`).join(", ");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", tip || `${lastValues}; arrow keys walk through the hour`);
  box.innerHTML = `<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">${parts.join("")}</svg>`;
  const legend = element("ul", {className: "legend"});
  for (const [, label, colour] of plot.lines) {
    const swatch = element("i", {className: "c-" + colour});
    swatch.style.background = "currentColor";
    legend.append(element("li", {}, swatch, label));
  }
  const old = box.parentElement.querySelector(".legend");
  old ? old.replaceWith(legend) : box.after(legend);
  if (tip) {
    const label = element("div", {className: "tip", textContent: tip});
    box.append(label);
    label.style.left = Math.max(0, Math.min(width - label.offsetWidth, x(t[cursor]) - label.offsetWidth / 2)) + "px";
  }
}

const cursors = {};
const drawAll = () => Object.keys(plots).forEach(name => draw(name, cursors[name]));
for (const name of Object.keys(plots)) {
  const box = $("plot-" + name);
  const move = to => { cursors[name] = to; draw(name, to); };
  box.addEventListener("pointermove", event => {
    const t = history_.t;
    if (!t.length) return;
    const area = box.getBoundingClientRect(), now = t[t.length - 1];
    const range = Math.min(hour, Math.max(120e3, now - t[0]));
    const at = now - (1 - (event.clientX - area.left - 44) / (area.width - 46)) * range;
    let best = 0;
    t.forEach((v, i) => { if (Math.abs(v - at) < Math.abs(t[best] - at)) best = i; });
    move(best);
  });
  box.addEventListener("pointerleave", () => move(undefined));
  box.addEventListener("blur", () => move(undefined));
  box.addEventListener("keydown", event => {
    const last = history_.t.length - 1, by = {ArrowLeft: -1, ArrowRight: 1, PageUp: -60, PageDown: 60}[event.key];
    if (by === undefined || last < 0) return;
    event.preventDefault();
    move(Math.max(0, Math.min(last, (cursors[name] ?? last + 1) + by)));
  });
}
addEventListener("resize", drawAll);

function showState(state, says) {
  if ($("state").dataset.state !== state) $("state").dataset.state = state;
  set("says", says);
  document.title = state === "working" ? "moretta" : `${says} – moretta`;
}

function showRejects(rejects) {
  if (!rejects.length) return;
  const body = element("tbody", {});
  for (const one of rejects.sort((a, b) => b.count - a.count)) {
    body.append(element("tr", {}, element("th", {scope: "row"}, element("code", {textContent: one.reason})),
      element("td", {className: "text"}, element("code", {textContent: one.column || "–"})),
      element("td", {className: "n", textContent: count(one.count)}),
      element("td", {className: "text note", textContent: one.advice.replaceAll(/\s+/g, " ").replaceAll("`", "")})));
  }
  const head = element("tr", {}, ...["reason", "column", "messages", "what to do"].map(text => element("th", {scope: "col", textContent: text})));
  $("rejects").replaceChildren(element("table", {}, element("thead", {}, head), body));
}

function show(s) {
  showState(s.state, s.says);
  set("queue", s.queue_name); set("table", s.table); set("version", s.version);
  set("uptime", span(s.uptime_seconds)); set("config", s.config);
  set("rate", short(s.rate)); set("lag", span(s.lag_p50)); set("lag99", span(s.lag_p99));
  set("depth", count(s.queue.visible)); set("oldest", span(s.oldest_seconds));
  set("bottleneck", s.bottleneck ? `back-pressure starts at ${s.bottleneck}` : s.hold > 0.01 ? "held back by the database" : "keeps up with the queue");
  const m = s.messages, rejected = s.rejects.reduce((sum, one) => sum + one.count, 0);
  for (const name of ["received", "stored", "duplicate", "quarantined", "returned", "in_flight"]) set(name, count(m[name]));
  set("rejected", count(rejected)); set("received2", count(m.received));
  set("rejectshare", m.received ? (100 * rejected / m.received).toPrecision(2) + " %" : "\u00a0");
  $("conflicts").hidden = !m.conflicts;
  set("conflicts", `${count(m.conflicts)} met a row of their business key: among the duplicates if they were ignored, among the stored if they took its place`);
  const parts = [["stored", m.stored], ["duplicate", m.duplicate], ["quarantined", m.quarantined], ["returned", m.returned], ["flight", m.in_flight]];
  const bar = $("outcomebar");
  if (!bar.children.length) parts.forEach(([kind]) => bar.append(element("i", {className: "k-" + kind})));
  parts.forEach(([, n], i) => bar.children[i].style.flexGrow = n);
  $("stages").replaceChildren(...s.stages.map(g => element("tr", {},
    element("th", {scope: "row"}, element("i", {className: "sw c-" + g.name, style: "background:currentColor"}), g.name),
    ...[short(g.rate), ms(g.p50_ms), ms(g.p99_ms), count(g.errors)].map(text => element("td", {textContent: text})),
    element("td", {}, element("meter", {min: 0, max: 1, value: g.utilisation, title: Math.round(g.utilisation * 100) + " %"})))));
  $("lanes").replaceChildren(...s.lanes.map((lane, i) => element("li", {className: "c-" + lane.phase},
    element("span", {textContent: `lane ${i} · ${lane.phase}${lane.messages ? " · " + count(lane.messages) : ""}${lane.seconds > 25 ? " · " + span(lane.seconds) : ""}`}))));
  showRejects(s.rejects);
  const q = s.sqs, d = s.database, facts = [
    ["SQS requests", count(q.ReceiveMessage + q.DeleteMessageBatch + q.ChangeMessageVisibilityBatch + q.GetQueueAttributes + q.other)],
    ["empty receives", count(q.empty_receives)], ["failed requests", count(q.failures)],
    ["USD per million messages", q.usd_per_million === undefined ? "–" : q.usd_per_million.toPrecision(2)],
    ["database reconnects", count(d.reconnects)], ["leases extended", count(s.held)],
    ["ledger rows (estimate)", count(d.ledger_rows)], ["vault rows (estimate)", count(d.vault_rows)],
    ["key that masks", s.key_id ? String(s.key_id) : "none"], ["turns", count(s.turns)],
    ["memory", Math.round(s.process.resident_bytes / 1048576) + " MiB"], ["CPU time", span(s.process.cpu_seconds)]];
  $("facts").replaceChildren(...facts.map(([name, value]) => element("div", {}, element("dt", {textContent: name}), element("dd", {textContent: value}))));
}

async function json(path) {
  const answer = await fetch(path, {signal: AbortSignal.timeout(3000)});
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

async function showConfig() {
  const config = await json("/api/config");
  $("settings").tBodies[0].replaceChildren(...config.settings.map(one => element("tr", {},
    element("th", {scope: "row", textContent: one.name}), element("td", {}, element("code", {textContent: one.value || "–"})))));
  $("columns").replaceChildren(...config.columns.map(c => element("tr", {}, element("th", {scope: "row", textContent: c.name}),
    ...[c.from, c.type, c.mask || "–"].map(text => element("td", {}, element("code", {textContent: text}))))));
}

async function growHistory() {
  const more = await json("/api/history?since=" + (history_.t.at(-1) ?? 0));
  if (!more.t.length && history_.t.length) return;
  for (const [key, column] of Object.entries(more)) {
    if (Array.isArray(column)) history_[key] = (history_[key] ?? []).concat(column).slice(-720);
  }
  drawAll();
}

let configShown = false;
async function tick(round) {
  try {
    show(await json("/api/status"));
    if (!configShown) { await showConfig(); configShown = true; }
    if (round % 5 === 0) await growHistory();
  } catch {
    showState("lost", "no answer from moretta");
  }
  setTimeout(tick, 700, round + 1);
}
drawAll();
tick(0);
