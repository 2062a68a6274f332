// The workspace's own checks: the lint rules bite, the projects agree with their manifests, the counting counts, the documents are what they say, the cluster's files fit.
import { clusterChecks } from './checks/cluster.mjs';
import { countChecks } from './checks/counts.mjs';
import { documentChecks } from './checks/documents.mjs';
import { lintChecks } from './checks/lint.mjs';
import { workspaceChecks } from './checks/workspace.mjs';

const groups = { 'lint rules': lintChecks, workspace: workspaceChecks, counting: countChecks, documents: documentChecks, cluster: clusterChecks };

let passed = 0;
let failed = 0;
for (const [group, checks] of Object.entries(groups)) {
  const startedAt = Date.now();
  const before = { passed, failed };
  for (const { name, run } of checks) {
    try {
      await run();
      passed += 1;
    } catch (error) {
      failed += 1;
      console.log(`✗ ${group}: ${name}\n  ${String(error.message).replaceAll('\n', '\n  ')}`);
    }
  }
  console.log(`${group}: ${passed - before.passed} of ${checks.length} hold (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 ? 1 : 0;
