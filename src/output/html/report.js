// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The charts of a report. The tables are in the page already; here is what moves. The data of each target, which html/charts.c
 * makes, is in a <script type="application/json"> of its section:
 *
 *	started_us	when the run began, since 1970
 *	begin_ns	of bucket 0, since then; width_ns of a bucket
 *	buckets		columns: at (number), replies, lost, mean_ns, and mean_ns of each segment
 *	groups		so many (size) neighbouring buckets as one: spread_ns (min, p10, p25, p50, p75, p90, max), and a heat map
 *	curves		ns at 1 - 10^-(i / curve_steps) of the values
 *	median, slowest	single probes
 *
 * Text gets into the page as text only, never as markup.
 *
 * The library above this is dygraphs, Copyright (c) 2006-2023 Dan Vanderkam and others:
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
 * files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
 * modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
 * is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be
 * included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
 * OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
 * LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
 * IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */
"use strict";
(() => {

/* dygraphs warns from 2.2 on of each point above the chart, where this page draws an arrow. */
const warn = console.warn;
console.warn = (...what) => /out of Y bounds/.test(what[0]) || warn.apply(console, what);

/* --- helpers --- */

const dark = matchMedia("(prefers-color-scheme: dark)");
const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const drawn = []; // to be drawn again where the colours change

function element(tag, attributes, ...children) {
	const e = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes || {}))
		if (value !== undefined && value !== null)
			e.setAttribute(name, value);
	e.append(...children.filter(c => c !== null && c !== undefined));
	return e;
}

function time(ns) {
	if (ns === null || ns === undefined)
		return "";
	if (ns < 1000)
		return Math.round(ns) + " ns";
	const [value, unit] = ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
	return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) + " " + unit;
}

/* For axes: no more digits than needed. */
function tick(ns) {
	if (ns <= 0)
		return "0";
	const [value, unit] = ns < 1e3 ? [ns, "ns"] : ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
	return parseFloat(value.toPrecision(3)) + " " + unit;
}

const probes = n => n + (n === 1 ? " probe" : " probes");

/* The colour of a class c-NAME, as it is now. */
const swatch = element("span", { hidden: "" });
function color_of(name) {
	swatch.className = "c-" + name;
	return getComputedStyle(swatch).getPropertyValue("--c").trim() || style("--mixed");
}

function quantile(values, q) {
	const sorted = values.filter(v => v !== null).sort((a, b) => a - b);
	return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] : 0;
}

/* --- what is under the pointer --- */

const tip = element("div", { class: "tip", hidden: "", role: "status" });

function show_tip(event, children) {
	tip.replaceChildren(...children.filter(Boolean));
	tip.hidden = false;
	const box = tip.getBoundingClientRect();
	const x = event.clientX + 18 + box.width > innerWidth ? event.clientX - 18 - box.width : event.clientX + 18;
	tip.style.left = Math.max(4, x) + "px";
	tip.style.top = Math.max(4, Math.min(event.clientY + 14, innerHeight - box.height - 6)) + "px";
}

const hide_tip = () => { tip.hidden = true; };

function tip_row(name, value, color, mark) {
	return element("tr", { class: mark }, element("td", {}, color === undefined ? null : element("i", { class: "c-" + color }), name),
		element("td", {}, value));
}

/* --- charts over time: they zoom together --- */

class Timeline {
	constructor(data) {
		this.data = data;
		this.charts = [];
		this.busy = false;
		const last = data.buckets.at.length - 1;
		this.range = [this.x(data.buckets.at[0]), this.x(data.buckets.at[last] + 1)];
	}

	/* The beginning of a bucket, in ms since 1970. */
	x(bucket) {
		return this.data.started_us / 1e3 + (this.data.begin_ns + bucket * this.data.width_ns) / 1e6;
	}

	when(x) {
		const date = new Date(x), since = x - this.data.started_us / 1e3;
		const fine = this.data.width_ns < 1e9 ? 3 : 0;
		return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
			fractionalSecondDigits: fine || undefined }) + "  (+" + (since / 1e3).toFixed(Math.max(1, fine)) + " s)";
	}

	zoom(from) {
		if (this.busy)
			return;
		this.busy = true;
		for (const g of this.charts)
			if (g !== from)
				g.updateOptions({ dateWindow: from.isZoomed("x") ? from.xAxisRange() : null });
		this.busy = false;
	}

	hair(x) {
		for (const g of this.charts) {
			const area = g.getArea(), left = x === null ? -1 : g.toDomXCoord(x);
			g.hair.hidden = left < area.x || left > area.x + area.w;
			g.hair.style.left = left + "px";
			g.hair.style.top = area.y + "px";
			g.hair.style.height = area.h + "px";
		}
	}

	/* The place in @at, of buckets @size times as wide, of the one that a time is in; -1: there is none. */
	find(at, size, x) {
		return at.indexOf(Math.floor((x - this.x(0)) / (size * this.data.width_ns / 1e6)));
	}

	/* @tell: of the time under the pointer, the children of the tip; null: there is nothing to tell. */
	add(plot, rows, options, tell) {
		const g = new Dygraph(plot, rows, Object.assign({
			legend: "never", highlightCircleSize: 0, strokeWidth: 0, axisLineColor: style("--line"),
			gridLineColor: style("--grid"), animatedZooms: false, xRangePad: 0, dateWindow: this.range,
			hideOverlayOnMouseOut: true, rightGap: 8,
			zoomCallback: () => this.zoom(g),
			drawCallback: (chart, first) => first || chart !== g || this.zoom(chart),
			highlightCallback: event => {
				const x = g.toDataXCoord(g.eventToDomCoords(event)[0]), told = tell(x);

				this.hair(x);
				if (told)
					show_tip(event, told);
				else
					hide_tip();
			},
			unhighlightCallback: () => { this.hair(null); hide_tip(); },
			axes: {
				x: { axisLabelWidth: 70, pixelsPerLabel: 90, ticker: Dygraph.dateTicker,
					axisLabelFormatter: Dygraph.dateAxisLabelFormatter },
				y: { axisLabelFormatter: tick, axisLabelWidth: 62, pixelsPerLabel: 34 },
			},
		}, options));
		g.hair = element("div", { class: "hair", hidden: "" });
		plot.append(g.hair);
		plot.addEventListener("dblclick", () => { for (const c of this.charts) c.updateOptions({ dateWindow: this.range }); });
		this.charts.push(g);
		drawn.push(() => g.updateOptions(Object.assign({ gridLineColor: style("--grid"), axisLineColor: style("--line") },
			options.recolor ? options.recolor() : {})));
		return g;
	}
}

function title(text, about, ...more) {
	return element("div", { class: "title" }, element("h3", {}, text), element("p", { class: "about" }, about), ...more);
}

function chart_box(...children) {
	const plot = element("div", { class: "plot" });
	return [element("div", { class: "chart" }, plot, ...children), plot];
}

function toggle(text, pressed, action) {
	const b = element("button", { type: "button", "aria-pressed": pressed }, text);
	b.addEventListener("click", () => {
		const on = b.getAttribute("aria-pressed") !== "true";
		b.setAttribute("aria-pressed", on);
		action(on);
	});
	return b;
}

/* Each row holds until the next; where buckets are empty it ends with its bucket. */
function with_gaps(at, rows, x, nothing) {
	const out = [];

	rows.forEach((row, i) => {
		if (i && at[i] > at[i - 1] + 1)
			out.push([x(at[i - 1] + 1), ...row.slice(1).map(() => nothing)]);
		out.push(row);
	});
	if (rows.length)
		out.push([x(at[at.length - 1] + 1), ...rows[rows.length - 1].slice(1)]);
	return out;
}

/* --- segments stacked --- */

function sent_rows(replies, lost) {
	return [element("tr", {}, element("td", {}, probes(replies + lost)),
		element("td", { class: lost ? "lost" : null }, lost ? lost + " lost" : ""))];
}

/* Drawn above the series: where a value goes beyond the frame. */
function peaks(values, x) {
	return { activate: () => ({ didDrawChart: e => {
		const g = e.dygraph, area = g.getArea(), canvas = e.drawingContext, top = g.yAxisRange()[1];

		canvas.fillStyle = style("--bad");
		values.forEach((value, i) => {
			const left = g.toDomXCoord(x(i));
			if (value === null || value <= top || left < area.x || left > area.x + area.w)
				return;
			canvas.beginPath();
			canvas.moveTo(left - 4, area.y + 7);
			canvas.lineTo(left + 4, area.y + 7);
			canvas.lineTo(left, area.y);
			canvas.fill();
		});
	} }) };
}

function stack(timeline, parent, heading, about, segments, total) {
	const { buckets } = timeline.data;
	const visible = segments.map(() => true);
	const sums = buckets.at.map((_, i) => buckets.mean_ns[i] === null ? null :
		segments.reduce((sum, s) => sum + s.mean_ns[i], 0));
	const robust = quantile(sums, 0.98) * 1.25, highest = Math.max(0, ...sums);
	const has_peaks = robust > 0 && highest > robust * 1.5;
	const rows = with_gaps(buckets.at, buckets.at.map((b, i) => [timeline.x(b), ...segments.map(s => s.mean_ns[i] || 0)]),
		b => timeline.x(b), 0);
	const colors = () => segments.map(s => color_of(s.color));
	const key = element("div", { class: "key" });
	const [box, plot] = chart_box(key);
	let whole = !has_peaks, g = null;

	/* Null: as high as what is shown. */
	const range = () => ({ valueRange: whole || !visible.every(v => v) ? null : [0, robust] });

	function tell(time_of_pointer) {
		const i = timeline.find(buckets.at, 1, time_of_pointer);

		return i < 0 ? null : [element("b", {}, timeline.when(timeline.x(buckets.at[i]))), element("table", {},
			...sent_rows(buckets.replies[i], buckets.lost[i]),
			sums[i] === null ? null : tip_row(total, time(sums[i])),
			...segments.filter((s, j) => visible[j] && sums[i] !== null).map(s => tip_row(s.name, time(s.mean_ns[i]), s.color)))];
	}

	parent.append(title(heading, about, has_peaks ? toggle("whole height, " + time(highest), false, on => {
		whole = on;
		g.updateOptions(range());
	}) : null), box);
	segments.forEach((s, i) => key.append(key_toggle(s, true, on => {
		visible[i] = on;
		g.setVisibility(i, on);
		g.updateOptions(range());
	})));
	g = timeline.add(plot, rows, Object.assign({
		labels: ["time", ...segments.map(s => s.name)], stackedGraph: true, stepPlot: true, fillAlpha: 1, colors: colors(),
		includeZero: true, recolor: () => ({ colors: colors() }),
		plugins: [peaks(sums, i => timeline.x(buckets.at[i] + 0.5))],
	}, range()), tell);
}

/* --- smoke --- */

/* Loss as smokeping has it: the colour of the median says how much was lost. */
function loss_color(lost, sent) {
	const share = sent ? lost / sent : 0;
	return share === 0 ? style("--median") : share < 0.05 ? style("--warm") : style("--bad");
}

function smoke(timeline, parent) {
	const { groups } = timeline.data, { size, spread_ns } = groups;
	const x = i => timeline.x(groups.at[i] * size), end = i => timeline.x((groups.at[i] + 1) * size);
	const answered = spread_ns.filter(s => s.length);
	const lowest = Math.min(...answered.map(s => s[0])), highest = Math.max(...answered.map(s => s[6]));
	const bottom = Math.max(0, lowest * 0.9);
	let logarithmic = highest > 6 * quantile(answered.map(s => s[3]), 0.5);
	const rows = groups.at.map((_, i) => [(x(i) + end(i)) / 2, ...[0, 3, 6].map(k => spread_ns[i].length ? spread_ns[i][k] : null)]);
	const [box, plot] = chart_box();
	let g = null;

	function draw(canvas, area, chart) {
		const rgb = style("--smoke");

		canvas.save();
		canvas.beginPath();
		canvas.rect(area.x, area.y, area.w, area.h);
		canvas.clip();
		groups.at.forEach((_, i) => {
			const s = spread_ns[i], left = chart.toDomXCoord(x(i)), width = Math.max(1, chart.toDomXCoord(end(i)) - left);
			const y = ns => chart.toDomYCoord(Math.max(ns, 1));

			if (groups.lost[i]) {
				const share = groups.lost[i] / (groups.lost[i] + groups.replies[i]);
				canvas.fillStyle = style("--bad");
				canvas.globalAlpha = 0.12 + 0.5 * share;
				canvas.fillRect(left, area.y, width, area.h);
				canvas.globalAlpha = 1;
			}
			if (!s.length)
				return;
			for (const [low, high, alpha] of [[0, 6, 0.16], [1, 5, 0.26], [2, 4, 0.34]]) {
				canvas.fillStyle = `rgba(${rgb}, ${alpha})`;
				canvas.fillRect(left, y(s[high]), width, Math.max(1, y(s[low]) - y(s[high])));
			}
			canvas.fillStyle = loss_color(groups.lost[i], groups.lost[i] + groups.replies[i]);
			canvas.fillRect(left, y(s[3]) - 1.2, width, 2.4);
		});
		canvas.restore();
	}

	function tell(time_of_pointer) {
		const row = timeline.find(groups.at, size, time_of_pointer), names = ["min", "p10", "p25", "median", "p75", "p90", "max"];
		const s = spread_ns[row];

		return row < 0 ? null : [element("b", {}, timeline.when(x(row))), element("table", {}, ...sent_rows(groups.replies[row], groups.lost[row]),
			...(s.length ? names.map((n, k) => tip_row(n, time(s[k]))).reverse() : []))];
	}

	const options = on => ({ logscale: on, valueRange: on ? [Math.max(1, bottom), highest * 1.15] :
		[bottom > highest / 2 ? bottom : 0, highest * 1.05] });
	parent.append(title("Round trips and losses", "The line is the median; darker to lighter around it: half of the probes, 80 %, all. "
		+ "A red band: some were lost.", toggle("logarithmic", logarithmic, on => g.updateOptions(options(on)))), box);
	g = timeline.add(plot, rows, Object.assign({ labels: ["time", "min", "median", "max"], colors: ["transparent", "transparent", "transparent"],
		underlayCallback: draw }, options(logarithmic)), tell);
}

/* --- heat map --- */

function mix(low, high, share) {
	const parse = c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16));
	const a = parse(low), b = parse(high);
	return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(",")})`;
}

function heat_map(timeline, parent) {
	const { groups } = timeline.data, { size, heat } = groups;
	const x = i => timeline.x(groups.at[i] * size), end = i => timeline.x((groups.at[i] + 1) * size);
	const edge = row => heat.low_ns * Math.exp(row * heat.step);
	let most = 1;
	heat.columns.forEach(c => c.forEach((n, i) => { if (i % 2) most = Math.max(most, n); }));
	const rows = groups.at.map((_, i) => [(x(i) + end(i)) / 2, edge(heat.rows / 2)]);
	const [box, plot] = chart_box();

	function draw(canvas, area, chart) {
		const low = style("--heat-low"), high = style("--heat-high");

		canvas.save();
		canvas.beginPath();
		canvas.rect(area.x, area.y, area.w, area.h);
		canvas.clip();
		heat.columns.forEach((column, i) => {
			const left = chart.toDomXCoord(x(i)), width = Math.max(1, chart.toDomXCoord(end(i)) - left - 0.25);
			for (let k = 0; k < column.length; k += 2) {
				const top = chart.toDomYCoord(edge(column[k] + 1)), bottom = chart.toDomYCoord(edge(column[k]));
				canvas.fillStyle = mix(low, high, most > 1 ? 0.15 + 0.85 * Math.log(column[k + 1]) / Math.log(most) : 1);
				canvas.fillRect(left, top, width, Math.max(1, bottom - top - 0.25));
			}
		});
		canvas.restore();
	}

	function tell(time_of_pointer) {
		const row = timeline.find(groups.at, size, time_of_pointer), column = heat.columns[row], found = [];

		if (row < 0)
			return null;
		for (let k = column.length - 2; k >= 0; k -= 2)
			found.push([`${time(edge(column[k]))} – ${time(edge(column[k] + 1))}`, column[k + 1]]);
		found.sort((a, b) => b[1] - a[1]);
		return [element("b", {}, timeline.when(x(row))), element("table", {}, ...sent_rows(groups.replies[row], groups.lost[row]),
			...found.slice(0, 8).map(([range, n]) => tip_row(range, n)))];
	}

	parent.append(title("Heat map", "How many probes took how long, when: the darker, the more.".replace("darker", dark.matches ? "brighter" : "darker")), box);
	timeline.add(plot, rows, { labels: ["time", "middle"], colors: ["transparent"], underlayCallback: draw, logscale: true,
		valueRange: [edge(0), edge(heat.rows)] }, tell);
}

/* --- percentiles --- */

function key_toggle(series, on, action) {
	const b = toggle("", on, action);
	b.append(element("i", { class: "c-" + series.color }), series.name);
	b.title = "show or hide";
	return b;
}

function percentiles(data, parent) {
	const curves = data.curves, steps = data.curve_steps, total = curves[0];
	const shown = curves.map(c => c.kind !== "segment" && (data.traced || c.kind === "total"));
	const colors = () => curves.map(c => c.kind === "total" ? style("--ink") : color_of(c.color));
	const rows = total.ns.map((_, i) => [i / steps, ...curves.map(c => i < c.ns.length ? c.ns[i] : null)]);
	const name = x => x <= 0 ? "min" : "p" + parseFloat((100 - 100 * Math.pow(10, -x)).toFixed(x < 2 ? 1 : Math.ceil(x) - 1));
	const key = element("div", { class: "key" });
	const [box, plot] = chart_box(key);
	const ticks = [0, 1 - Math.log10(5), 1, 2, 3, 4, 5, 6, 7, 8, 9].filter(x => x <= total.ns.length / steps);

	parent.append(title("Percentiles", "What share of the probes took at most so long; each step to the right is ten times rarer."), box);
	const g = new Dygraph(plot, rows, {
		legend: "never", labels: ["x", ...curves.map(c => c.name + (c.kind === "layer" ? " (layer)" : ""))], colors: colors(), visibility: shown.slice(), logscale: true,
		strokeWidth: 1.8, highlightCircleSize: 3, axisLineColor: style("--line"), gridLineColor: style("--grid"), rightGap: 8,
		series: { [curves[0].name]: { strokeWidth: 2.6 } },
		axes: {
			x: { axisLabelWidth: 50, ticker: () => ticks.map(x => ({ v: x, label: name(x) })) },
			y: { axisLabelFormatter: tick, axisLabelWidth: 62, pixelsPerLabel: 34 },
		},
		highlightCallback: (event, x, points, row) => show_tip(event, [element("b", {}, name(x)), element("table", {},
			...curves.filter((c, i) => shown[i] && row < c.ns.length).map(c => tip_row(c.name, time(c.ns[row]), c.kind === "total" ? undefined : c.color)))]),
		unhighlightCallback: hide_tip,
	});
	drawn.push(() => g.updateOptions({ colors: colors(), gridLineColor: style("--grid"), axisLineColor: style("--line") }));
	curves.forEach((c, i) => {
		if (i && data.traced)
			key.append(key_toggle(c, shown[i], on => { shown[i] = on; g.setVisibility(i, on); }));
	});
}

/* --- single probes --- */

function bar(probe, scale) {
	const b = element("div", { class: "bar" });
	for (const s of probe.segments) {
		const part = element("i", { class: "c-" + s.color });
		part.style.width = 100 * s.ns / scale + "%";
		part.addEventListener("mousemove", event => show_tip(event, [element("table", {}, tip_row(s.name, time(s.ns), s.color))]));
		part.addEventListener("mouseleave", hide_tip);
		b.append(part);
	}
	return b;
}

function step(s, start, usual, scale, total_of_usual) {
	const lane = element("span", { class: "lane" }), more = usual === undefined ? 0 : s.ns - usual;
	if (usual !== undefined) {
		const outline = element("u", { title: "in the median probe" });
		outline.style.left = 100 * start / scale + "%";
		outline.style.width = 100 * usual / scale + "%";
		lane.append(outline);
	}
	const box = element("i", { class: "c-" + s.color });
	box.style.left = 100 * start / scale + "%";
	box.style.width = 100 * s.ns / scale + "%";
	lane.prepend(box);
	return element("div", { class: "step" }, element("span", {}, s.name), lane, element("span", {}, time(s.ns)),
		element("span", {}, time(usual)), element("span", { class: more > total_of_usual / 4 ? "more" : Math.abs(more) < usual / 10 ? "same" : null },
			usual === undefined ? "" : (more < 0 ? "−" : "+") + time(Math.abs(more))));
}

function cascade(box, data, probe) {
	const usual = new Map(data.median ? data.median.segments.map(s => [s.name, s.ns]) : []);
	const rows = [];
	let start = 0;

	for (const s of probe.segments) {
		rows.push(step(s, start, usual.get(s.name), probe.total_ns, data.median ? data.median.total_ns : Infinity));
		let inside = start;
		for (const part of s.inside || []) {
			const row = step({ name: part.name, ns: part.ns, color: s.color }, inside, undefined, probe.total_ns, Infinity);
			row.classList.add("part");
			rows.push(row);
			inside += part.ns;
		}
		start += s.ns;
	}
	box.replaceChildren(element("h4", {}, `Probe ${probe.probe}, step by step `,
		element("span", {}, probe.why ? `${time(probe.total_ns)}: ${probe.why}` : time(probe.total_ns))),
		element("div", { class: "step head" }, element("span", {}, "segment"), element("span", {}, "when"), element("span", {}, "took"),
			element("span", {}, "median probe"), element("span", {}, "difference")), ...rows);
}

function waterfall(timeline, parent) {
	const { slowest, median } = timeline.data;
	const scale = Math.max(...slowest.map(p => p.total_ns), median ? median.total_ns : 0);
	const box = element("div", { class: "cascade" });
	const rows = slowest.map(p => {
		const row = element("button", { type: "button", class: "row", "aria-pressed": false },
			element("span", {}, `probe ${p.probe}`), bar(p, scale), element("span", {}, time(p.total_ns)));
		row.addEventListener("click", () => {
			rows.forEach(r => r.setAttribute("aria-pressed", r === row));
			cascade(box, timeline.data, p);
		});
		return row;
	});

	if (median)
		parent.append(element("div", { class: "row median" }, element("span", {}, element("b", {}, "median")), bar(median, scale),
			element("span", {}, time(median.total_ns))));
	parent.append(...rows, box);
	rows[0].click();
}

/* --- a target --- */

function draw_target(section) {
	const data = JSON.parse(section.querySelector("script.data").textContent);
	const charts = section.querySelector(".charts"), falls = section.querySelector(".waterfall");

	if (data.buckets.at.length) {
		const timeline = new Timeline(data), { segments, mean_ns } = data.buckets;
		const ours = segments.filter(s => s.layer && !s.layer.split("+").includes("wire"));
		const replied = mean_ns.some(v => v !== null);

		if (data.traced && replied) {
			stack(timeline, charts, "Where the time went", "Mean of the probes of each moment. Drag to zoom, double-click to see all; "
				+ "click a name to hide it.", segments, "round trip");
			if (ours.length && ours.length < segments.length)
				stack(timeline, charts, "In this host", "The same without what is outside of this host’s stack.", ours, "in this host");
		}
		if (replied)
			smoke(timeline, charts);
		if (replied) {
			const pair = element("div", { class: "pair" }), left = element("div"), right = element("div");
			charts.append(pair);
			pair.append(left, right);
			heat_map(timeline, left);
			percentiles(data, right);
		}
	}
	if (falls && data.slowest.length)
		waterfall(new Timeline(data), falls);
}

document.body.append(swatch, tip);
const observer = new IntersectionObserver(entries => {
	for (const entry of entries) {
		if (!entry.isIntersecting)
			continue;
		observer.unobserve(entry.target);
		draw_target(entry.target);
	}
}, { rootMargin: "600px" });
document.querySelectorAll("section.target").forEach(s => observer.observe(s));
addEventListener("beforeprint", () => document.querySelectorAll("section.target").forEach(s => {
	observer.unobserve(s);
	if (!s.querySelector(".plot"))
		draw_target(s);
}));
dark.addEventListener("change", () => drawn.forEach(draw => draw()));

})();
