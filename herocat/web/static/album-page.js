// Editing an album: every edit is sent and saved at once, one after the other, and the server answers
// with the photos as they are then.
"use strict";

const root = document.getElementById("album");
const { url, csrf } = root.dataset;
const shown = document.getElementById("shown");
const word = document.getElementById("word");
const undoButton = root.querySelector("[data-do=undo]");
const title = root.querySelector("#rename input");
const rename = root.querySelector("#rename button");
const count = root.querySelector("#count input");
const done = []; // the wishes before each edit, the latest last
let busy = false;
let quiet; // when the last word goes
let current = null; // the photo that keys act on

function say(text, bad = false) {
  word.textContent = text;
  word.classList.toggle("error", bad);
  clearTimeout(quiet);
  if (!bad) quiet = setTimeout(() => (word.textContent = ""), 6000);
}

function all() {
  return [...shown.querySelectorAll(".picked > li")];
}

function item(id) {
  return id ? document.getElementById(`photo-${id}`) : null;
}

function go(to, scroll = true) {
  if (!to) return;
  current = to.dataset.image;
  to.focus({ preventScroll: true });
  if (scroll) to.scrollIntoView({ block: "center" });
}

async function send(values) {
  if (busy) return;
  busy = true;
  root.classList.add("busy");
  try {
    const answer = await fetch(url, {
      method: "POST",
      keepalive: true, // it lands though the page is left at once
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "x-csrftoken": csrf },
      body: JSON.stringify(values),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    if (values.do === "restore") done.pop();
    else if (said.before) done.push(said.before);
    draw(said, values);
  } catch (error) {
    const lost = error instanceof TypeError; // the network
    say(lost ? "no connection: nothing was changed" : error.message, true);
  } finally {
    busy = false;
    root.classList.remove("busy");
    undoButton.disabled = done.length === 0;
  }
}

// The photo that was acted on stays where it is on the screen; where it left, the one in its place.
function draw(said, values) {
  const old = item(values.image);
  const place = old ? all().indexOf(old) : -1;
  const top = old?.getBoundingClientRect().top;
  const keyed = document.activeElement?.closest?.(".picked > li");
  const button = document.activeElement?.dataset?.do;
  shown.innerHTML = said.html;
  document.getElementById("name").textContent = said.name;
  title.dataset.kept = title.value = said.name;
  rename.hidden = true;
  document.title = `${said.name} · ${document.title.split(" · ").pop()}`;
  say(said.said);
  const now = item(values.image) ?? all()[place];
  if (!now) return;
  current = now.dataset.image;
  if (top !== undefined) window.scrollBy(0, now.getBoundingClientRect().top - top);
  if (keyed) (now.querySelector(`[data-do="${button}"]:not(:disabled)`) ?? now).focus({ preventScroll: true });
}

function move(from, by) {
  const order = all().map((one) => Number(one.dataset.image));
  const at = order.indexOf(Number(from.dataset.image));
  const to = at + by;
  if (to < 0 || to >= order.length) return;
  [order[at], order[to]] = [order[to], order[at]];
  send({ do: "order", image: Number(from.dataset.image), images: order });
}

function act(what, on) {
  const image = on ? Number(on.dataset.image) : undefined;
  if (what === "undo") {
    if (done.length) send({ do: "restore", ...done.at(-1) });
    else say("nothing to undo");
  } else if (what === "as-chosen") send({ do: what });
  else if (!on) return;
  else if (what === "earlier") move(on, -1);
  else if (what === "later") move(on, 1);
  else if (what === "pin") send({ do: "pinned" in on.dataset ? "unpin" : "pin", image });
  else if (what === "ban" || what === "allow") send({ do: what, image });
  else if (what === "swap" && on.dataset.rival) send({ do: what, image, rival: Number(on.dataset.rival) });
}

root.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-do]");
  if (button) act(button.dataset.do, button.closest("li"));
});
root.addEventListener("focusin", (event) => {
  const on = event.target.closest(".picked > li");
  if (on) current = on.dataset.image;
});
title.dataset.kept = title.value;
title.addEventListener("input", () => {
  rename.hidden = title.value === title.dataset.kept;
});
document.getElementById("rename").addEventListener("submit", (event) => {
  event.preventDefault();
  send({ do: "rename", name: title.value });
});
document.getElementById("count").addEventListener("submit", (event) => event.preventDefault());
count.addEventListener("change", () => {
  if (count.reportValidity()) send({ do: "count", n: Number(count.value) });
});

const keys = { p: "pin", x: "ban", s: "swap", u: "undo" };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
  const list = all();
  const on = item(current);
  const at = list.indexOf(on);
  if (event.key === "j") go(list[Math.min(at + 1, list.length - 1)]);
  else if (event.key === "k") go(list[Math.max(at - 1, 0)]);
  else if (event.shiftKey && event.key === "ArrowUp" && on) act("earlier", on);
  else if (event.shiftKey && event.key === "ArrowDown" && on) act("later", on);
  else if (keys[event.key] && !event.repeat) act(keys[event.key], on);
  else return;
  event.preventDefault();
});
