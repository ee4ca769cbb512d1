/* Approval ballot: keeps the running total in step with the ticked plans. It warns over the budget, never forbids. */

/** Whole cents to "€ 12.500" or, with cents, "€ 12.500,50". */
export function euro(cents) {
  const digits = cents % 100 === 0 ? 0 : 2;
  return new Intl.NumberFormat("nl-NL", {
    style: "currency", currency: "EUR", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(cents / 100);
}

/** The sentence of the running total; budget in cents, or null when the ballot has no ceiling. */
export function totalText(cents, count, budget) {
  if (budget !== null) return `${euro(cents)} gekozen van ${euro(budget)}`;
  return `${euro(cents)} gekozen, ${count} ${count === 1 ? "plan" : "plannen"}`;
}

function upgrade(ballot) {
  const boxes = [...ballot.querySelectorAll("input[data-cost]")];
  const total = ballot.querySelector("[data-running-total]");
  const over = ballot.querySelector("[data-over-budget]");
  const meter = ballot.querySelector("[data-meter]");
  const budget = ballot.dataset.budget ? Number(ballot.dataset.budget) : null;

  function update() {
    const chosen = boxes.filter((box) => box.checked);
    const cents = chosen.reduce((sum, box) => sum + Number(box.dataset.cost), 0);
    const text = totalText(cents, chosen.length, budget);
    // Only a change is announced; the same text again would only interrupt.
    if (total.textContent.trim() !== text) total.textContent = text;
    if (over) over.hidden = budget === null || cents <= budget;
    meter?.setAttribute("width", Math.min(1000, Math.floor((cents * 1000) / Math.max(budget, 1))));
    meter?.classList.toggle("wb-bar__part--over", cents > budget);
  }

  ballot.addEventListener("change", update);
  // The browser may restore ticks after "back".
  window.addEventListener("pageshow", update);
  update();
}

document.querySelectorAll("[data-approval-ballot]").forEach(upgrade);
