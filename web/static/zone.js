// A new course begins with the time zone of the browser in which it is made; without this script with that of one's last course.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("form[data-zone] [name=timezone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!field || field.value !== field.defaultValue) return; // brought back by the browser as it was typed
  if ([...field.list.options].some((option) => option.value === zone)) field.value = zone;
});
