// The gallery: thumbnails come on one sheet, arrows go from photo to photo, n and p from page to page, / to the search.
// Without this script everything is a link.
"use strict";

// The sheet has a line for each photo: its number, and its thumbnail. What is not on it, comes alone.
async function show(address) {
  const waiting = new Map();
  for (const image of document.querySelectorAll("img[data-src]")) waiting.set(image.closest(".tile").id, image);
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const [number, picture] = line.split(" ");
        waiting.get(`photo-${number}`).src = `data:image/jpeg;base64,${picture}`;
        waiting.delete(`photo-${number}`);
      }
    }
  } finally {
    for (const image of waiting.values()) image.src = image.dataset.src;
  }
}

const grid = document.getElementById("grid");
const shown = grid.dataset.sheet ? show(grid.dataset.sheet) : Promise.resolve();

// The next page's thumbnails are had before they are asked for, once there is nothing else to do.
async function prepare(link) {
  await shown;
  await new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
  const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  const address = page.getElementById("grid")?.dataset.sheet;
  if (address) await (await fetch(address, { priority: "low" })).blob();
}

const next = document.querySelector("a[rel=next]");
if (next && !navigator.connection?.saveData) {
  const watcher = new IntersectionObserver(
    ([end]) => {
      if (!end.isIntersecting) return;
      watcher.disconnect();
      prepare(next).catch(() => {}); // it is had when it is asked for
    },
    { rootMargin: "100%" },
  );
  watcher.observe(next);
}

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
