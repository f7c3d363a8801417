// The comparison: intervals come once they are computed.
"use strict";

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
