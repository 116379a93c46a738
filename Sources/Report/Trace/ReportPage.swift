/// The report's page: markup and style before its data, script behind it.
enum ReportPage {
  /// Ends where the data begins.
  static let head = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>faultline report</title>
    <style>
    :root {
      color-scheme: light dark;
      --ground: #fbfbf9; --panel: #ffffff; --ink: #1d2327; --quiet: #667078; --line: #d9dcd8;
      --accent: #1f6f8b; --fill: #3a8f5c; --copy: #b9770e; --write: #6b63b5; --fatal: #c0392b;
      --plain: #8a949b; --shared: #b0478f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #14181b; --panel: #1c2226; --ink: #e4e8ea; --quiet: #98a3aa; --line: #343c41;
        --accent: #6cc0dc; --fill: #5cc98a; --copy: #e5ab4a; --write: #a79ff0; --fatal: #ff7666;
        --plain: #7d888f; --shared: #e48ac5;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 74rem; padding: 1.2rem; background: var(--ground);
      color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
    h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; }
    p { margin: .3rem 0; } .quiet { color: var(--quiet); }
    section { background: var(--panel); border: 1px solid var(--line); border-radius: 8px;
      padding: .9rem 1rem; margin: .9rem 0; overflow-x: auto; }
    code, .mono, svg text, td.n { font-family: ui-monospace, monospace; font-size: .86em; }
    svg { display: block; max-width: none; } svg text { fill: var(--ink); font-size: 12px;
      paint-order: stroke; stroke: var(--panel); stroke-width: 3px; }
    svg .quiet { fill: var(--quiet); } svg line { stroke: var(--line); }
    button, select, input { font: inherit; color: inherit; background: var(--ground);
      border: 1px solid var(--line); border-radius: 5px; padding: .15rem .6rem; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .bar { display: flex; gap: .5rem; flex-wrap: wrap; align-items: center; margin: .4rem 0; }
    .key { display: inline-flex; align-items: center; gap: .3rem; margin-right: .9rem;
      color: var(--quiet); font-size: .86em; }
    .key i { width: .75rem; height: .75rem; border-radius: 2px; display: inline-block; }
    table { border-collapse: collapse; margin: .3rem 1.4rem .6rem 0; display: inline-table;
      vertical-align: top; }
    th { text-align: left; font-weight: 600; color: var(--quiet); }
    th, td { padding: .1rem .8rem .1rem 0; } td.n { text-align: right; }
    .fatal { color: var(--fatal); font-weight: 600; }
    #timeline circle { cursor: pointer; } #timeline .on { stroke: var(--ink); stroke-width: 2; }
    </style>
    </head>
    <body>
    <header><h1 id="title"></h1><p class="quiet" id="about"></p><div id="ends"></div></header>
    <section aria-labelledby="h-faults"><h2 id="h-faults">Page faults</h2>
    <p class="quiet" id="sample"></p><div id="keys"></div>
    <div id="timeline" tabindex="0" aria-label="Page faults by time and process"></div></section>
    <section aria-labelledby="h-fault"><h2 id="h-fault">One fault</h2>
    <div class="bar"><button id="first">First</button><button id="previous">&#8592; Previous</button>
    <button id="next">Next &#8594;</button><button id="last">Last</button>
    <button id="fatal">Next fatal (f)</button>
    <label>Number <input id="number" type="number" min="1" size="8"></label></div>
    <p id="what" aria-live="polite"></p><div id="sequence"></div></section>
    <section aria-labelledby="h-map"><h2 id="h-map">Address space</h2>
    <div class="bar"><label>Process <select id="process"></select></label>
    <label>Moment <input id="moment" type="range" min="0" value="0"></label>
    <span id="when" class="quiet"></span></div><div id="mapkeys"></div>
    <p class="quiet">Dirty is what a process wrote to when it faulted, and what its entries say at the end
    of the run.</p><div id="map"></div></section>
    <section aria-labelledby="h-summary"><h2 id="h-summary">Summary</h2><div id="summary"></div></section>
    <p class="quiet">Keys: &#8592; and &#8594; go from fault to fault, Home and End to the first and the
    last, f to the next one that was fatal.</p>
    <script type="application/json" id="data">
    """#

  /// Begins where the data ends.
  static let tail = #"""
    </script>
    <script>
    "use strict";
    const D = JSON.parse(document.getElementById("data").textContent);
    const $ = id => document.getElementById(id);
    const hex = n => "0x" + n.toString(16).padStart(8, "0");
    const group = n => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    const time = ns => (ns / 1e9).toFixed(6) + " s";
    const span = ns => ns < 1e6 ? (ns / 1e3).toFixed(1) + " \u00b5s" : (ns / 1e6).toFixed(2) + " ms";
    const NS = "http://www.w3.org/2000/svg";
    function el(tag, attributes, ...children) {
      const svg = ["svg", "g", "line", "circle", "rect", "text", "path", "title"].includes(tag);
      const e = svg ? document.createElementNS(NS, tag) : document.createElement(tag);
      for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
      for (const c of children) e.append(c);
      return e;
    }
    const KINDS = [["nothing", "--plain"], ["zero-fill", "--fill"], ["copy-on-write", "--copy"],
      ["made writable", "--write"]];
    const STATES = ["", ["present", "--plain"], ["zero-fill", "--fill"], ["copy-on-write", "--copy"],
      ["shared", "--shared"]];
    const DIRTY = 8;
    const color = f => `var(${f.fatal ? "--fatal" : KINDS[f.kind][1]})`;
    function keys(target, items) {
      for (const [name, c] of items)
        target.append(el("span", { class: "key" }, el("i", { style: `background:var(${c})` }), name));
    }
    document.title = $("title").textContent = "faultline: " + D.title;
    $("about").textContent = `${D.engine}, delivery ${D.delivery}, policy ${D.policy}, `
      + `${D.memoryBytes / 1048576} MiB, ${time(D.duration)}`;
    for (const l of D.lines) $("ends").append(el("p", { class: "fatal" }, l));
    $("sample").textContent = D.faults.length < D.faultCount
      ? `A sample: ${group(D.faults.length)} of ${group(D.faultCount)} faults, evenly spread, with each process's first and the fatal ones.`
      : `All ${group(D.faultCount)} faults.`;
    keys($("keys"), [...KINDS, ["fatal", "--fatal"]]);
    keys($("mapkeys"), [...STATES.slice(1), ["with a mark: dirty", "--ink"]]);

    let chosen = -1;
    const rows = [...new Set(D.faults.map(f => f.p))];
    const circles = [];
    (function timeline() {
      const left = 150, width = Math.max(400, $("timeline").clientWidth - left - 24), rowHeight = 30, height = rows.length * rowHeight + 30;
      const svg = el("svg", { width: left + width + 20, height, role: "img" });
      rows.forEach((p, i) => {
        const y = i * rowHeight + 18;
        svg.append(el("line", { x1: left, x2: left + width, y1: y, y2: y }));
        svg.append(el("text", { x: 0, y: y + 4 }, D.processes[p].name.slice(0, 20)));
      });
      D.faults.forEach((f, i) => {
        const c = el("circle", { cx: left + f.t / Math.max(1, D.duration) * width,
          cy: rows.indexOf(f.p) * rowHeight + 18, r: f.fatal ? 6 : 4, fill: color(f),
          "fill-opacity": f.fatal ? 1 : .65 }, el("title", {}, `fault ${f.n} at ${hex(f.a)}`));
        c.addEventListener("click", () => choose(i));
        circles.push(c); svg.append(c);
      });
      svg.append(el("text", { x: left, y: height - 4, class: "quiet" }, "0 s"));
      svg.append(el("text", { x: left + width - 70, y: height - 4, class: "quiet" }, time(D.duration)));
      $("timeline").append(svg);
    })();

    function words(e) {
      return (e & 4 ? "user " : "supervisor ") + (e & 16 ? "fetch from " : e & 2 ? "write to " : "read of ")
        + (e & 1 ? "a protected page" : "a page that is not present");
    }
    function choose(i) {
      if (!D.faults.length) { $("what").textContent = "There was none."; return; }
      i = Math.max(0, Math.min(D.faults.length - 1, i));
      if (circles[chosen]) circles[chosen].classList.remove("on");
      chosen = i;
      circles[i].classList.add("on");
      circles[i].parentNode.append(circles[i]);
      const f = D.faults[i];
      $("number").value = f.n;
      $("what").replaceChildren(el("strong", {}, `Fault ${f.n}`),
        `: ${D.processes[f.p].name}, ${words(f.e)} at `, el("code", {}, hex(f.a)), ", instruction at ",
        el("code", {}, f.at), `; ${time(f.t)}, took ${span(f.d)}; `,
        el("span", f.fatal ? { class: "fatal" } : {}, f.fatal ? "fatal" : KINDS[f.kind][0]));
      sequence(f);
    }
    function sequence(f) {
      const parts = [...new Set([f.p, -1, ...f.steps.flatMap(s => [s.f, s.t])])];
      const gap = Math.max(210, Math.min(330, 1000 / parts.length)), top = 40, step = 27;
      const x = p => 90 + parts.indexOf(p) * gap;
      const height = top + f.steps.length * step + 20;
      const ends = f.steps.map(s => Math.min(x(s.f), x(s.t)) + 16 + s.w.length * 7.3);
      const svg = el("svg", { width: Math.max(90 + parts.length * gap, ...ends), height, role: "img" });
      for (const p of parts) {
        svg.append(el("line", { x1: x(p), x2: x(p), y1: 24, y2: height }));
        svg.append(el("text", { x: x(p), y: 15, "text-anchor": "middle", "font-weight": 600 },
          p < 0 ? "kernel" : D.processes[p].name));
      }
      f.steps.forEach((s, i) => {
        const y = top + i * step + 12, a = x(s.f), b = x(s.t);
        if (s.f === s.t) {
          svg.append(el("circle", { cx: a, cy: y - 4, r: 3, fill: "var(--quiet)" }));
          svg.append(el("text", { x: a + 8, y, class: "quiet" }, s.w));
          return;
        }
        const d = b > a ? -1 : 1;
        svg.append(el("path", { d: `M${a} ${y + 5}H${b}m${6 * d} -4l${-6 * d} 4l${6 * d} 4`, fill: "none",
          stroke: "var(--accent)", "stroke-width": 1.5 }));
        svg.append(el("text", { x: Math.min(a, b) + 8, y }, s.w));
      });
      $("sequence").replaceChildren(svg);
    }
    const nextFatal = () => {
      const after = D.faults.findIndex((f, i) => i > chosen && f.fatal);
      const i = after >= 0 ? after : D.faults.findIndex(f => f.fatal);
      if (i >= 0) choose(i);
    };
    $("first").onclick = () => choose(0);
    $("previous").onclick = () => choose(chosen - 1);
    $("next").onclick = () => choose(chosen + 1);
    $("last").onclick = () => choose(D.faults.length - 1);
    $("fatal").onclick = nextFatal;
    $("number").onchange = e => {
      const n = Number(e.target.value), i = D.faults.findIndex(f => f.n >= n);
      choose(i < 0 ? D.faults.length - 1 : i);
    };
    addEventListener("keydown", e => {
      if (/INPUT|SELECT/.test(e.target.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
      const act = { ArrowLeft: () => choose(chosen - 1), ArrowRight: () => choose(chosen + 1),
        Home: () => choose(0), End: () => choose(D.faults.length - 1), f: nextFatal }[e.key];
      if (act) { act(); e.preventDefault(); }
    });

    let moments = [];
    for (const p of [...new Set(D.maps.map(m => m.p))])
      $("process").append(el("option", { value: p }, D.processes[p].name));
    function pick() {
      moments = D.maps.filter(m => m.p === Number($("process").value));
      $("moment").max = Math.max(0, moments.length - 1);
      $("moment").value = moments.length - 1;
      draw();
    }
    function draw() {
      const m = moments[Number($("moment").value)];
      if (!m) { $("map").textContent = "No page was ever present."; return; }
      const pages = m.runs.reduce((n, r) => n + r[1], 0);
      $("when").textContent = `${time(m.t)}, ${group(pages)} pages present`;
      const PER = 64, size = 14, limit = 400;
      const lines = new Map();
      for (const [start, count, state] of m.runs)
        for (let i = 0; i < count && lines.size <= limit; i++) {
          const row = Math.floor((start + i) / PER);
          if (!lines.has(row)) lines.set(row, []);
          lines.get(row).push([(start + i) % PER, state]);
        }
      const shown = [...lines.entries()].sort((a, b) => a[0] - b[0]).slice(0, limit);
      const svg = el("svg", { width: 110 + PER * size, height: shown.length * (size + 2) + 4, role: "img" });
      shown.forEach(([row, cells], y) => {
        svg.append(el("text", { x: 0, y: y * (size + 2) + 12 }, hex(row * PER * 4096)));
        svg.append(el("rect", { x: 100, y: y * (size + 2), width: PER * size, height: size, fill: "none",
          stroke: "var(--line)" }));
        for (const [column, state] of cells) {
          const [name, color] = STATES[state % DIRTY], left = 100 + column * size, top = y * (size + 2);
          svg.append(el("rect", { x: left + 1, y: top + 1, width: size - 2, height: size - 2,
            fill: `var(${color})`, class: "page" }, el("title", {},
            `${hex((row * PER + column) * 4096)} ${name}${state >= DIRTY ? ", dirty" : ""}`)));
          if (state >= DIRTY) svg.append(el("rect", { x: left + 8, y: top + 8, width: 4, height: 4,
            fill: "var(--ink)", "pointer-events": "none" }));
        }
      });
      $("map").replaceChildren(svg);
      if (lines.size > limit) $("map").append(el("p", { class: "quiet" },
        `Only the first ${limit} rows of 64 pages are drawn.`));
    }
    $("process").onchange = pick;
    $("moment").oninput = draw;
    pick();

    (function summary() {
      if (!D.summary) { $("summary").textContent = "The run was broken off: there is none."; return; }
      const s = JSON.parse(D.summary);
      const table = (head, lines) => {
        const t = el("table", {}, el("tr", {}, ...head.map(h => el("th", {}, h))));
        for (const l of lines) t.append(el("tr", {}, ...l.map(c =>
          el("td", typeof c === "number" ? { class: "n" } : {}, typeof c === "number" ? group(c) : c))));
        $("summary").append(t);
      };
      const ending = e => !e ? "running" : e.signalName || "exit " + e.status;
      const kinds = [["zeroFill", "zero-fill"], ["copyOnWrite", "copy-on-write"], ["protection", "protection"],
        ["segv", "segv"], ["outOfMemory", "out of memory"]].filter(([k]) => s.processes.some(p =>
          p.faults[k] || p.descendants.faults[k]));
      const counts = p => [...kinds.map(([k]) => p.faults[k] ?? ""), p.faults.total, p.messages, p.kernelCalls,
        p.userTicks];
      const lines = [];
      for (const p of s.processes) {
        lines.push([p.name, String(p.endpoint), ending(p.exit), ...counts(p)]);
        const n = p.descendants.count;
        if (n) lines.push([`and ${group(n)} process${n > 1 ? "es" : ""} by fork`, "", "", ...counts(p.descendants)]);
      }
      table(["process", "endpoint", "end", ...kinds.map(k => k[1]), "all faults", "messages", "kernel calls",
        "user ticks"], lines);
      for (const [title, counts] of [["message", s.messages], ["kernel call", s.kernelCalls],
        ["signal", s.signals], ["exit", s.exits.byCause]]) {
        const lines = Object.entries(counts).filter(e => e[1]).sort((a, b) => b[1] - a[1]);
        if (lines.length) table([title, "count"], lines);
      }
      const say = text => $("summary").append(el("p", { class: "quiet" }, text));
      const l = s.faultLatency, m = s.memory;
      if (l) say(`Fault latency: half within ${span(l.p50)}, 95 % within ${span(l.p95)}, 99 % within `
        + `${span(l.p99)}, at most ${span(l.max)}.`);
      if (m.physicalPagesPeak !== null) say(`Memory: at most ${group(m.physicalPagesPeak)} pages and `
        + `${group(m.pageTablePages)} page tables in use, ${group(m.leakedPages)} leaked pages.`);
    })();
    const fatal = D.faults.findIndex(f => f.fatal);
    choose(fatal >= 0 ? fatal : 0);
    </script>
    </body>
    </html>

    """#
}
