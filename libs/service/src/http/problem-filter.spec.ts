import { describe, expect, it } from '@jest/globals';
import { HttpException, NotFoundException } from '@nestjs/common';
import { problemOf } from './problem-filter.js';
import { Problem } from './problem.js';

const fromParser = (type: string, status: number, more: object = {}) => Object.assign(new Error('with "private" words'), { type, status, ...more });

describe('an error', () => {
  it.each([
    ['a problem of ours', new Problem('busy', 'later'), 503, 'busy'],
    ['an unknown path', new NotFoundException('Cannot GET /x'), 404, 'not-found'],
    ['a body that is too large', fromParser('entity.too.large', 413, { limit: 1024 }), 413, 'payload-too-large'],
    ['a body that is no JSON', fromParser('entity.parse.failed', 400), 400, 'malformed-json'],
    ['a charset nobody reads', fromParser('charset.unsupported', 415), 415, 'unsupported-media-type'],
    ['any other refusal', new HttpException('tea', 418), 400, 'bad-request'],
    ['a fault', new Error('duplicate key "491713920007"'), 500, 'internal'],
    ['a thrown text', 'oops', 500, 'internal'],
    ['a thrown nothing', undefined, 500, 'internal'],
  ])('%s is told as a problem', (_, error, status, kind) => {
    const problem = problemOf(error);
    expect([problem.status, problem.body('/x').type]).toEqual([status, `urn:parley:problem:${kind}`]);
  });

  it('that was not foreseen is told without a word of it', () => {
    for (const error of [new Error('private'), fromParser('entity.parse.failed', 400)]) expect(JSON.stringify(problemOf(error).body('/x'))).not.toContain('private');
  });
});
