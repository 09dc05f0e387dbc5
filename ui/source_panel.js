// Runs once when the source panel loads: `server.read_source(reference)` returns the cited article as safe HTML.
// A citation is a plain link to a fragment that says all about it (#cite/ARTICLE/START/END/MARKER), so keyboard,
// history, a new tab and a reload work as for any link. One listener for the page; it survives every re-rendering.
const REFERENCE = /^#cite\/[0-9a-f]{16}\/\d{1,9}\/\d{1,9}(\/\d{1,4})?$/;
const panel = document.getElementById("source-panel");
const empty = props.value;
const current = document.head.appendChild(document.createElement("style"));
let opener = null;
let asked = 0;

function drawn() {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

// Links are drawn anew with every answer, so the open one is marked by a rule instead of a class.
function markCurrent(reference) {
  current.textContent = reference
    ? `a.cite[href="${reference}"] { background: var(--accent-soft); box-shadow: 0 0 0 2px var(--accent); }`
    : "";
}

async function show(html) {
  props.value = html;
  await drawn();
  const cited = element.querySelector("mark") || element.querySelector(".cited");
  panel.scrollTop = 0;
  if (cited) {
    const top = cited.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    panel.scrollTop = Math.max(0, top - panel.clientHeight / 3);
  }
}

async function open(reference, focus) {
  const turn = ++asked;
  markCurrent(reference);
  document.body.classList.add("source-open");
  panel.setAttribute("aria-busy", "true");
  let html;
  try {
    html = await server.read_source(reference);
  } catch (error) {
    html = null;
  }
  if (turn !== asked) return; // another citation was chosen meanwhile
  if (typeof html !== "string") {
    html =
      '<div class="source-notice is-error" role="alert"><h2 id="source-title" tabindex="-1">The article could not be ' +
      "opened</h2><p>The page got no reply. See whether Whosaid is still running, then choose the citation again.</p></div>";
  }
  await show(html);
  panel.removeAttribute("aria-busy");
  const heading = element.querySelector("#source-title");
  if (focus && heading) heading.focus({ preventScroll: true });
}

function close() {
  asked += 1;
  markCurrent("");
  document.body.classList.remove("source-open");
  panel.removeAttribute("aria-busy");
  props.value = empty;
  panel.scrollTop = 0;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

async function summarise(button) {
  const place = element.querySelector(".source-summary");
  const turn = asked;
  button.disabled = true;
  place.innerHTML = "<p>Reading the article …</p>";
  let html;
  try {
    html = await server.read_summary(button.dataset.article);
  } catch (error) {
    html = '<p class="source-notice is-error" role="alert">The page got no reply. See whether Whosaid is still running.</p>';
  }
  if (turn === asked && place.isConnected) place.innerHTML = html; // escaped on the server, as the article is
  button.disabled = false;
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button.summarise");
  if (button) summarise(button);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("button.source-close")) return close();
  const link = event.target.closest("a.cite");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const reference = link.getAttribute("href");
  if (!REFERENCE.test(reference)) return;
  event.preventDefault();
  opener = link;
  if (location.hash !== reference) history.pushState(null, "", location.pathname + location.search + reference);
  open(reference, true);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("source-open")) close();
});

window.addEventListener("popstate", () => {
  if (REFERENCE.test(location.hash)) open(location.hash, false);
  else if (document.body.classList.contains("source-open")) close();
});

if (REFERENCE.test(location.hash)) open(location.hash, false);
