// The list of a page's keys: shown and hidden by "?", hidden by Escape or a click elsewhere.
"use strict";

{
  const keys = document.getElementById("keys");

  if (keys) document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "?") keys.open = !keys.open;
    else if (event.key === "Escape" && keys.open) {
      keys.open = false;
      event.stopImmediatePropagation(); // on some pages it leads back
    }
  });
  if (keys) document.addEventListener("click", (event) => {
    if (!keys.contains(event.target)) keys.open = false;
  });
}
