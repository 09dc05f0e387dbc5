// Runs once when the conversation loads. Brings the newest question into view when it is asked and when its answer begins;
// while that grows the page stays where the reader has scrolled it.
let last = "";

watch("value", () => {
  // The template is drawn in a microtask of its own, so look after it.
  requestAnimationFrame(() => {
    const turns = element.querySelectorAll(".turn");
    const turn = turns[turns.length - 1];
    const answer = turn && turn.querySelector(":scope > .answer");
    const drawn = turn ? turns.length + turn.querySelector(".question").textContent + answer.matches(".is-pending") : "";
    if (drawn === last) return;
    last = drawn;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (turn) turn.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  });
});
