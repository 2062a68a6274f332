import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartError } from '@parley/service';
import { sandboxDraft } from '../sandbox/sandbox-file.js';
import { DataFolder } from './data-folder.js';

let home: string;
let folder: DataFolder;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'parley-folder-'));
  folder = new DataFolder(join(home, 'data'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const secretsOf = () => join(folder.path, 'secrets.json');

function refusal(open: () => unknown): string {
  try {
    open();
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as Error).message;
  }
}

describe('a data folder', () => {
  it('gets its secrets at the first start and keeps them', () => {
    const first = folder.open();
    const again = new DataFolder(folder.path).open();
    expect(again).toEqual(first);
    expect(first.serviceKey).toHaveLength(32);
    expect(new DataFolder(join(home, 'other')).open()).not.toEqual(first);
  });

  it('shows its secrets to its owner alone', () => {
    folder.open();
    sandboxDraft(folder, { sandboxCode: null });
    expect([secretsOf(), folder.sandbox].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(folder.path).mode & 0o077).toBe(0);
  });

  it('of a newer version is refused, with what to do', () => {
    folder.open();
    writeFileSync(secretsOf(), JSON.stringify({ ...(JSON.parse(readFileSync(secretsOf(), 'utf8')) as object), format: 2 }));
    expect(refusal(() => folder.open())).toMatch(/newer version of Parley.*Run that version, or choose another folder/);
  });

  it('that is damaged is refused, with what to do', () => {
    folder.open();
    for (const text of ['{"format":1', '{}', '{"format":1,"serviceKey":"00","operatorKey":"x"}']) {
      writeFileSync(secretsOf(), text);
      expect(refusal(() => folder.open())).toMatch(/damaged.*Restore it from a backup, or move the whole folder away/);
    }
  });

  it('that lost its secrets is refused: fresh ones would fit nothing in it', () => {
    folder.open();
    mkdirSync(folder.database);
    rmSync(secretsOf());
    expect(refusal(() => folder.open())).toMatch(/secrets\.json is missing.*Restore it/);
  });

  it('is not made of somebody else’s folder', () => {
    writeFileSync(join(home, 'thesis.txt'), 'precious');
    expect(refusal(() => new DataFolder(home).open())).toMatch(/not a folder of Parley's \(it holds thesis\.txt\)\. Choose another one/);
  });
});

describe('the sandbox’s file', () => {
  it('is drafted once, and its code may be set', () => {
    folder.open();
    const draft = sandboxDraft(folder, { sandboxCode: null });
    expect(draft).toMatchObject({ made: false, code: expect.stringMatching(/^\d{6}$/) });
    expect(sandboxDraft(folder, { sandboxCode: null })).toEqual(draft);
    expect(sandboxDraft(folder, { sandboxCode: '123456' })).toEqual({ ...draft, code: '123456' });
    expect(sandboxDraft(folder, { sandboxCode: null }).code).toBe('123456');
  });

  it('that is damaged or newer is refused, with what to do', () => {
    folder.open();
    writeFileSync(folder.sandbox, '{"format":1,"made":true}');
    expect(refusal(() => sandboxDraft(folder, { sandboxCode: null }))).toMatch(/damaged.*Restore it/);
    writeFileSync(folder.sandbox, '{"format":2}');
    expect(refusal(() => sandboxDraft(folder, { sandboxCode: null }))).toMatch(/newer version/);
  });
});
