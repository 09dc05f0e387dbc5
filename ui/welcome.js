// Runs once when the welcome loads: `element` is its node, `trigger` sends an event to the server.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button.example");
  if (button) trigger("example", { question: button.textContent });
});
