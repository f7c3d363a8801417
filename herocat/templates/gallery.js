// The larger picture over the page; arrow keys, taps and swipes go through the photos. Without this
// script a click opens the picture by itself.
"use strict";

const frames = [...document.querySelectorAll("a.frame")];
const leaf = (side) => document.querySelector(`a[rel="${side}"]`);
const box = document.createElement("dialog");
const picture = document.createElement("img");
const caption = document.createElement("p");
const close = document.createElement("button");
let shown = -1;

close.textContent = "Close";
close.addEventListener("click", () => box.close());
box.setAttribute("aria-label", "Photo");
box.append(picture, close, caption);
document.body.append(box);

function copied(card, selector) {
  const part = card.querySelector(selector);
  return part ? [part.cloneNode(true)] : [];
}

function show(number) {
  if (number < 0 || number >= frames.length) return turn(number < 0 ? "prev" : "next");
  shown = number;
  const frame = frames[number];
  const card = frame.closest(".card");
  picture.src = frame.href;
  picture.alt = frame.querySelector("img").alt;
  const reason = card && card.querySelector(".reasoning, .error");
  caption.replaceChildren(
    ...(card ? [...copied(card, ".title"), ...copied(card, ".score")] : [picture.alt]),
    reason ? reason.textContent : "",
  );
  if (!box.open) box.showModal();
}

// Past the last photo, the next page opens at its first one; before the first, the one before.
function turn(side) {
  const link = leaf(side);
  if (link) location.href = `${link.href}#${side === "next" ? "first" : "last"}`;
}

frames.forEach((frame, number) => {
  frame.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(number);
  });
});

box.addEventListener("close", () => {
  if (shown >= 0) frames[shown].focus();
});

box.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) show(shown + step);
});

// Fingers have no keys: a swipe, or a tap on either side of the picture, goes on as well.
let down = 0;
picture.draggable = false;
picture.addEventListener("pointerdown", (event) => { down = event.clientX; });
picture.addEventListener("pointerup", (event) => {
  const moved = event.clientX - down;
  if (Math.abs(moved) > 40) return show(shown - Math.sign(moved));
  const place = event.clientX / picture.clientWidth;
  if (place < 1 / 3) show(shown - 1);
  else if (place > 2 / 3) show(shown + 1);
});

if (frames.length && location.hash === "#first") show(0);
if (frames.length && location.hash === "#last") show(frames.length - 1);

// Pictures further down are not loaded yet, and would be blank on paper.
function loaded() {
  return Promise.allSettled([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode();
  }));
}

addEventListener("beforeprint", loaded);
addEventListener("keydown", (event) => {
  if (event.key !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  loaded().then(() => print());
});
