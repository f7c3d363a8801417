// The gallery: filters apply when they change, arrows go from photo to photo, n and p from page to
// page, / to the search. Without this script the filters have a button, and everything is a link.
"use strict";

const form = document.getElementById("filters");
const more = form.querySelector("details");

function clean(given) {
  for (const field of given.elements) if (field.name && !field.value) field.disabled = true;
}

if (window.matchMedia("(min-width: 62rem)").matches) more.open = true;
form.classList.add("live");
form.addEventListener("submit", () => clean(form));
form.addEventListener("change", () => form.requestSubmit());
window.addEventListener("pageshow", () => {
  for (const field of form.elements) field.disabled = false;
});

// A search keeps the filters.
const search = document.querySelector("form.search");
search.addEventListener("submit", (event) => {
  event.preventDefault();
  const address = new URL(location.href);
  for (const name of ["after", "before"]) address.searchParams.delete(name);
  const words = search.elements.q.value.trim();
  if (words) address.searchParams.set("q", words);
  else address.searchParams.delete("q");
  location.assign(address);
});

const tiles = [...document.querySelectorAll(".tile")];

function columns() {
  const top = tiles[0].getBoundingClientRect().top;
  const next = tiles.findIndex((tile) => tile.getBoundingClientRect().top > top + 4);
  return next < 0 ? tiles.length : next;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const link = { n: "next", p: "prev" }[event.key];
  if (link) {
    const found = document.querySelector(`a[rel=${link}]`);
    if (found) location.assign(found.href);
    return;
  }
  if (event.key === "/") {
    event.preventDefault();
    search.elements.q.focus();
    return;
  }
  if (!tiles.length || !event.key.startsWith("Arrow")) return;
  const here = tiles.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns(), ArrowUp: -columns() }[event.key];
  const next = here < 0 ? 0 : here + step;
  if (next < 0 || next >= tiles.length) return;
  event.preventDefault();
  tiles[next].focus();
});
