/* A pot made ready for counting. */

/**
 * `projects`: numbers with cost (BigInt, cents) and whether withdrawn. `ballots`: choices with how often each was
 * cast. Projects of the answer have `votes`; `taking` are those that are not withdrawn and have the least support.
 * The choices of the answer hold projects instead of numbers, without those that were withdrawn.
 */
export function makePot({ budget, projects, ballots, minSupport }) {
  const known = new Map(projects.map((project) => [project.number, { ...project, votes: 0 }]));
  const choices = ballots.map(({ choice, times }) => {
    const named = choice.map((number) => known.get(number));
    for (const project of named) project.votes += times;
    return { named: named.filter((project) => !project.withdrawn), times };
  });
  const standing = [...known.values()].filter((project) => !project.withdrawn);
  return {
    budget,
    choices,
    standing,
    taking: standing.filter((project) => project.votes >= minSupport),
    ballots: choices.reduce((total, choice) => total + choice.times, 0),
  };
}

/** The distinct ballots with only these projects on them, and how often each was cast. */
export function grouped(pot, projects) {
  const kept = new Set(projects);
  const groups = new Map();
  for (const { named, times } of pot.choices) {
    const left = named.filter((project) => kept.has(project));
    const key = left.map((project) => project.number).join(" ");
    const group = groups.get(key);
    if (group) group.times += times;
    else groups.set(key, { named: left, times });
  }
  return [...groups.values()];
}
