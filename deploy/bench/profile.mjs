// What a profile of V8 says a process spends its own time on.

/** The functions with the most time of their own, in per cent of the time that was not idle. */
export function topOf({ nodes, samples, timeDeltas }, count) {
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, `${functionName || '(anonymous)'}  ${url.replace(/^.*\/(node_modules|libs|deploy)\//, '')}:${lineNumber + 1}`]));
  const own = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id);
    if (name.startsWith('(idle)')) return;
    total += timeDeltas[index];
    own.set(name, (own.get(name) ?? 0) + timeDeltas[index]);
  });
  return [...own].sort((a, b) => b[1] - a[1]).slice(0, count).map(([where, time]) => ({ where, percent: (time / total) * 100 }));
}
