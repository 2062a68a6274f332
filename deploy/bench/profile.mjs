// What a profile of V8 says a process spends its own time on.

/**
 * The functions with the most time of their own, in per cent of the time that was not idle. @param between only what was sampled between
 * these instants, µs of process.hrtime (one clock for all processes); by itself all.
 */
export function topOf({ nodes, samples, timeDeltas, startTime }, count, between = [0, Infinity]) {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, `${functionName || '(anonymous)'}  ${url.replace(/^.*\/(node_modules|libs|apps|deploy)\//, '')}:${lineNumber + 1}`]));
  const own = new Map();
  let total = 0;
  let at = startTime;
  samples.forEach((id, index) => {
    const name = names.get(id);
    at += timeDeltas[index];
    if (name.startsWith('(idle)') || at < between[0] || at > between[1]) return;
    total += timeDeltas[index];
    own.set(name, (own.get(name) ?? 0) + timeDeltas[index]);
  });
  return [...own].sort((a, b) => b[1] - a[1]).slice(0, count).map(([where, time]) => ({ where, percent: (time / total) * 100 }));
}
