// The README's flow diagram, drawn from the topologies and topics themselves. `--check` fails where the README shows another.
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './bootstrap.mjs';
import { join } from 'node:path';

const begin = '<!-- flow: drawn by deploy/flow.mjs -->';
const end = '<!-- /flow -->';
const readme = join(root, 'README.md');

const { TOPICS } = await import(join(root, 'libs/contracts/dist/index.js'));
const domain = await import(join(root, 'libs/domain/dist/index.js'));
const topologies = Object.entries(domain)
  .filter(([name]) => name.endsWith('Topology'))
  .map(([, topology]) => topology)
  .sort((a, b) => a.name.localeCompare(b.name));

/** Whose topology it is, where a service has several. */
const serviceOf = { feed: 'delivery', envelopes: 'delivery', devices: 'ingest', replies: 'windows', budgets: 'windows', invoicing: 'billing', spend: 'billing', late: 'billing', businesses: 'billing' };

const short = (topic) => topic.replace(/^parley\./, '').replace(/\.v1$/, '');
const node = (topic) => `${short(topic).replaceAll('.', '_')}[(${short(topic)})]`;
const id = (topic) => short(topic).replaceAll('.', '_');

function lines() {
  const found = new Set();
  for (const topic of Object.values(TOPICS)) {
    const writers = [...new Set(Object.values(topic.writers).flat())].filter((writer) => /\/(http|requests)$/.test(writer) || writer === 'integrator');
    for (const writer of writers.sort()) {
      const name = writer.replace('/', '_');
      if (writer.endsWith('/requests')) {
        found.add(`  ${node('parley.requests.v1')} --> lane_${name}{{${writer.split('/')[0]}}}`);
        found.add(`  lane_${name} --> ${node(topic.name)}`);
        continue;
      }
      found.add(writer === 'integrator' ? `  integrator([integrators]) --> ${node(topic.name)}` : `  ${name}[${writer.replace('/http', '')} over HTTP] --> ${node(topic.name)}`);
    }
  }
  for (const { name, source, decisions, derives, commands, tables } of topologies) {
    const lane = `lane_${name}{{${name}}}`;
    const service = serviceOf[name] ?? name;
    found.add(`  ${node(source)} --> ${lane}`);
    if (decisions) found.add(`  ${lane} -- "decides ${commands.join(', ')}" --> ${id(decisions)}`);
    for (const topic of derives) found.add(`  ${lane} --> ${node(topic)}`);
    for (const table of tables) found.add(`  ${lane} -.-> table_${name}_${table.name}[/${service}.${table.name}/]`);
  }
  return [...found];
}

const diagram = [begin, '```mermaid', 'flowchart LR', ...lines(), '```', end].join('\n');
const text = readFileSync(readme, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) {
  console.error(`README.md has no place for the flow diagram: put ${begin} and ${end} where it belongs`);
  process.exit(1);
}
const drawn = text.slice(0, from) + diagram + text.slice(to + end.length);
if (process.argv.includes('--check')) {
  if (drawn !== text) {
    console.error('README.md: the flow diagram is not what the topologies are. Run: node deploy/flow.mjs');
    process.exit(1);
  }
} else writeFileSync(readme, drawn);
