// The report on files: the numbers come once they are counted, one after the other.
"use strict";

function example({ text, href }) {
  const line = document.createElement("li");
  const words = document.createElement(href ? "a" : "span");
  if (href) words.href = href;
  words.textContent = text;
  line.append(words);
  return line;
}

async function fill(row) {
  const answer = await fetch(row.dataset.count);
  if (!answer.ok) return;
  const { count, examples } = await answer.json();
  const number = row.querySelector(".number");
  number.textContent = count.toLocaleString("en");
  number.ariaLabel = `${row.querySelector("h2").textContent}: ${number.textContent}, every row`;
  row.classList.toggle("none", !count);
  row.querySelector("ul").replaceChildren(...examples.map(example));
}

(async () => {
  const rows = document.querySelectorAll("[data-count]");
  for (const row of rows) row.querySelector(".number").textContent = "…";
  for (const row of rows) await fill(row);
})();
