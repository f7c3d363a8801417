// Rating: a key or a touch is an answer, and saved at once. Answers are sent one after the other, so
// that they land in the order in which they were given; what could not be sent is sent again.
"use strict";

const root = document.getElementById("rate");
const { mode, url, csrf } = root.dataset;
const state = JSON.parse(document.getElementById("start").textContent);
const word = document.getElementById("word");
const photo = document.getElementById("photo");
const given = []; // what can be taken back, the latest last
const open = new Set(); // asked for and answered here, but perhaps not yet saved
let queue = mode === "pairs" ? state.pairs : state.items;
let saving = Promise.resolve();
let waiting = 0;
let shownAt = performance.now();
let others = false;

if (mode !== "pairs") {
  for (const image of [...(state.done ?? [])].reverse()) given.push({ image, before: null });
}

function say(text, bad = false) {
  word.textContent = text;
  word.classList.toggle("error", bad);
  word.classList.remove("flash");
  void word.offsetWidth;
  word.classList.add("flash");
}

function keyOf(item) {
  return mode === "pairs" ? item.map((one) => one.image).join(" ") : `${item.image} ${item.repeat}`;
}

function show() {
  const item = queue[0];
  const over = !item && waiting === 0; // else more may be on its way
  root.classList.toggle("finished", over);
  const settled = mode === "pairs" && state.settled && !root.dataset.on;
  document.getElementById("done").hidden = !over || settled;
  if (mode === "pairs") {
    document.getElementById("settled").hidden = !over || !settled;
    document.getElementById("top").textContent = state.top;
  }
  const asked = mode === "pairs" ? 0 : state.asked;
  const answered = mode === "pairs" ? state.compared : state.answered;
  const far = document.getElementById("far");
  far.max = Math.max(1, asked);
  far.value = answered;
  far.hidden = !asked;
  document.getElementById("count").textContent = asked
    ? `${answered} of ${asked}`
    : [`${answered} compared`, state.ties ? `${state.ties} ties of bursts` : ""].filter(Boolean).join(" · ");
  if (!item) return;
  if (mode === "pairs") {
    document.querySelector("#left img").src = item[0].src;
    document.querySelector("#right img").src = item[1].src;
  } else {
    photo.src = item.src;
  }
  shownAt = performance.now();
  for (const next of queue.slice(1).flat()) new Image().src = next.src;
  if (others) showOthers();
}

async function send(values) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        keepalive: true, // it lands though the page is left at once
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "x-csrftoken": csrf },
        body: JSON.stringify(root.dataset.on ? { ...values, on: true } : values),
      });
      const said = await answer.json();
      if (answer.ok) return said;
      if (answer.status !== 503) throw new Error(said.error);
      say("busy, trying again", true);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError: the network
      say("no connection; your answer is kept here and sent again", true);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

// Answers are in flight one at a time; the server's list of what is next counts once all are saved.
function save(values, action) {
  pending(1);
  saving = saving.then(async () => {
    try {
      const said = await send(values);
      if (action) action.before = said.before;
      pending(-1);
      if (waiting === 0) open.clear();
      Object.assign(state, said);
      const before = queue[0];
      const next = (mode === "pairs" ? said.pairs : said.items).filter((item) => !open.has(keyOf(item)));
      if (waiting === 0 || queue.length === 0) {
        // What tells most changes with every answer; but the pair that is looked at stays.
        const seen = mode === "pairs" && queue[0] ? [queue[0]] : [];
        const later = next.filter((item) => !seen.length || keyOf(item) !== keyOf(seen[0]));
        queue = [...seen, ...later];
        if (before && queue[0] && keyOf(before) === keyOf(queue[0])) refresh();
        else show();
      }
    } catch (error) {
      pending(-1);
      say(error.message, true);
    }
  });
}

function pending(more) {
  waiting += more;
  root.classList.toggle("saving", waiting > 0);
}

function refresh() {
  const at = shownAt;
  show();
  shownAt = at;
}

function rate(score) {
  const item = queue.shift();
  if (!item) return;
  const action = { image: item.image, repeat: item.repeat, before: null };
  given.push(action);
  open.add(keyOf(item));
  say(score === null ? "skipped" : String(score));
  const took = Math.round(performance.now() - shownAt);
  if (!item.repeat) state.answered += 1;
  save({ image: item.image, repeat: item.repeat, score, took }, action);
  show();
}

function choose(outcome) {
  const pair = queue.shift();
  if (!pair) return;
  const images = pair.map((one) => one.image);
  given.push({ pair: images, shown: pair });
  open.add(keyOf(pair));
  say({ first: "left", second: "right", tie: "equal" }[outcome]);
  state.compared += 1;
  save({ pair: images, outcome });
  show();
}

function undo() {
  const action = given.pop();
  if (!action) {
    say("nothing to undo");
    return;
  }
  say("taken back");
  const { shown, ...values } = action;
  if (shown) {
    queue.unshift(shown); // a pair comes back at once; a photo where the server puts it
    open.delete(keyOf(shown));
    state.compared -= 1;
    show();
  }
  // What the answer replaced is known once it is saved, so this waits its turn.
  saving = saving.then(() => save({ ...values, before: action.before, undo: true }));
}

async function showOthers() {
  const item = queue[0];
  if (!item || mode === "pairs") return;
  const answer = await fetch(root.dataset.others + item.image);
  const scores = await answer.json();
  if (queue[0] !== item) return;
  say(scores.map((one) => `${one.run} ${one.score.toFixed(1)}`).join(" · ") || "nobody else has rated it");
  word.classList.remove("flash");
}

function press(key) {
  if (key === "Backspace" || key === "u") undo();
  else if (mode === "pairs") {
    const outcome = { ArrowLeft: "first", ArrowRight: "second", ArrowDown: "tie" }[key];
    if (!outcome) return false;
    choose(outcome);
  } else if (/^[0-9]$/.test(key)) rate(Number(key));
  else if (key === "x") rate(10);
  else if (key === " " || key === "ArrowRight") rate(null);
  else if (key === "ArrowLeft") undo();
  else if (key === "o") {
    others = !others;
    document.getElementById("others").setAttribute("aria-pressed", others);
    if (others) showOthers();
    else say("");
  } else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.tagName === "BUTTON" && event.key === " ") event.target.blur();
  if (press(event.key)) event.preventDefault();
});
root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.score) rate(Number(button.dataset.score));
  else if (button.id === "left") choose("first");
  else if (button.id === "right") choose("second");
  else press(button.dataset.key);
  button.blur();
});
window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});

show();
