/* The page on which a visitor checks a published archive. All work is done by a worker in this same browser. */

const $ = (name) => document.querySelector(`[data-verify="${name}"]`);

let chosen = null;

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let number = 0;

worker.addEventListener("message", ({ data }) => {
  if (data.step) {
    say($("progress"), `Bezig: ${data.step.toLowerCase()}.`);
    return;
  }
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.failed) reject(new Error(data.failed));
  else resolve(data.answer);
});
worker.addEventListener("error", () => {
  for (const { reject } of waiting.values()) reject(new Error("worker"));
  waiting.clear();
});

function ask(question) {
  number += 1;
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    worker.postMessage({ id: number, ...question });
  });
}

function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

const euro = (cents) =>
  new Intl.NumberFormat("nl-NL", {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
  }).format(cents / 100);

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

const STATES = {
  counted: ["ok", "Nageteld in uw browser: de uitslag klopt."],
  withheld: ["warning", "Niet nageteld: er zijn zo weinig biljetten dat ze niet openbaar zijn. Dit zegt de uitslag zelf."],
  "not-counted": ["warning", "Deze regel telt deze pagina niet na."],
};

function plans(pot) {
  const items = [
    ...pot.funded.map((one) => `${one.title}: ${euro(one.cents)}`),
    ...pot.offered.map((one) => `${one.title}: ${euro(one.cents)} aangeboden voor een kleinere versie`),
  ];
  if (!items.length) return element("p", "utrecht-paragraph", "Geen plan krijgt geld.");
  return element("ol", "utrecht-ordered-list", ...items.map((text) => element("li", "wb-text", text)));
}

function potSection(pot) {
  const [tone, text] = STATES[pot.state];
  const blank = pot.blank === null ? "" : `, waarvan ${pot.blank} leeg`;
  const reason = pot.reason ? ` (${pot.reason})` : "";
  return element(
    "section",
    `wb-verify__pot wb-verify__pot--${tone}`,
    element("h3", "utrecht-heading-3 wb-text", pot.name),
    element("p", "utrecht-paragraph", text + reason),
    element(
      "p",
      "utrecht-paragraph",
      `${pot.ballots} stembiljetten${blank}. Telregel: ${pot.rule}. ${euro(pot.spent)} van ${euro(pot.budget)}.`,
    ),
    plans(pot),
  );
}

function verdict(outcome) {
  if (outcome.fault) return ["error", outcome.fault];
  if (!outcome.complete) return ["warning", "Niet alles is nageteld. Wat deze pagina kon nagaan, klopt."];
  return ["ok", "Alles klopt."];
}

function show(outcome) {
  const [tone, text] = verdict(outcome);
  const box = $("verdict");
  box.className = `utrecht-alert utrecht-alert--${tone}`;
  box.hidden = false;
  say($("progress"), "");
  say($("verdict-text"), text);
  const good = !outcome.fault;
  $("details").hidden = !good;
  $("more").hidden = !good;
  $("fault-help").hidden = good;
  if (!good) return;
  say($("round"), `${outcome.round}: ${outcome.receipts} ontvangstbewijzen op het bord.`);
  say($("signed"), outcome.signer);
  $("pots").replaceChildren(...outcome.pots.map(potSection));
}

function failed() {
  say($("progress"), "");
  $("verdict").className = "utrecht-alert utrecht-alert--error";
  $("verdict").hidden = false;
  say($("verdict-text"), "Het bestand is niet te lezen. Kies het opnieuw, of gebruik het programma verify.py.");
}

function forget() {
  for (const name of ["verdict", "details", "more", "fault-help"]) $(name).hidden = true;
  for (const name of ["verdict-text", "found", "grown"]) say($(name), "");
  $("receipt").value = "";
  $("older").value = "";
}

async function check(file) {
  chosen = file;
  forget();
  const typed = $("signer").value.trim().toLowerCase();
  if (typed && !/^[0-9a-f]{64}$/.test(typed)) {
    say($("progress"), "De sleutel van de gemeente heeft 64 tekens: cijfers en de letters a tot en met f.");
    $("signer").focus();
    return;
  }
  say($("progress"), "Bezig: het bestand lezen.");
  let outcome = null;
  try {
    outcome = await ask({ kind: "check", file, signer: typed || null });
  } catch {
    // Told below.
  }
  if (file !== chosen) return;
  if (outcome) show(outcome);
  else failed();
}

const FOUND = {
  unreadable: () => "Dit is geen ontvangstbewijs. Vul 20 of 64 tekens in, of de vijf woorden.",
  missing: () => "Dit ontvangstbewijs staat niet op het bord. Kijk of u het goed overnam, en of dit uw ronde is.",
  "in-force": (batch) => `Dit stembiljet telt mee. Het ontvangstbewijs staat op het bord, in reeks ${batch}.`,
  superseded: (batch) =>
    `Dit ontvangstbewijs staat op het bord, in reeks ${batch}, maar het biljet telt niet mee: daarna is opnieuw gestemd.`,
};

async function find(event) {
  event.preventDefault();
  const { state, batch } = await ask({ kind: "receipt", typed: $("receipt").value });
  say($("found"), FOUND[state](batch));
}

async function compare() {
  const [file] = $("older").files;
  if (!file) return;
  let changed;
  try {
    ({ changed } = await ask({ kind: "older", file }));
  } catch {
    say($("grown"), "Het bestand is niet te lezen. Kies het opnieuw.");
    return;
  }
  say(
    $("grown"),
    changed === null
      ? "Het oude bord staat helemaal in dit archief. Er is niets veranderd of weggehaald."
      : `FOUT verify-diff: regel ${changed} van het oude bord staat niet op dezelfde plaats in dit archief.`,
  );
}

function start() {
  const drop = $("drop");
  const archive = $("archive");
  // A browser says nothing when the same name is picked again, though the file may be another by now.
  for (const input of [archive, $("older")]) input.addEventListener("click", () => (input.value = ""));
  archive.addEventListener("change", () => archive.files.length && check(archive.files[0]));
  $("again").addEventListener("click", () => chosen && check(chosen));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("wb-verify__drop--over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("wb-verify__drop--over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    archive.files = event.dataTransfer.files;
    check(archive.files[0]);
  });
  $("find").addEventListener("submit", find);
  $("older").addEventListener("change", compare);
  $("tool").hidden = false;
}

start();
