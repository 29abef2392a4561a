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
 * That of a target of two runs, compared, which html/overlay.c makes:
 *
 *	sides		of a and b: begin_ns, width_ns and groups as above; null: nothing is known over time
 *	rows		as docs/json.md has them, with the colour, and curves: of a and b, as above
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

function tip_row(name, values, color) {
	return element("tr", {}, element("td", {}, color === undefined ? null : element("i", { class: "c-" + color }), name),
		...[values].flat().map(v => element("td", {}, v)));
}

/* --- charts over time: they zoom together --- */

/* A run's buckets in time: since 1970, or where two are laid over each other, since its own begin. In ms. */
class Run {
	constructor(data, name) {
		this.data = data;
		this.name = name;
		this.origin = name ? 0 : data.started_us / 1e3;
		this.groups = data.groups;
	}

	/* The beginning of a bucket. */
	x(bucket) {
		return this.origin + (this.data.begin_ns + bucket * this.data.width_ns) / 1e6;
	}

	/* The beginning of a group; its end is that of the number before the next. */
	group(i, more = 0) {
		return this.x((this.groups.at[i] + more) * this.groups.size);
	}

	/* The place in @at, of buckets @size times as wide, of the one that a time is in; -1: there is none. */
	find(at, size, x) {
		return at.indexOf(Math.floor((x - this.x(0)) / (size * this.data.width_ns / 1e6)));
	}
}

/* "1:02:03": since the run began. */
function elapsed(ms) {
	const s = Math.abs(ms) / 1e3, two = n => String(Math.floor(n)).padStart(2, "0");
	return (ms < 0 ? "−" : "") + (s < 60 ? parseFloat(s.toPrecision(4)) + " s" :
		(s >= 3600 ? Math.floor(s / 3600) + ":" + two(s / 60 % 60) : Math.floor(s / 60)) + ":" + two(s % 60));
}

class Timeline {
	constructor(...runs) {
		this.runs = runs;
		this.run = runs[0];
		this.charts = [];
		this.busy = false;
		const buckets = r => r.data.buckets ? [r.data.buckets.at, 1] : [r.groups.at, r.groups.size];
		const ends = runs.map(r => { const [at, size] = buckets(r); return [r.x(at[0] * size), r.x((at[at.length - 1] + 1) * size)]; });
		this.range = [Math.min(...ends.map(e => e[0])), Math.max(...ends.map(e => e[1]))];
	}

	/* Of the time since 1970 where there is one run. */
	when(x) {
		const fine = Math.min(...this.runs.map(r => r.data.width_ns)) < 1e9 ? 3 : 0;
		const since = "+" + ((x - this.run.origin) / 1e3).toFixed(Math.max(1, fine)) + " s";
		return this.run.name ? since : new Date(x).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
			fractionalSecondDigits: fine || undefined }) + "  (" + since + ")";
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
				x: Object.assign({ axisLabelWidth: 70, pixelsPerLabel: 90 }, this.run.name ? { axisLabelFormatter: elapsed, valueFormatter: elapsed } :
					{ ticker: Dygraph.dateTicker, axisLabelFormatter: Dygraph.dateAxisLabelFormatter }),
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

/* The same of two runs, beside each other; null: a run has nothing there. */
function sent_of_both(found) {
	return [["probes", g => g.replies + g.lost], ["lost", g => g.lost]].map(([name, of]) => tip_row(name, found.map(g => g ? of(g) : "")));
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
	const { run } = timeline, { buckets } = run.data;
	const visible = segments.map(() => true);
	const sums = buckets.at.map((_, i) => buckets.mean_ns[i] === null ? null :
		segments.reduce((sum, s) => sum + s.mean_ns[i], 0));
	const robust = quantile(sums, 0.98) * 1.25, highest = Math.max(0, ...sums);
	const has_peaks = robust > 0 && highest > robust * 1.5;
	const rows = with_gaps(buckets.at, buckets.at.map((b, i) => [run.x(b), ...segments.map(s => s.mean_ns[i] || 0)]),
		b => run.x(b), 0);
	const colors = () => segments.map(s => color_of(s.color));
	const key = element("div", { class: "key" });
	const [box, plot] = chart_box(key);
	let whole = !has_peaks, g = null;

	/* Null: as high as what is shown. */
	const range = () => ({ valueRange: whole || !visible.every(v => v) ? null : [0, robust] });

	function tell(time_of_pointer) {
		const i = run.find(buckets.at, 1, time_of_pointer);

		return i < 0 ? null : [element("b", {}, timeline.when(run.x(buckets.at[i]))), element("table", {},
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
		plugins: [peaks(sums, i => run.x(buckets.at[i] + 0.5))],
	}, range()), tell);
}

/* --- smoke --- */

/* Loss as smokeping has it: the colour of the median says how much was lost. */
function loss_color(lost, sent) {
	const share = sent ? lost / sent : 0;
	return share === 0 ? style("--median") : share < 0.05 ? style("--warm") : style("--bad");
}

/* The bands of one run: from which to which of its percentiles, and how dark. Two are laid over each other without their extremes. */
const BANDS = [[0, 6, 0.16], [1, 5, 0.26], [2, 4, 0.34]];
const SPREAD = ["min", "p10", "p25", "median", "p75", "p90", "max"];

/* @draw: of each group that was answered, its percentiles, where it begins, how wide it is, and its number. */
function each_answered(run, chart, draw) {
	run.groups.at.forEach((_, i) => {
		const left = chart.toDomXCoord(run.group(i)), width = Math.max(1, chart.toDomXCoord(run.group(i, 1)) - left);

		if (run.groups.spread_ns[i].length)
			draw(run.groups.spread_ns[i].map(ns => chart.toDomYCoord(Math.max(ns, 1))), left, width, i);
	});
}

function smoke_of(run, bands, color, canvas, chart) {
	each_answered(run, chart, (y, left, width) => {
		for (const [low, high, alpha] of bands) {
			canvas.fillStyle = `rgba(${color}, ${alpha})`;
			canvas.fillRect(left, y[high], width, Math.max(1, y[low] - y[high]));
		}
	});
}

/* @color: by how many were lost, and sent. */
function medians_of(run, color, canvas, chart) {
	const { lost, replies } = run.groups;

	each_answered(run, chart, (y, left, width, i) => {
		canvas.fillStyle = color(lost[i], lost[i] + replies[i]);
		canvas.fillRect(left, y[3] - 1.2, width, 2.4);
	});
}

/* Where probes were lost: bands from @top, so high, the redder the more. */
function losses_of(run, top, height, canvas, chart) {
	const { groups } = run;

	canvas.fillStyle = style("--bad");
	groups.at.forEach((_, i) => {
		const left = chart.toDomXCoord(run.group(i)), width = Math.max(1, chart.toDomXCoord(run.group(i, 1)) - left);

		if (!groups.lost[i])
			return;
		canvas.globalAlpha = (height < 20 ? 0.4 : 0.12) + 0.5 * groups.lost[i] / (groups.lost[i] + groups.replies[i]);
		canvas.fillRect(left, top, width, height);
	});
	canvas.globalAlpha = 1;
}

function smoke(timeline, parent, about) {
	const { runs } = timeline, both = Boolean(runs[0].name), bands = both ? BANDS.slice(1) : BANDS, [low, high] = bands[0];
	const answered = runs.map(r => r.groups.spread_ns.filter(s => s.length)), all = answered.flat();
	const lowest = Math.min(...all.map(s => s[low])), highest = Math.max(...all.map(s => s[high]));
	const bottom = Math.max(0, lowest * 0.9);
	let logarithmic = highest > 6 * Math.min(...answered.filter(s => s.length).map(s => quantile(s.map(p => p[3]), 0.5)));
	const rows = runs.flatMap(r => r.groups.at.map((_, i) => [(r.group(i) + r.group(i, 1)) / 2,
		...[low, 3, high].map(k => r.groups.spread_ns[i].length ? r.groups.spread_ns[i][k] : null)])).sort((a, b) => a[0] - b[0]);
	const key = both ? sides_key() : null;
	const [box, plot] = chart_box(key);
	let g = null;

	function draw(canvas, area, chart) {
		canvas.save();
		canvas.beginPath();
		canvas.rect(area.x, area.y, area.w, area.h);
		canvas.clip();
		runs.forEach((run, i) => losses_of(run, both ? area.y + area.h - 14 + 7 * i : area.y, both ? 6 : area.h, canvas, chart));
		for (const run of runs)
			smoke_of(run, bands, style(both ? "--smoke-" + run.name : "--smoke"), canvas, chart);
		for (const run of runs)
			medians_of(run, both ? () => style("--" + run.name) : loss_color, canvas, chart);
		canvas.restore();
	}

	function tell(time_of_pointer) {
		const found = runs.map(run => {
			const i = run.find(run.groups.at, run.groups.size, time_of_pointer);
			return i < 0 ? null : { x: run.group(i), replies: run.groups.replies[i], lost: run.groups.lost[i], spread: run.groups.spread_ns[i] };
		});
		const one = found.find(f => f);
		const spreads = SPREAD.map((n, k) => tip_row(n, found.map(f => f && f.spread.length ? time(f.spread[k]) : ""))).reverse();

		return one ? [element("b", {}, timeline.when(both ? time_of_pointer : one.x)), element("table", {},
			...(both ? [tip_row("", runs.map(r => r.name)), ...sent_of_both(found)] : sent_rows(one.replies, one.lost)),
			...(found.some(f => f && f.spread.length) ? spreads : []))] : null;
	}

	const options = on => ({ logscale: on, valueRange: on ? [Math.max(1, bottom), highest * 1.15] :
		[bottom > highest / 2 ? bottom : 0, highest * 1.05] });
	parent.append(title("Round trips and losses", about, toggle("logarithmic", logarithmic, on => g.updateOptions(options(on)))), box);
	g = timeline.add(plot, rows, Object.assign({ labels: ["time", "low", "median", "high"], colors: ["transparent", "transparent", "transparent"],
		underlayCallback: draw }, options(logarithmic)), tell);
}

/* --- heat map --- */

function mix(low, high, share) {
	const parse = c => [1, 3, 5].map(i => parseInt(c.slice(i, i + 2), 16));
	const a = parse(low), b = parse(high);
	return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(",")})`;
}

function heat_map(timeline, parent) {
	const { run } = timeline, { groups } = run, { size, heat } = groups;
	const x = i => run.group(i), end = i => run.group(i, 1);
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
		const row = run.find(groups.at, size, time_of_pointer), column = heat.columns[row], found = [];

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

/* @curves: name, kind, colour, ns; those of one @group are shown and hidden together, a dashed one is that of the first run. */
function percentiles(curves, steps, shown, parent, about) {
	const longest = curves.reduce((a, b) => a.ns.length >= b.ns.length ? a : b);
	const colors = () => curves.map(c => c.kind === "total" ? style(c.ink || "--ink") : color_of(c.color));
	const label = c => c.name + (c.kind === "layer" ? " (layer)" : "") + (c.side ? " " + c.side : "");
	const rows = longest.ns.map((_, i) => [i / steps, ...curves.map(c => i < c.ns.length ? Math.max(c.ns[i], 1) : null)]);
	const name = x => x <= 0 ? "min" : "p" + parseFloat((100 - 100 * Math.pow(10, -x)).toFixed(x < 2 ? 1 : Math.ceil(x) - 1));
	const key = element("div", { class: "key" });
	const [box, plot] = chart_box(key);
	const ticks = [0, 1 - Math.log10(5), 1, 2, 3, 4, 5, 6, 7, 8, 9].filter(x => x <= longest.ns.length / steps);
	const series = {};

	curves.forEach(c => { series[label(c)] = { strokeWidth: c.kind === "total" ? 2.6 : 1.8, strokePattern: c.side === "a" ? Dygraph.DASHED_LINE : null }; });
	parent.append(title("Percentiles", about), box);
	const g = new Dygraph(plot, rows, {
		legend: "never", labels: ["x", ...curves.map(label)], colors: colors(), visibility: shown.slice(), logscale: true,
		highlightCircleSize: 3, axisLineColor: style("--line"), gridLineColor: style("--grid"), rightGap: 8, series,
		axes: {
			x: { axisLabelWidth: 50, ticker: () => ticks.map(x => ({ v: x, label: name(x) })) },
			y: { axisLabelFormatter: tick, axisLabelWidth: 62, pixelsPerLabel: 34 },
		},
		highlightCallback: (event, x, points, row) => show_tip(event, [element("b", {}, name(x)), element("table", {},
			...curves.filter((c, i) => shown[i] && row < c.ns.length).map(c => tip_row(label(c), time(c.ns[row]),
				c.kind === "total" ? c.side : c.color)))]),
		unhighlightCallback: hide_tip,
	});
	drawn.push(() => g.updateOptions({ colors: colors(), gridLineColor: style("--grid"), axisLineColor: style("--line") }));
	const groups = [...new Set(curves.map(c => c.group))];
	groups.forEach(group => {
		const members = curves.flatMap((c, i) => c.group === group ? [i] : []), first = curves[members[0]];

		if (first.kind === "total" && !first.side)
			return;
		key.append(key_toggle(first, shown[members[0]], on => {
			members.forEach(i => { shown[i] = on; });
			g.updateOptions({ visibility: shown.slice(), logscale: shown.some(Boolean) }); // there is no logarithm of nothing
		}));
	});
}

function percentiles_of_run(data, parent) {
	const curves = data.curves.filter(c => data.traced || c.kind === "total").map((c, i) => Object.assign({ group: i }, c));

	percentiles(curves, data.curve_steps, curves.map(c => c.kind !== "segment"), parent,
		"What share of the probes took at most so long; each step to the right is ten times rarer.");
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

function waterfall(data, parent) {
	const { slowest, median } = data;
	const scale = Math.max(...slowest.map(p => p.total_ns), median ? median.total_ns : 0);
	const box = element("div", { class: "cascade" });
	const rows = slowest.map(p => {
		const row = element("button", { type: "button", class: "row", "aria-pressed": false },
			element("span", {}, `probe ${p.probe}`), bar(p, scale), element("span", {}, time(p.total_ns)));
		row.addEventListener("click", () => {
			rows.forEach(r => r.setAttribute("aria-pressed", r === row));
			cascade(box, data, p);
		});
		return row;
	});

	if (median)
		parent.append(element("div", { class: "row median" }, element("span", {}, element("b", {}, "median")), bar(median, scale),
			element("span", {}, time(median.total_ns))));
	parent.append(...rows, box);
	rows[0].click();
}

/* --- two runs, compared --- */

const SIDES = ["a", "b"];
const in_both = row => row.p50 !== undefined;

function sides_key() {
	return element("div", { class: "key" }, ...SIDES.map(s => element("span", {}, element("i", { class: "c-" + s }), s)));
}

function percentiles_of_both(data, parent) {
	const curves = data.rows.flatMap(r => SIDES.filter(s => r.curves[s] && r.curves[s].length).map(s => ({ group: r.kind + " " + r.name, name: r.name,
		kind: r.color ? r.kind : "total", color: r.color || s, ink: "--" + s, side: s, ns: r.curves[s] })));

	if (curves.length)
		percentiles(curves, data.curve_steps, curves.map(c => c.group === curves[0].group), parent,
			"What share of the probes took at most so long: a dashed, b solid. Click a name to show it or to hide it.");
}

/* Medians of a above those of b, as long as they are. They need not add up to the round trip's. */
function medians(rows, parent, heading, about) {
	const bars = SIDES.map(s => ({ side: s, segments: rows.filter(r => r[s] && r[s].p50_ns !== undefined).map(r => ({ name: r.name, color: r.color, ns: r[s].p50_ns })) }));
	const sums = bars.map(b => b.segments.reduce((sum, s) => sum + s.ns, 0)), scale = Math.max(...sums);

	if (!scale)
		return;
	parent.append(title(heading, about), element("div", { class: "waterfall" }, ...bars.map((b, i) => element("div", { class: "row" },
		element("span", {}, element("i", { class: "c-" + b.side }), b.side), bar(b, scale), element("span", {}, time(sums[i]))))));
}

/* --- differences with their margins --- */

/* Small ones and great ones in one picture: linear around zero, then logarithmic. */
function axis_of(rows, percentile) {
	const ends = rows.map(r => Math.abs(r[percentile].ns) + (r[percentile].margin_ns || 0)).filter(v => v);
	const most = Math.max(1, ...ends) * 1.15, linear = Math.max(1, quantile(ends, 0.25) / 2);
	const place = ns => Math.asinh(ns / linear) / Math.asinh(most / linear);

	return { at: ns => 50 + 50 * place(ns) + "%", ticks: [0.2, 0.5, 0.8].map(p => Math.sinh(p * Math.asinh(most / linear)) * linear)
		.map(ns => Number(ns.toPrecision(1))) };
}

function ticks_of(axis) {
	const lane = element("span", { class: "lane" });

	for (const ns of [...axis.ticks.map(t => -t), 0, ...axis.ticks]) {
		const label = element("span", {}, ns ? (ns < 0 ? "−" : "+") + tick(Math.abs(ns)) : "0");
		label.style.left = axis.at(ns);
		lane.append(label);
	}
	return element("div", { class: "difference head" }, element("span"), lane, element("span"));
}

function difference(row, percentile, axis) {
	const { ns, margin_ns, shown } = row[percentile], lane = element("span", { class: "lane" }), zero = element("b");

	zero.style.left = "50%";
	lane.append(zero);
	if (margin_ns !== undefined) {
		const interval = element("i");
		interval.style.left = axis.at(ns - margin_ns);
		interval.style.right = `calc(100% - ${axis.at(ns + margin_ns)})`;
		lane.append(interval);
	}
	const dot = element("u", { class: margin_ns === undefined ? "unknown" : null });
	dot.style.left = axis.at(ns);
	lane.append(dot);
	const sign = v => (v < 0 ? "−" : "+") + time(Math.abs(v));
	const e = element("div", { class: "difference" + (shown ? " shown" : "") }, element("span", {}, element("i", { class: "c-" + (row.color || "none") }), row.name),
		lane, element("span", {}, element("span", {}, sign(ns)), margin_ns === undefined ? "" : " ",
		margin_ns === undefined ? "" : element("span", {}, "± " + time(margin_ns) + (shown ? " *" : ""))));
	e.addEventListener("mousemove", event => show_tip(event, [element("b", {}, `${row.name}, ${percentile}`), element("table", {},
		tip_row("a", time(row.a[percentile + "_ns"]), "a"), tip_row("b", time(row.b[percentile + "_ns"]), "b"), tip_row("b − a", sign(ns)),
		margin_ns === undefined ? "" : tip_row("margin", "± " + time(margin_ns)))]));
	e.addEventListener("mouseleave", hide_tip);
	return e;
}

function differences(rows, parent) {
	const box = element("div", { class: "differences" });
	const buttons = ["p50", "p90", "p99"].map(p => {
		const b = element("button", { type: "button" }, p);
		b.addEventListener("click", () => choose(p));
		return b;
	});

	function choose(percentile) {
		const axis = axis_of(rows, percentile);
		buttons.forEach(b => b.setAttribute("aria-pressed", b.textContent === percentile));
		box.replaceChildren(ticks_of(axis), ...rows.map(r => difference(r, percentile, axis)));
	}

	parent.append(title("What changed", "The difference b − a, and the interval of its margin. Where that does not reach zero, the difference is "
		+ "shown (*). A hollow dot: too few probes to tell. The scale is linear near zero, then logarithmic.", ...buttons), box);
	choose("p50");
}

function draw_both(data, charts) {
	const runs = data.sides.flatMap((side, i) => side && side.groups.at.length ? [new Run(side, SIDES[i])] : []);
	const rows = data.rows.filter(in_both), segments = rows.filter(r => r.kind === "segment"), layers = rows.filter(r => r.kind === "layer");
	const ours = rows => rows.filter(r => !r.layer.split("+").includes("wire"));

	if (rows.length)
		differences(rows, charts);
	if (runs.some(r => r.groups.spread_ns.some(s => s.length)))
		smoke(new Timeline(...runs), charts, "Since each run’s begin. The lines are the medians; darker and lighter around them: half of the probes, 80 %. "
			+ "Red at the bottom: some were lost, of a above, of b below.");
	percentiles_of_both(data, charts);
	if (segments.length) {
		medians(layers, charts, "Layers", "The median of each layer that both have, a above b. Medians need not add up to that of the round trip.");
		medians(segments, charts, "Segments", "The median of each segment that both have.");
		medians(ours(segments), charts, "Segments in this host", "The same without what is outside of this host’s stack.");
	}
}

/* --- a target --- */

const ABOUT_SMOKE = "The line is the median; darker to lighter around it: half of the probes, 80 %, all. A red band: some were lost.";

function draw_run(data, charts) {
	const timeline = new Timeline(new Run(data)), { segments, mean_ns } = data.buckets;
	const ours = segments.filter(s => s.layer && !s.layer.split("+").includes("wire"));
	const replied = mean_ns.some(v => v !== null);

	if (data.traced && replied) {
		stack(timeline, charts, "Where the time went", "Mean of the probes of each moment. Drag to zoom, double-click to see all; "
			+ "click a name to hide it.", segments, "round trip");
		if (ours.length && ours.length < segments.length)
			stack(timeline, charts, "In this host", "The same without what is outside of this host’s stack.", ours, "in this host");
	}
	if (!replied)
		return;
	smoke(timeline, charts, ABOUT_SMOKE);
	const pair = element("div", { class: "pair" }), left = element("div"), right = element("div");
	charts.append(pair);
	pair.append(left, right);
	heat_map(timeline, left);
	percentiles_of_run(data, right);
}

function draw_target(section) {
	const data = JSON.parse(section.querySelector("script.data").textContent);
	const charts = section.querySelector(".charts"), falls = section.querySelector(".waterfall");

	if (data.sides)
		draw_both(data, charts);
	else if (data.buckets.at.length)
		draw_run(data, charts);
	if (falls && data.slowest.length)
		waterfall(data, falls);
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
