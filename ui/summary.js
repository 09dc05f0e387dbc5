// Runs once when the summary loads: brings it into view when an article's summary is drawn.
let shown = "";

watch("value", () => {
  requestAnimationFrame(() => {
    const heading = element.querySelector(".summary h3");
    if (!heading || heading.textContent === shown) return;
    shown = heading.textContent;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  });
});
