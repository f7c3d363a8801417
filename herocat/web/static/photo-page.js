// One photo: full size where it was clicked, boxes on and off, and the keys.
"use strict";

const canvas = document.getElementById("canvas");
const picture = document.getElementById("picture");
const large = document.getElementById("large");
const zoom = document.getElementById("zoom");
const boxes = document.getElementById("boxes");
const toggle = document.getElementById("toggle");
const hidden = "herocat-boxes-hidden"; // on every photo, until they are wanted again

// As large as fits: a small photo fills the screen, too.
function fit() {
  const width = large.naturalWidth || large.getAttribute("width");
  const height = large.naturalHeight || large.getAttribute("height");
  const most = parseFloat(getComputedStyle(canvas).getPropertyValue("max-height")) || canvas.clientHeight;
  picture.classList.add("fit");
  picture.style.width = `${Math.min(canvas.clientWidth, (most * width) / height)}px`;
}

function enlarge(x = 0.5, y = 0.5) {
  const on = picture.classList.toggle("full");
  zoom.setAttribute("aria-pressed", on);
  if (on) {
    // At least twice what fits, so that a small photo grows too.
    const width = Math.max(large.naturalWidth, canvas.clientWidth * 2);
    picture.style.width = `${width}px`;
    const height = picture.getBoundingClientRect().height;
    canvas.scrollTo(x * width - canvas.clientWidth / 2, y * height - canvas.clientHeight / 2);
  } else {
    fit();
  }
}

function showBoxes() {
  const on = boxes.classList.toggle("off");
  toggle.setAttribute("aria-pressed", !on);
  if (on) localStorage.setItem(hidden, "yes");
  else localStorage.removeItem(hidden);
}

fit();
large.addEventListener("load", fit);
window.addEventListener("resize", () => {
  if (!picture.classList.contains("full")) fit();
});
if (boxes && localStorage.getItem(hidden)) showBoxes();

// A drag moves the enlarged photo, a click goes in and out.
let held = null;
let moved = false;
canvas.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "mouse") return;
  held = { x: event.clientX, y: event.clientY, left: canvas.scrollLeft, top: canvas.scrollTop };
  moved = false;
});
canvas.addEventListener("pointermove", (event) => {
  if (!held || !event.buttons) return;
  const [x, y] = [event.clientX - held.x, event.clientY - held.y];
  if (Math.abs(x) + Math.abs(y) > 4) moved = true;
  canvas.scrollTo(held.left - x, held.top - y);
});
window.addEventListener("pointerup", () => {
  held = null;
});
large.addEventListener("dragstart", (event) => event.preventDefault());
picture.addEventListener("click", (event) => {
  if (moved) return;
  const area = picture.getBoundingClientRect();
  enlarge((event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height);
});

zoom.addEventListener("click", () => enlarge());
if (toggle) toggle.addEventListener("click", showBoxes);

for (const line of document.querySelectorAll("[data-box]")) {
  const box = document.getElementById(line.dataset.box);
  line.addEventListener("pointerenter", () => box.classList.add("marked"));
  line.addEventListener("pointerleave", () => box.classList.remove("marked"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const link = { ArrowLeft: "before", ArrowRight: "after", g: "back", Escape: "back" }[event.key];
  const full = picture.classList.contains("full");
  if (event.key === "Escape" && full) enlarge();
  else if (link && !(full && event.key.startsWith("Arrow"))) document.getElementById(link)?.click();
  else if (event.key === "z") enlarge();
  else if (event.key === "b" && boxes) showBoxes();
});
