"use strict";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const search = document.getElementById("search"), place = document.getElementById("place");

function open(button, yes) {
  button.setAttribute("aria-expanded", String(yes));
  all(`tr[data-of="${button.dataset.group}"]`).forEach((row) => { row.hidden = !yes; });
}
all(".matrix th button").forEach((button) => {
  button.addEventListener("click", () => open(button, button.getAttribute("aria-expanded") !== "true"));
});

const wasOpen = new Set(all(".set[open]"));
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean), wanted = place.value;
  const fits = (element) => words.every((word) => element.dataset.text.includes(word))
    && (!wanted || (element.dataset.places || "").split("\u001f").includes(wanted));
  let shown = 0;
  all(".finding").forEach((finding) => { finding.hidden = !fits(finding); shown += !finding.hidden; });
  all(".set").forEach((set) => {
    set.hidden = !all(".finding", set).some((finding) => !finding.hidden);
    set.open = words.length || wanted ? !set.hidden : wasOpen.has(set);
  });
  all("tr.group").forEach((row) => {
    row.hidden = !fits(row);
    const button = row.querySelector("button");
    if (button) open(button, !row.hidden && button.getAttribute("aria-expanded") === "true");
  });
  all(".erd g[data-table]").forEach((table) => {
    table.style.opacity = words.length && !words.every((word) => table.dataset.table.toLowerCase().includes(word)) ? .25 : 1;
  });
  document.getElementById("count").textContent = `${shown} of ${all(".finding").length} findings`;
}
search.addEventListener("input", filter);
place.addEventListener("change", filter);

const drawing = document.querySelector("#drawing svg");
let scale = 1;
function zoom(to) {
  if (!drawing) return;
  scale = Math.min(3, Math.max(.08, to));
  drawing.setAttribute("width", drawing.viewBox.baseVal.width * scale);
  drawing.setAttribute("height", drawing.viewBox.baseVal.height * scale);
}
function fit() {
  const box = document.getElementById("drawing");
  const { width } = drawing.viewBox.baseVal;
  zoom(Math.min(1.1, Math.max((box.clientWidth - 4) / width, .5)));
  // A drawing that is larger than its box begins where something is to be seen.
  const table = drawing.querySelector("g[data-table]:not([data-state=same])") || drawing.querySelector("g[data-table]");
  const at = table.getBoundingClientRect(), frame = box.getBoundingClientRect();
  if (at.bottom > frame.bottom || at.top < frame.top) box.scrollTop += at.top - frame.top - box.clientHeight / 3;
  if (at.right > frame.right || at.left < frame.left) box.scrollLeft += at.left - frame.left - box.clientWidth / 3;
}
if (drawing) {
  fit();
  document.getElementById("in").addEventListener("click", () => zoom(scale * 1.25));
  document.getElementById("out").addEventListener("click", () => zoom(scale / 1.25));
  document.getElementById("fit").addEventListener("click", fit);
  const light = (table) => all(".edge", drawing).forEach((edge) => {
    const mine = table && (edge.dataset.from === table || edge.dataset.to === table);
    edge.classList.toggle("lit", Boolean(mine));
    edge.classList.toggle("dim", Boolean(table) && !mine);
  });
  all("g[data-table]", drawing).forEach((group) => {
    for (const name of ["mouseenter", "focus"]) group.addEventListener(name, () => light(group.dataset.table));
    for (const name of ["mouseleave", "blur"]) group.addEventListener(name, () => light(null));
    group.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { search.value = group.dataset.table; filter(); document.getElementById("findings").scrollIntoView(); }
    });
  });
}

function step(by) {
  const findings = all(".finding").filter((finding) => !finding.hidden && finding.closest("details").open);
  const next = findings.indexOf(document.activeElement) + by;
  const found = findings[Math.max(0, Math.min(findings.length - 1, next))];
  if (found) { found.focus(); found.scrollIntoView({ block: "center" }); }
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") { search.value = ""; place.value = ""; filter(); search.blur(); }
  if (event.target.matches("input, select, textarea")) return;
  if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
});
