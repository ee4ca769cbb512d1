/*
 * Checks a published archive: everything of section 10 of docs/protocol.md, in its order. Written from that text and
 * the reglementen alone, apart from the program that made the archive. Runs in a browser, a worker and node.
 */

import { firstChangedLine, readBoard, shapeFault, statedRules } from "./board.js";
import { fromHex, fromUtf8, splitLines, toUtf8 } from "./bytes.js";
import { canonical, NotCanonical, readCanonical } from "./canonical.js";
import { count, NotCounted, TieWithoutLot } from "./count/index.js";
import { isSigned } from "./ed25519.js";
import { Fault, must } from "./fault.js";
import { BALLOT, RESULT, SEAL, signed, WITHHELD } from "./forms.js";
import { receiptDigits } from "./receipt.js";
import { sha256Hex } from "./sha256.js";
import { BadZip, readZip } from "./zip.js";

const STATED = [
  "README.txt",
  "rules.txt",
  "board.jsonl",
  "seal.json",
  "ballots.txt",
  "superseded.txt",
  "verify.py",
  "protocol.md",
];
const NAMES = [...STATED, "result.json"];
const LARGEST = 1_000_000_000;

async function unpack(bytes) {
  try {
    return await readZip(bytes, NAMES, LARGEST);
  } catch (error) {
    if (error instanceof BadZip) throw new Fault("archive", error.message);
    throw error;
  }
}

function readSigned(bytes, form, code, name) {
  try {
    must(bytes.at(-1) === 10, code, `${name} eindigt niet met een regeleinde`);
    const file = readCanonical(bytes.subarray(0, -1));
    const fault = shapeFault(signed(form), file);
    must(fault === null, code, `${name}: ${fault}`);
    return file;
  } catch (error) {
    if (error instanceof NotCanonical) throw new Fault(code, `${name}: ${error.message}`);
    throw error;
  }
}

function mustBeSigned(file, code, name) {
  const message = toUtf8(canonical(file.statement));
  const good = isSigned(fromHex(file.signer), message, fromHex(file.signature));
  must(good, code, `de handtekening van ${name} klopt niet`);
}

function checkFiles(files, result) {
  const stated = Object.keys(result.files);
  const other = [...STATED.filter((name) => !stated.includes(name)), ...stated.filter((name) => !STATED.includes(name))];
  must(!other.length, "file", `de uitslag noemt andere bestanden: het gaat om ${other.join(", ")}`);
  for (const name of STATED) {
    must(sha256Hex(files.get(name)) === result.files[name], "file", `${name} is niet het bestand dat de uitslag noemt`);
  }
}

const samePots = (pots, opening) =>
  pots.length === opening.pots.length && pots.every((pot, i) => pot.pot === opening.pots[i].pot);

function checkSeal(seal, board) {
  const { opening } = board;
  const equal = [
    ["round", opening.round, "de ronde"],
    ["rules_sha256", opening.rules_sha256, "de spelregels"],
    ["head", board.head, "de kop van het bord"],
    ["batches", board.batches.length, "het aantal reeksen"],
    ["leaves", board.leaves.size, "het aantal ontvangstbewijzen"],
  ];
  for (const [key, value, what] of equal) {
    must(seal[key] === value, "seal-board", `${what} in het zegel is anders dan op het bord`);
  }
  must(samePots(seal.pots, opening), "seal-board", "de wijken in het zegel zijn andere dan op het bord");
  const voted = seal.pots.reduce((sum, pot) => sum + BigInt(pot.voted), 0n);
  must(voted === BigInt(seal.ballots), "seal-board", `de wijken hebben samen ${voted} stemmers, het zegel zegt ${seal.ballots}`);
  for (const pot of seal.pots) {
    const right = pot.voted <= pot.entitled && pot.entitled <= pot.roll;
    must(right, "seal-board", `wijk ${pot.pot}: er stemden meer mensen dan er mochten stemmen`);
  }
}

const BALLOT_LINE = /^[0-9a-f]{64} $/;

function readBallot(line, number, board) {
  const where = `ballots.txt, regel ${number}`;
  let head = "";
  let ballot;
  try {
    head = fromUtf8(line.subarray(0, 65));
    must(BALLOT_LINE.test(head), "ballot-form", `${where}: het begin is geen ontvangstbewijs`);
    ballot = readCanonical(line.subarray(65));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("ballot-form", `${where}: ${error instanceof NotCanonical ? error.message : "dit is geen UTF-8"}`);
  }
  const withheld = ballot?.type === "wijkbudget-withheld";
  const fault = shapeFault(withheld ? WITHHELD : BALLOT, ballot);
  must(fault === null, "ballot-form", `${where}: ${fault}`);
  must(withheld || ballot.round === board.opening.round, "ballot-form", `${where}: dit biljet is van een andere ronde`);
  const known = board.opening.pots.some((pot) => pot.pot === ballot.pot);
  must(known, "ballot-form", `${where}: de wijk staat niet op het bord`);
  return { receipt: head.trim(), text: line.subarray(65), pot: ballot.pot, choice: withheld ? null : ballot.choice };
}

function checkChoice({ choice, pot, receipt }, lists, ballotType) {
  const { projects, budget } = lists.get(pot);
  const where = () => `biljet ${receipt.slice(0, 20)}`;
  const unknown = choice.find((number) => !projects.has(number));
  must(unknown === undefined, "ballot-choice", () => `${where()}: plan ${unknown} staat niet op de stemlijst`);
  must(new Set(choice).size === choice.length, "ballot-choice", () => `${where()}: een plan staat er twee keer op`);
  if (ballotType === "ranking") return;
  const ordered = choice.every((number, i) => i === 0 || choice[i - 1] < number);
  must(ordered, "ballot-choice", () => `${where()}: de plannen staan niet op volgorde`);
  if (ballotType === "approval") return;
  const cost = choice.reduce((sum, number) => sum + projects.get(number).cost, 0n);
  must(cost <= budget, "ballot-choice", () => `${where()}: de plannen kosten samen meer dan het budget`);
}

function checkBallots(bytes, board, result, seal, lists) {
  const { lines, complete } = splitLines(bytes);
  must(complete, "ballot-form", "ballots.txt eindigt niet met een regeleinde");
  const ballots = lines.map((line, i) => readBallot(line, i + 1, board));
  ballots.forEach(({ receipt }, i) => {
    const later = i === 0 || receipt > ballots[i - 1].receipt;
    must(later, "ballot-order", `ballots.txt, regel ${i + 1}: het ontvangstbewijs staat niet op volgorde`);
  });
  const hidden = new Set(result.pots.filter((pot) => pot.withheld).map((pot) => pot.pot));
  for (const { receipt, text, pot, choice } of ballots) {
    const where = () => `biljet ${receipt.slice(0, 20)}`;
    const right = choice === null || sha256Hex(text) === receipt;
    must(right, "ballot-receipt", () => `${where()}: het ontvangstbewijs hoort bij een andere tekst`);
    const marked = hidden.has(pot);
    must((choice === null) === marked, "ballot-receipt", () =>
      marked
        ? `${where()}: dit biljet had achtergehouden moeten zijn`
        : `${where()}: dit biljet is achtergehouden, maar de uitslag zegt dat niet`,
    );
  }
  for (const ballot of ballots) if (ballot.choice) checkChoice(ballot, lists, board.opening.ballot_type);
  for (const { receipt } of ballots) {
    must(board.leaves.has(receipt), "ballot-board", () => `biljet ${receipt.slice(0, 20)} staat niet op het bord`);
  }
  checkCounts(ballots, result, seal);
  return ballots;
}

function checkCounts(ballots, result, seal) {
  const found = new Map(seal.pots.map((pot) => [pot.pot, { all: 0, blank: 0 }]));
  for (const { pot, choice } of ballots) {
    const tally = found.get(pot);
    tally.all++;
    if (choice?.length === 0) tally.blank++;
  }
  const stated = new Map(result.pots.map((pot) => [pot.pot, pot]));
  for (const { pot, voted } of seal.pots) {
    const { all, blank } = found.get(pot);
    const own = stated.get(pot);
    must(all === voted, "ballot-count", `wijk ${pot}: er zijn ${all} biljetten en ${voted} stemmers`);
    must(!own || own.ballots === all, "ballot-count", () => `wijk ${pot}: er zijn ${all} biljetten, de uitslag zegt ${own.ballots}`);
    must(!own || own.withheld || own.blank === blank, "ballot-count", () =>
      `wijk ${pot}: er zijn ${blank} lege biljetten, de uitslag zegt ${own.blank}`,
    );
  }
}

function checkSuperseded(bytes, board, ballots) {
  const inForce = new Set(ballots.map((ballot) => ballot.receipt));
  const expected = [...board.leaves.keys()].filter((leaf) => !inForce.has(leaf)).sort();
  const { lines, complete } = splitLines(bytes);
  must(complete, "superseded", "superseded.txt eindigt niet met een regeleinde");
  const right = (line, i) => {
    const leaf = expected[i];
    return leaf !== undefined && line.length === 64 && leaf === String.fromCharCode(...line);
  };
  const wrong = lines.findIndex((line, i) => !right(line, i));
  must(wrong === -1, "superseded", `superseded.txt, regel ${wrong + 1}: dit bewijs hoort hier niet`);
  const missing = expected.length - lines.length;
  const words = missing === 1 ? "ontbreekt 1 bewijs" : `ontbreken ${missing} bewijzen`;
  must(missing === 0, "superseded", `superseded.txt: er ${words}`);
}

function checkResultPots(result, opening, lists) {
  must(samePots(result.pots, opening), "result-pots", "de wijken in de uitslag zijn andere dan op het bord");
  for (const pot of result.pots) {
    const { projects, budget } = lists.get(pot.pot);
    const where = `wijk ${pot.pot}`;
    must(BigInt(pot.budget_cents) === budget, "result-pots", `${where}: het budget is anders dan op het bord`);
    for (const { number, cost_cents: cost } of pot.funded) {
      const right = projects.get(number)?.cost === BigInt(cost);
      must(right, "result-pots", `${where}: plan ${number} staat niet voor dit bedrag op de stemlijst`);
    }
    const named = [...pot.offered.map((offer) => offer.number), ...pot.withdrawn, ...pot.lots.flat()];
    const unknown = named.find((number) => !projects.has(number));
    must(unknown === undefined, "result-pots", `${where}: plan ${unknown} staat niet op de stemlijst`);
    for (const numbers of [[...pot.funded, ...pot.offered].map((one) => one.number), pot.withdrawn, ...pot.lots]) {
      const twice = numbers.find((number, i) => numbers.indexOf(number) !== i);
      must(twice === undefined, "result-pots", `${where}: plan ${twice} staat twee keer in een lijst`);
    }
    const given = [...pot.funded.map((one) => one.cost_cents), ...pot.offered.map((one) => one.cents)];
    const spent = given.reduce((sum, cents) => sum + BigInt(cents), 0n);
    must(spent === BigInt(pot.spent_cents), "result-pots", `${where}: het uitgegeven bedrag is niet de som`);
    must(spent <= budget, "result-pots", `${where}: er is meer uitgegeven dan het budget`);
  }
}

function distinct(ballots, pot) {
  const found = new Map();
  for (const ballot of ballots) {
    if (ballot.pot !== pot) continue;
    const key = ballot.choice.join(" ");
    const known = found.get(key);
    if (known) known.times++;
    else found.set(key, { choice: ballot.choice, times: 1 });
  }
  return [...found.values()];
}

const numbersOf = (list) => list.map((one) => one.number).join(", ") || "niets";
const offersOf = (list) => list.map(({ number, cents }) => `${number} (${cents} cent)`).join(", ") || "niets";

function countPot(stated, ballots, list, ranked) {
  const withdrawn = new Set(stated.withdrawn);
  const projects = [...list.projects].map(([number, { cost }]) => ({ number, cost, withdrawn: withdrawn.has(number) }));
  const told = stated.funded.map((one) => one.number);
  const where = `wijk ${stated.pot}`;
  let own;
  try {
    own = count(
      { budget: list.budget, projects, ballots: distinct(ballots, stated.pot), ranked },
      {
        rule: stated.rule,
        version: stated.rule_version,
        completion: stated.completion,
        satisfaction: stated.satisfaction,
        minSupport: stated.min_support,
        lots: stated.lots,
        told,
      },
    );
  } catch (error) {
    if (error instanceof TieWithoutLot) throw new Fault("result-count", `${where}: ${error.message}`);
    if (error instanceof NotCounted) return { state: "not-counted", reason: error.message };
    throw error;
  }
  must(numbersOf(stated.funded) === (own.funded.join(", ") || "niets"), "result-count", () =>
    `${where}: wij tellen ${own.funded.join(", ") || "niets"}; de uitslag zegt ${numbersOf(stated.funded)}`,
  );
  must(offersOf(stated.offered) === offersOf(own.offered), "result-count", () =>
    `${where}: als rest tellen wij ${offersOf(own.offered)}; de uitslag zegt ${offersOf(stated.offered)}`,
  );
  must(own.unused === undefined, "result-count", () => `${where}: bij de loting van ${own.unused.join(", ")} hoort geen gelijke stand`);
  return { state: "counted", reason: null };
}

function shown(stated, opening, outcome) {
  const titles = new Map(opening.projects.map((project) => [project.number, project.title]));
  const titled = (number, cents) => ({ number, title: titles.get(number), cents });
  return {
    ...outcome,
    name: opening.name,
    pot: opening.pot,
    rule: stated.rule,
    ballots: stated.ballots,
    blank: stated.withheld ? null : stated.blank,
    budget: stated.budget_cents,
    spent: stated.spent_cents,
    funded: stated.funded.map((one) => titled(one.number, one.cost_cents)),
    offered: stated.offered.map((one) => titled(one.number, one.cents)),
  };
}

/**
 * Check an archive (bytes). `signer`: the public key (64 hex digits) that is expected, or null. `told`: is called with
 * what is looked at now, in Dutch.
 *
 * Gives `fault` (a `Fault`, or null), `complete` (every pot was counted, or its ballots are withheld), and, without a
 * fault, `pots` with their results, `signer`, `round`, `receipts` (Map of receipt to its batch and whether it is in
 * force) and `board` (bytes).
 */
export async function checkArchive(bytes, { signer = null, told = () => {} } = {}) {
  try {
    return { fault: null, ...(await checked(bytes, signer, told)) };
  } catch (error) {
    if (error instanceof Fault) return { fault: error, complete: false };
    throw error;
  }
}

async function checked(bytes, signer, told) {
  told("De ZIP uitpakken");
  const files = await unpack(bytes);
  told("De handtekening van de uitslag");
  const resultFile = readSigned(files.get("result.json"), RESULT, "result-form", "result.json");
  const result = resultFile.statement;
  mustBeSigned(resultFile, "result-signature", "result.json");
  const expected = signer === null || signer === resultFile.signer;
  must(expected, "result-signature", `de uitslag is getekend met een andere sleutel: ${resultFile.signer}`);
  told("De bestanden en de spelregels");
  checkFiles(files, result);
  const rules = statedRules(files.get("board.jsonl"));
  must(rules === null || rules === sha256Hex(files.get("rules.txt")), "rules", "rules.txt is niet de tekst die het bord noemt");
  told("Het bord");
  const board = readBoard(files.get("board.jsonl"));
  told("Het zegel");
  const sealFile = readSigned(files.get("seal.json"), SEAL, "seal-form", "seal.json");
  const seal = sealFile.statement;
  mustBeSigned(sealFile, "seal-signature", "seal.json");
  must(sealFile.signer === resultFile.signer, "seal-signature", "zegel en uitslag zijn met verschillende sleutels getekend");
  checkSeal(seal, board);
  must(result.round === board.opening.round, "seal-result", "de uitslag is van een andere ronde dan het bord");
  must(result.seal_sha256 === sha256Hex(files.get("seal.json")), "seal-result", "de uitslag noemt een ander zegel");
  told("De stembiljetten");
  const lists = new Map(
    board.opening.pots.map((pot) => [
      pot.pot,
      {
        budget: BigInt(pot.budget_cents),
        projects: new Map(pot.projects.map((one) => [one.number, { cost: BigInt(one.cost_cents) }])),
      },
    ]),
  );
  const ballots = checkBallots(files.get("ballots.txt"), board, result, seal, lists);
  checkSuperseded(files.get("superseded.txt"), board, ballots);
  checkResultPots(result, board.opening, lists);
  const pots = result.pots.map((stated, i) => {
    const opening = board.opening.pots[i];
    told(`De telling van ${opening.name}`);
    const outcome = stated.withheld
      ? { state: "withheld", reason: null }
      : countPot(stated, ballots, lists.get(stated.pot), board.opening.ballot_type === "ranking");
    return shown(stated, opening, outcome);
  });
  const receipts = new Map([...board.leaves].map(([leaf, batch]) => [leaf, { batch, inForce: false }]));
  for (const { receipt } of ballots) receipts.get(receipt).inForce = true;
  return {
    complete: pots.every((pot) => pot.state !== "not-counted"),
    pots,
    signer: resultFile.signer,
    round: board.opening.round_name,
    receipts,
    board: files.get("board.jsonl"),
  };
}

/**
 * Look a typed receipt up in a checked archive. Gives { state: "unreadable" | "missing" | "in-force" | "superseded" },
 * with `batch` when it is on the board.
 */
export function findReceipt(receipts, typed) {
  const digits = receiptDigits(typed);
  if (digits === null) return { state: "unreadable" };
  for (const [receipt, { batch, inForce }] of receipts) {
    if (receipt.startsWith(digits)) return { state: inForce ? "in-force" : "superseded", batch };
  }
  return { state: "missing" };
}

/** The first line (from 1) of an older board that the board of a checked archive does not have there; null if none. */
export const changedSince = (older, board) => firstChangedLine(older, board);
