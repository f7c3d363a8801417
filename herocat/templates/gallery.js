// The larger picture over the page, and the arrow keys to go through the photos. Without this
// script a click opens the picture by itself.
"use strict";

const cards = [...document.querySelectorAll(".card")].filter((card) => card.querySelector("a.frame"));
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
  if (number < 0 || number >= cards.length) return;
  shown = number;
  const card = cards[number];
  picture.src = card.querySelector("a.frame").href;
  picture.alt = card.querySelector("img").alt;
  const reason = card.querySelector(".reasoning, .error");
  caption.replaceChildren(...copied(card, ".title"), ...copied(card, ".score"), reason ? reason.textContent : "");
  if (!box.open) box.showModal();
}

cards.forEach((card, number) => {
  card.querySelector("a.frame").addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(number);
  });
});

box.addEventListener("close", () => {
  if (shown >= 0) cards[shown].querySelector("a.frame").focus();
});

box.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) show(shown + step);
});
