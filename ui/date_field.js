// Runs once when a date field loads. The browser's own date box knows the reader's way of writing dates.
const box = element.querySelector("input");

function tell() {
  // A date that was begun and not finished must not pass for no date at all.
  const value = box.validity.badInput ? "unfinished" : box.value;
  if (value === props.value) return;
  props.value = value;
  trigger("change");
}

box.addEventListener("change", tell);
box.addEventListener("blur", tell); // a date that is not finished changes nothing, says the browser
