// A cell of the gradebook opens over the table; without this script, as a page of its own.
"use strict";

const opened = document.getElementById("opened");

async function openCell(event) {
  const link = event.target.closest(".gradebook tbody td > a");
  const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || !opened || elsewhere) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.text(), link);
  } catch {
    location.href = link.href; // which says what is wrong
  }
}

function show(fragment, link) {
  opened.querySelector(".inside").innerHTML = fragment;
  if (typeof drawFormulas === "function") drawFormulas(opened);
  opened.addEventListener("close", () => link.focus(), { once: true });
  opened.showModal();
  opened.querySelector("h2")?.focus();
}

document.addEventListener("click", openCell);
opened?.addEventListener("click", (event) => {
  if (event.target === opened) opened.close(); // beside it
});
