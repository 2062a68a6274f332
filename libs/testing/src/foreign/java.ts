import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Unavailable } from '../servers/server.js';
import { fetchedFolder, runProgram } from './fetched.js';

const folder = fileURLToPath(new URL('../../avro/', import.meta.url));
const version = '1.12.0';

/** Avro's own library for Java. */
export interface JavaAvro {
  /** One answer for each question: see avro/AvroAnswers.java. */
  ask(questions: readonly object[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Java's Avro with Maven's help; fetched once. */
export async function javaAvro(): Promise<JavaAvro | Unavailable> {
  const jars = await fetchedFolder(`avro-${version}`, async (into) => {
    await runProgram('java', ['-version']);
    await runProgram('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${into}`]);
  });
  if (typeof jars !== 'string') return jars;
  return { ask: (questions) => ask(join(jars, '*'), questions) };
}

function ask(classPath: string, questions: readonly object[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const child = spawn('java', ['-XX:TieredStopAtLevel=1', '-cp', classPath, join(folder, 'AvroAnswers.java')], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 });
  child.stdin.on('error', () => undefined); // What it says on its way out tells more.
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  return new Promise((resolve, reject) => {
    let [said, wrong] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => void (said += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => void (wrong += bytes.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`java ended with ${code}: ${wrong.slice(0, 1_000)}`));
      else resolve(said.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>));
    });
  });
}
