
"use strict";
// Decisions stand in the page's form, are kept by the browser where it allows, and leave as one JSON file.
const key = "symderiv-review-" + document.body.dataset.key;
const answers = [...document.querySelectorAll(".answer")];
const kept = (() => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } })();
const decisions = {};

// What was undone stays undone when the page is loaded again.
const undone = () => Object.fromEntries(Object.entries(kept).filter(([, made]) => made === null));

function remember() {
  try { localStorage.setItem(key, JSON.stringify({ ...undone(), ...decisions })); } catch { /* a page from a disk may have no storage */ }
}

function show(article) {
  const made = decisions[article.dataset.answer];
  article.classList.toggle("done", Boolean(made));
  for (const button of article.querySelectorAll("[data-decide]"))
    button.classList.toggle("chosen", Boolean(made) && button.dataset.decide === made.status);
  article.querySelector("output").textContent = made ? made.status + ", " + made.points + " of " + article.dataset.of : "";
  const open = answers.filter(a => !decisions[a.dataset.answer]).length;
  document.getElementById("count").textContent = open + " of " + answers.length + " answers are open.";
  article.hidden = document.getElementById("open-only").checked && Boolean(made) && article !== document.activeElement;
}

function decide(article, status) {
  const points = article.querySelector("[name=points]"), most = Number(article.dataset.of);
  if (!status) {
    delete decisions[article.dataset.answer];
    points.value = "";
    kept[article.dataset.answer] = null;
  } else {
    const made = decisions[article.dataset.answer];
    if (status === "correct") points.value = String(most);
    else if (status === "incorrect") points.value = "0";
    else if (points.value === "" || (made && made.status !== status)) points.value = String(most / 2);
    keep(article, status);
  }
  remember();
  show(article);
}

function keep(article, status) {
  const points = article.querySelector("[name=points]"), most = Number(article.dataset.of);
  const given = Math.min(Math.max(Number(points.value) || 0, 0), most);
  points.value = String(given);
  decisions[article.dataset.answer] = {
    part: article.dataset.part, status, points: String(given), note: article.querySelector("[name=note]").value,
  };
}

for (const article of answers) {
  const before = kept[article.dataset.answer];
  if (before) {
    article.querySelector("[name=points]").value = before.points;
    article.querySelector("[name=note]").value = before.note || "";
    decisions[article.dataset.answer] = before;
  } else if (article.dataset.status && before !== null) {
    keep(article, article.dataset.status);
  }
  article.addEventListener("click", event => {
    if (event.target instanceof HTMLButtonElement) decide(article, event.target.dataset.decide);
  });
  article.addEventListener("change", event => {
    const made = decisions[article.dataset.answer];
    if (event.target.name === "points") keep(article, statusOf(article));
    else if (made) made.note = event.target.value;
    remember();
    show(article);
  });
  article.querySelector("form").addEventListener("submit", event => event.preventDefault());
}

function statusOf(article) {
  const points = Number(article.querySelector("[name=points]").value), most = Number(article.dataset.of);
  return points >= most ? "correct" : points > 0 ? "partial" : "incorrect";
}

function move(step) {
  const seen = answers.filter(a => !a.hidden), here = seen.indexOf(document.activeElement?.closest?.(".answer"));
  const next = seen[Math.min(Math.max(here + step, 0), seen.length - 1)];
  if (next) { next.focus(); next.scrollIntoView({ block: "start" }); }
}

document.addEventListener("keydown", event => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const article = document.activeElement?.closest?.(".answer");
  const status = { c: "correct", p: "partial", x: "incorrect", u: "" }[event.key];
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (article && status !== undefined) decide(article, status);
});

document.getElementById("open-only").addEventListener("change", () => answers.forEach(show));
document.getElementById("download").addEventListener("click", () => {
  const taken = answers.filter(a => a.dataset.status && !decisions[a.dataset.answer]);  // decided before, and undone here
  const back = Object.fromEntries(taken.map(a => [a.dataset.answer, { part: a.dataset.part, status: "", points: "0", note: "" }]));
  const text = JSON.stringify({ decisions: { ...decisions, ...back } }, null, 1) + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "decisions.json";
  link.click();
});
answers.forEach(show);
