// trapline cover: sorting, filtering and jumping. Pages can be read without it.
"use strict";

// Tables are sorted by a click on a heading: names and lines upwards, shares with the worst first.
for (const table of document.querySelectorAll("table")) {
	for (const head of table.querySelectorAll("thead th[data-sort]")) {
		const button = document.createElement("button");
		button.type = "button";
		button.append(...head.childNodes);
		head.append(button);
		button.addEventListener("click", () => sort(table, head));
	}
}

function sort(table, head) {
	const up = head.getAttribute("aria-sort") !== "ascending";
	for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
	head.setAttribute("aria-sort", up ? "ascending" : "descending");
	const key = head.dataset.sort;
	const value = row => key === "name" ? row.dataset.name : Number(row.querySelector("[data-" + key + "]").getAttribute("data-" + key));
	const order = (a, b) => key === "name" ? a.localeCompare(b) : a - b;
	const rows = [...table.tBodies[0].rows].map(row => [value(row), row]);
	rows.sort((a, b) => up ? order(a[0], b[0]) : order(b[0], a[0]));
	table.tBodies[0].append(...rows.map(pair => pair[1]));
}

// A field above the last table of an overview keeps only those rows that have a text in their names.
const main = document.querySelector("main:not(.source)");
const filter = document.createElement("input");
if (main) {
	const tables = main.querySelectorAll("table");
	filter.className = "filter";
	filter.type = "search";
	filter.placeholder = "Filter";
	filter.setAttribute("aria-label", "Filter by name");
	filter.addEventListener("input", () => {
		const text = filter.value.toLowerCase();
		for (const table of tables) {
			for (const row of table.tBodies[0].rows) row.hidden = !row.dataset.name.toLowerCase().includes(text);
		}
	});
	if (tables.length > 0) tables[0].before(filter);
}

// The lines that did not run: the first of each that follow each other.
const unrun = [];
let before = "";
for (const line of document.querySelectorAll(".part > .r, .part > .p, .part > .u")) {
	if (line.className === "u" && before !== "u") unrun.push(line);
	before = line.className;
}
let at = -1;

function jump(step) {
	if (unrun.length === 0) return;
	if (at < 0) at = step > 0 ? -1 : 0;
	at = (at + step + unrun.length) % unrun.length;
	location.replace("#" + unrun[at].id);
	unrun[at].scrollIntoView({block: "center"});
}

const links = {"[": "a[rel=prev]", "]": "a[rel=next]", "u": "a[rel=up], nav a"};

document.addEventListener("keydown", event => {
	if (event.ctrlKey || event.altKey || event.metaKey || event.target === filter) return;
	const link = links[event.key] && document.querySelector(links[event.key]);
	if (event.key === "n") jump(1);
	else if (event.key === "p") jump(-1);
	else if (event.key === "/" && main) filter.focus();
	else if (link) link.click();
	else return;
	event.preventDefault();
});
