// The page of an exercise: files by drag and drop, an editor, a draft that is kept. Without this it is a plain form.
"use strict";

const LARGEST = 2_000_000;
const SUFFIXES = [".py", ".ipynb", ".zip"];
const INDENT = "    ";

// Sending: a second click does nothing. The server would take it for the same submission anyway.
function sendOnce(form) {
  const button = form.querySelector("button:not([type=button])");
  const label = button.textContent;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
  });
  window.addEventListener("pageshow", () => { // the browser's Back brings the page as it was left
    delete form.dataset.sent;
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  });
}

// Files ---------------------------------------------------------------------------------------------

function uploads(form) {
  const input = form.querySelector("input[type=file]");
  const said = form.querySelector(".chosen");
  const why = () => {
    const files = [...input.files];
    if (files.some((file) => !SUFFIXES.some((suffix) => file.name.toLowerCase().endsWith(suffix)))) return form.dataset.files;
    return files.reduce((sum, file) => sum + file.size, 0) > LARGEST ? form.dataset.large : "";
  };
  const show = () => {
    const names = [...input.files].map((file) => file.name).join(", ");
    said.textContent = why() || names;
    said.classList.toggle("mistake", Boolean(why()));
    input.toggleAttribute("aria-invalid", Boolean(why()));
  };
  input.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (!why()) return;
    event.preventDefault();
    show();
    input.focus();
  });
  dropAnywhere(input, show);
}

// A file that misses the field would replace the page, and with it what was written there.
function dropAnywhere(input, show) {
  let depth = 0;
  const over = (step) => {
    depth = step === 0 ? 0 : Math.max(depth + step, 0);
    document.body.classList.toggle("dropping", depth > 0);
  };
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragenter", (event) => carries(event) && over(1));
  document.addEventListener("dragleave", (event) => carries(event) && over(-1));
  document.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over(0);
    input.files = event.dataTransfer.files;
    show();
    input.scrollIntoView({ block: "nearest" });
    input.focus();
  });
}

// Editor --------------------------------------------------------------------------------------------

// Typed text, so that the browser's own undo knows it.
function type(area, text) {
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

function startOfLine(area, at) {
  return area.value.lastIndexOf("\n", at - 1) + 1;
}

function indent(area, backwards) {
  const [from, to] = [startOfLine(area, area.selectionStart), area.selectionEnd];
  if (!backwards && area.selectionStart === area.selectionEnd) return type(area, INDENT.slice((area.selectionStart - from) % 4));
  const lines = area.value.slice(from, to).split("\n");
  const changed = lines.map((line) => backwards ? line.replace(/^( {1,4}|\t)/, "") : line && INDENT + line).join("\n");
  if (changed === lines.join("\n")) return;
  area.setSelectionRange(from, to);
  type(area, changed);
  area.setSelectionRange(lines.length > 1 ? from : from + changed.length, from + changed.length);
}

function newLine(area) {
  const before = area.value.slice(startOfLine(area, area.selectionStart), area.selectionStart);
  const deeper = /:\s*(#.*)?$/.test(before) ? INDENT : "";
  type(area, "\n" + before.match(/^[ \t]*/)[0] + deeper);
}

// Tab indents, except right after Escape: nobody is caught in here.
function keys(area) {
  let leaving = false;
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Chinese is being typed
    if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      indent(area, event.shiftKey);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      newLine(area);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      area.form.requestSubmit();
    }
    leaving = event.key === "Escape" || (leaving && event.key === "Shift");
  });
  area.addEventListener("blur", () => { leaving = false; });
}

// Numbers beside the lines, for the eye only.
function numbers(area) {
  const gutter = document.createElement("pre");
  gutter.className = "numbers";
  gutter.setAttribute("aria-hidden", "true");
  area.parentElement.prepend(gutter);
  const draw = () => {
    const count = area.value.split("\n").length;
    area.rows = Math.min(Math.max(count + 3, 14), 30);
    gutter.textContent = Array.from({ length: count }, (_, number) => number + 1).join("\n") + "\n\n\n";
    gutter.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", draw);
  area.addEventListener("scroll", () => { gutter.scrollTop = area.scrollTop; });
  draw();
}

// What one writes stays in this browser, whatever becomes of the session.
function draft(form, area) {
  const name = `draft:${form.dataset.draft}`;
  const starter = form.querySelector("#starter").value;
  const said = form.querySelector(".kept");
  const [restart, bring] = [form.querySelector("[data-restart]"), form.querySelector("[data-bring]")];
  const kept = read(name);
  const put = (text) => {
    area.focus();
    area.select();
    type(area, text);
    area.setSelectionRange(0, 0);
  };
  const look = () => { restart.hidden = area.value === starter; };
  if (kept?.trim() && kept !== area.value) {
    if (form.dataset.origin === "starter") {
      area.value = kept;
      said.textContent = said.dataset.back;
    } else {
      bring.hidden = false;
    }
  }
  let pending;
  area.addEventListener("input", () => {
    look();
    clearTimeout(pending);
    pending = setTimeout(() => { if (write(name, area.value)) said.textContent = said.dataset.kept; }, 400);
  });
  window.addEventListener("pagehide", () => { if (pending) write(name, area.value); });
  restart.addEventListener("click", () => put(starter));
  bring.addEventListener("click", () => { put(kept); bring.hidden = true; });
  look();
}

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser may keep nothing
  }
}

function write(name, text) {
  try {
    localStorage.setItem(name, text);
    return true;
  } catch {
    return false;
  }
}

for (const form of document.querySelectorAll("form[data-files]")) uploads(form);
for (const form of document.querySelectorAll("form[data-draft]")) {
  const area = form.querySelector("#code");
  draft(form, area);
  keys(area);
  numbers(area);
}
for (const form of document.querySelectorAll("form[data-once]")) sendOnce(form);
