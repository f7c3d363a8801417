// The comparison: filters apply when they change; intervals come once they are computed.
"use strict";

const form = document.getElementById("filters");
form.classList.add("live");
if (window.matchMedia("(min-width: 62rem)").matches) form.querySelector("details").open = true;
form.addEventListener("submit", () => {
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
});
form.addEventListener("change", () => form.requestSubmit());
window.addEventListener("pageshow", () => {
  for (const field of form.elements) field.disabled = false;
});

async function fill(row) {
  const answer = await fetch(row.dataset.intervals);
  if (!answer.ok) return;
  const found = await answer.json();
  for (const place of row.querySelectorAll("[data-statistic]")) {
    const {value, interval} = found[place.dataset.statistic] ?? {};
    if (value) place.querySelector("span").textContent = value;
    if (interval) place.querySelector("small").textContent = interval;
  }
}

(async () => {
  for (const row of document.querySelectorAll("[data-intervals]")) await fill(row);
})();
