// Runs once when the list of articles loads: pages and ticked rows go to the server as events.
let picked = [];

function pick(ids) {
  picked = ids;
  trigger("pick", { ids });
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-page]");
  if (button) trigger("turn_page", { page: Number(button.dataset.page) });
  const summarise = event.target.closest("button.summarise");
  if (summarise) {
    // The summary is drawn above the list, which may be scrolled far down.
    document.getElementById("summary").scrollIntoView({ block: "nearest" });
    trigger("summarise", { article: summarise.dataset.article });
  }
});

element.addEventListener("change", (event) => {
  if (!event.target.matches("input[name=pick]")) return;
  pick([...element.querySelectorAll("input[name=pick]:checked")].map((box) => box.value));
});

// Rows are redrawn in place, and a tick would stay behind on whatever article takes the row.
watch("value", () => {
  for (const box of element.querySelectorAll("input[name=pick]")) box.checked = false;
  if (picked.length) pick([]);
});
