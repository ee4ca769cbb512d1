/*
 * Ranking ballot: makes the server's move buttons work in place, and adds dragging.
 * Without this file each button posts the form and the server makes the move.
 */
import "./vendor/sortablejs/Sortable.min.js";

function upgrade(ballot) {
  const ranked = ballot.querySelector("[data-ranked]");
  const unranked = ballot.querySelector("[data-unranked]");
  const status = ballot.querySelector("[data-ranking-status]");
  const buttons = ballot.querySelector("[data-move-buttons]").content;

  /** A move button for this plan, from the server's own markup. */
  function button(item, kind) {
    const made = buttons.querySelector(`[data-move="${kind}"]`).cloneNode(true);
    made.value = `${item.dataset.project}:${kind}`;
    made.querySelector("[data-move-title]").textContent = item.dataset.title;
    return made;
  }

  /** Make the buttons of an item fit its place; buttons that may stay are kept, so the focus stays too. */
  function fitButtons(item, kinds) {
    const moves = item.querySelector("[data-moves]");
    const present = new Map([...moves.querySelectorAll("[data-move]")].map((b) => [b.dataset.move, b]));
    present.forEach((b, kind) => kinds.includes(kind) || b.remove());
    kinds.forEach((kind, index) => {
      if (present.has(kind)) return;
      const next = kinds.slice(index + 1).map((k) => present.get(k)).find(Boolean);
      moves.insertBefore(button(item, kind), next ?? null);
    });
  }

  function fitRankingField(item, inRanking) {
    const field = item.querySelector('input[name="ranking"]');
    if (!inRanking) field?.remove();
    else if (!field) {
      const made = document.createElement("input");
      made.type = "hidden";
      made.name = "ranking";
      made.value = item.dataset.project;
      item.querySelector(".wb-rank__body").prepend(made);
    }
  }

  function refresh() {
    const items = [...ranked.children];
    items.forEach((item, index) => {
      const kinds = ["up", "down", "out"];
      fitButtons(item, kinds.filter((k) => !(k === "up" && index === 0) && !(k === "down" && index === items.length - 1)));
      fitRankingField(item, true);
    });
    [...unranked.children].forEach((item) => {
      fitButtons(item, ["in"]);
      fitRankingField(item, false);
    });
    ballot.querySelector("[data-ranked-empty]").hidden = items.length > 0;
    ballot.querySelector("[data-unranked-heading]").hidden = unranked.children.length === 0;
  }

  function announce(item) {
    const place = [...ranked.children].indexOf(item) + 1;
    status.textContent = place
      ? `${item.dataset.title} staat op plaats ${place} van ${ranked.children.length}.`
      : `${item.dataset.title} staat niet meer in uw volgorde.`;
  }

  function move(item, kind) {
    if (kind === "up") item.previousElementSibling?.before(item);
    else if (kind === "down") item.nextElementSibling?.after(item);
    else if (kind === "out") unranked.append(item);
    else ranked.append(item);
    refresh();
    const again = item.querySelector(`[data-move="${kind}"]`) ?? item.querySelector("[data-move]");
    again.focus();
    announce(item);
  }

  function addHandle(item) {
    const handle = document.createElement("span");
    handle.className = "wb-rank__handle";
    handle.dataset.handle = "";
    handle.setAttribute("aria-hidden", "true");
    handle.title = "Sleep om te verplaatsen";
    handle.textContent = "⠿";
    item.append(handle);
  }

  ballot.addEventListener("click", (event) => {
    const pressed = event.target.closest('button[name="move"]');
    if (!pressed) return;
    event.preventDefault();
    move(pressed.closest("[data-project]"), pressed.dataset.move);
  });

  ballot.querySelectorAll("[data-project]").forEach(addHandle);
  refresh();
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  [ranked, unranked].forEach((list) => window.Sortable.create(list, {
    group: "ranking",
    handle: "[data-handle]",
    animation: calm ? 0 : 150,
    ghostClass: "wb-rank__item--ghost",
    onEnd: ({ item }) => { refresh(); announce(item); },
  }));
}

document.querySelectorAll("[data-ranking-ballot]").forEach(upgrade);
