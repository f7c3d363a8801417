// Filters apply when they change; without this script they have a button. Keys go through the values of a list or
// a date one by one: there it is Enter, or leaving the field, that applies them. The page that comes has the focus
// where this one had it.
"use strict";

{
  const form = document.getElementById("filters");
  const more = form.querySelector("details");
  const remembered = "herocat-field";
  let keyed = false; // whether the last thing here was a key,
  let stepping = false; // and one that goes through values, rather than into an open list
  let waiting = false; // changed and not applied yet

  function opensList({ target, key, altKey }) {
    return target.tagName === "SELECT" && (altKey || [" ", "Enter", "F4"].includes(key));
  }

  function apply(next) {
    waiting = false;
    if (keyed && next?.form === form && next.name) {
      sessionStorage.setItem(remembered, JSON.stringify([next.name, next.type === "checkbox" && next.value]));
    }
    form.requestSubmit();
  }

  function focusAgain() {
    const [name, value] = JSON.parse(sessionStorage.getItem(remembered) ?? "[]");
    sessionStorage.removeItem(remembered);
    const field = [...form.elements].find((one) => one.name === name && (!value || one.value === value));
    if (!field) return;
    if (more.contains(field)) more.open = true;
    field.focus();
  }

  form.classList.add("live");
  if (window.matchMedia("(min-width: 62rem)").matches) more.open = true;
  focusAgain();

  form.addEventListener("pointerdown", () => {
    keyed = stepping = false;
  });
  form.addEventListener("keydown", (event) => {
    keyed = true;
    stepping = !opensList(event);
    if (event.key !== "Enter" || !(waiting || event.target.tagName === "INPUT")) return;
    event.preventDefault();
    apply(event.target);
  });
  form.addEventListener("change", ({ target }) => {
    waiting = stepping && target.type !== "checkbox";
    if (!waiting) apply(target);
  });
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (waiting) apply(relatedTarget);
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}
