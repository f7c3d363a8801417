// Rating: a key or a touch is an answer to what is painted, and saved at once. Answers are sent one
// after the other, so that they land in the order in which they were given. While one cannot be sent the
// page stops and sends it again; what the server refuses to take from this browser is kept in it, and
// sent when the page is opened anew.
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
let painted = null; // what is on the screen, whole: only that can be answered
let halted = ""; // why no answer is taken now
let refused = false; // for good: until the page is opened anew
const unsent = []; // given and not yet saved, the oldest first
const shelf = `herocat-unsent ${url} ${root.dataset.rater}`;
let shownAt = performance.now();
let others = false;

given.push(...state.done.reverse());

function say(text, bad = false) {
  word.textContent = text;
  word.classList.toggle("error", bad);
  word.classList.remove("flash");
  void word.offsetWidth;
  word.classList.add("flash");
}

function keyOf(item) {
  return mode === "pairs" ? item.map((one) => one.image).sort().join(" ") : `${item.image} ${item.repeat}`;
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
  if (!item) {
    painted = null;
    root.classList.toggle("loading", !over);
    return;
  }
  if (mode === "pairs") {
    paint(item, [document.querySelector("#left img"), document.querySelector("#right img")]);
  } else {
    paint([item], [photo], item);
  }
  for (const next of queue.slice(1).flat()) new Image().src = next.src;
  if (others) showOthers();
}

// A picture stays on the screen until the next is there: it is hidden, and no key counts meanwhile.
async function paint(sources, pictures, item = sources) {
  if (painted === item && !root.classList.contains("loading")) return;
  painted = null;
  root.classList.add("loading");
  pictures.forEach((picture, at) => (picture.src = sources[at].src));
  const current = () => pictures.every((picture, at) => picture.src.endsWith(sources[at].src));
  try {
    await Promise.all(pictures.map((picture) => picture.decode()));
  } catch {
    if (queue[0] === item && current()) say("this picture cannot be shown: skip it, or reload", true);
    return;
  }
  if (queue[0] !== item || !current()) return;
  painted = item;
  root.classList.remove("loading");
  shownAt = performance.now();
}

// Says whether an answer is taken now; if not, why.
function ready() {
  if (halted) say(halted, true);
  else if (queue[0] ? painted !== queue[0] : waiting > 0) say("wait for the picture", true);
  else return Boolean(queue[0]);
  return false;
}

// Says whether an answer passes over what is asked: that is taken though it cannot be shown.
function skips(answer) {
  return answer === null && !halted && Boolean(queue[0]);
}

function halt(why) {
  halted = why;
  root.classList.toggle("halted", Boolean(why));
  document.getElementById("stopped").hidden = !why;
  document.getElementById("stopped").textContent = why;
}

function many(count) {
  return count === 1 ? "1 answer is" : `${count} answers are`;
}

function keep(from = 0) {
  const left = unsent.splice(from);
  if (!left.length) return;
  localStorage.setItem(shelf, JSON.stringify([...shelved(), ...left]));
}

function shelved() {
  return JSON.parse(localStorage.getItem(shelf) ?? "[]");
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
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) {
        if (halted && !refused) halt("");
        return said;
      }
      if (![502, 503, 504].includes(answer.status)) {
        const why = said.error ?? `the server answered ${answer.status}`;
        throw Object.assign(new Error(why), { final: answer.status === 400 });
      }
      halt(`The catalog is busy: ${many(unsent.length)} not saved yet, kept here and sent again.`);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // TypeError: the network
      halt(`No connection to herocat: ${many(unsent.length)} not saved yet, kept here and sent again.`);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

// Answers are in flight one at a time; the server's list of what is next counts once all are saved.
function save(values, action) {
  pending(1);
  unsent.push(values);
  saving = saving.then(async () => {
    if (refused) return;
    try {
      if (values.undo && values.action) values.before = values.action.before; // known by now
      const { action: _, ...sent } = values;
      const said = await send(sent);
      if (action) action.before = said.before;
      unsent.shift();
      pending(-1);
      if (waiting === 0) open.clear();
      Object.assign(state, said);
      const before = queue[0];
      const next = (mode === "pairs" ? said.pairs : said.items).filter((item) => !open.has(keyOf(item)));
      if (waiting === 0 || queue.length === 0) {
        // What comes next changes with every answer; but what is looked at stays, unless the person
        // went back: a key that is on its way is about that.
        const seen = queue[0] && !(values.undo && mode !== "pairs") ? [queue[0]] : [];
        const later = next.filter((item) => !seen.length || keyOf(item) !== keyOf(seen[0]));
        queue = [...seen, ...later];
        if (before && queue[0] && keyOf(before) === keyOf(queue[0])) refresh();
        else show();
      }
    } catch (error) {
      pending(-1);
      if (error.final) {
        unsent.shift();
        halt("");
        say(`Not saved: ${error.message}`, true);
        if (action) given.splice(given.indexOf(action), 1);
        show();
        return;
      }
      refused = true;
      halt(
        `Not saved: ${error.message}. ${many(unsent.length)} kept in this browser; open the address` +
          " that herocat printed when it started last, and they are sent.",
      );
      keep();
      pending(-waiting);
    }
  });
}

function pending(more) {
  waiting += more;
  root.classList.toggle("saving", waiting > 0);
}

function refresh() {
  if (painted && keyOf(painted) === keyOf(queue[0])) painted = queue[0];
  show();
}

function rate(score) {
  if (!skips(score) && !ready()) return;
  const item = queue.shift();
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
  if (!skips(outcome) && !ready()) return;
  const pair = queue.shift();
  const images = pair.map((one) => one.image);
  given.push({ pair: images, shown: pair });
  open.add(keyOf(pair));
  say(outcome === null ? "skipped" : { first: "left", second: "right", tie: "equal" }[outcome]);
  if (outcome !== null) state.compared += 1;
  save({ pair: images, outcome });
  show();
}

function undo() {
  if (halted) {
    say(halted, true);
    return;
  }
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
    show();
  } else {
    painted = null; // until the server says which photo is back, no key is about one
    root.classList.add("loading");
  }
  // What the answer replaced is known once it is saved, so this waits its turn.
  save({ ...values, action, undo: true });
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
    const outcome = { ArrowLeft: "first", ArrowRight: "second", ArrowDown: "tie", " ": null }[key];
    if (outcome === undefined) return false;
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
window.addEventListener("pagehide", () => {
  keep(halted ? 0 : 1); // the first is on its way, and lands
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});

show();
const kept = shelved();
localStorage.removeItem(shelf);
for (const values of kept) save(values);
