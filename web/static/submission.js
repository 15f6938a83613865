// The page of a submission: what changes while one waits is said aloud, and the report takes the focus when it comes.
"use strict";

function announce() {
  const place = document.getElementById("submission");
  const said = document.getElementById("announcement");
  if (!place) return location.reload(); // somebody else's answer: the session has ended
  if (!said) return;
  if (place.dataset.said && said.textContent !== place.dataset.said) said.textContent = place.dataset.said;
  const arrived = !place.hasAttribute("hx-get");
  if (place.dataset.title) document.title = `${place.dataset.title} · Chainrule`;
  if (!arrived) return;
  const heading = place.querySelector("h1");
  const idle = !document.activeElement || document.activeElement === document.body || !document.activeElement.isConnected;
  if (heading && (idle || document.activeElement.id === "main")) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

document.addEventListener("htmx:after:swap", announce);
