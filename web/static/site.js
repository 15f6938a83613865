// What pages do beyond links and forms. Everything works without it.
"use strict";

// Formulas: the MathML that came with the page gives way to KaTeX, where KaTeX is there.
function drawFormulas(root) {
  if (typeof katex === "undefined") return;
  for (const place of root.querySelectorAll("[data-tex]:not([data-drawn])")) {
    const before = place.innerHTML;
    try {
      katex.render(place.dataset.tex, place, {
        displayMode: place.classList.contains("display"), throwOnError: true, strict: "ignore", trust: false, maxExpand: 200,
      });
    } catch {
      place.innerHTML = before; // MathML says it as well
    }
    place.dataset.drawn = "";
  }
}

// What scrolls sideways can be reached with the keyboard.
function letScroll() {
  for (const place of document.querySelectorAll(".formula.display, .scrolls, .panel, pre")) {
    if (place.scrollWidth > place.clientWidth) place.tabIndex = 0;
  }
}

// Where the rooms of a course do not fit beside each other, the one that is open is in sight.
function showRoom() {
  const rooms = document.querySelector("nav.main");
  const here = rooms?.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!here) return;
  const around = rooms.getBoundingClientRect();
  rooms.scrollLeft += here.left + here.width / 2 - around.left - around.width / 2;
}

// A theme is changed at once; the server keeps it, so that the next page comes in it.
function keepTheme(event) {
  const form = event.target.closest("form.theme");
  if (!form) return;
  event.preventDefault();
  const choice = event.submitter.value;
  document.documentElement.dataset.theme = choice;
  const body = new FormData(form);
  body.append("theme", choice);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
}

function askFirst(event) {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
}

// A menu closes when one clicks elsewhere or presses Escape.
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.type === "keydown" && event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.type === "click" && !menu.contains(event.target)) {
      menu.open = false;
    }
  }
}

// Whoever's session has ended while a page asks for news is led to sign in, and from there back to the whole page.
function leaveEnded(event) {
  const answer = event.detail.ctx.response.raw;
  if (!answer.redirected || new URL(answer.url).pathname !== "/sign-in") return;
  event.preventDefault();
  location.reload();
}

document.addEventListener("htmx:before:response", leaveEnded);
document.addEventListener("submit", askFirst);
document.addEventListener("submit", keepTheme);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("htmx:after:swap", () => {
  drawFormulas(document);
  letScroll();
});
window.addEventListener("resize", letScroll);
document.fonts?.addEventListener("loadingdone", letScroll); // with its own letters a formula may be wider
for (const kind of ["dragenter", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.matches?.('input[type="file"]')) event.target.classList.toggle("over", kind === "dragenter");
  });
}

// Deferred scripts run in the order of the page, so KaTeX, if any, may come after this one.
document.addEventListener("DOMContentLoaded", () => {
  drawFormulas(document);
  letScroll();
  showRoom();
  document.querySelector("[data-focus]")?.focus();
});
