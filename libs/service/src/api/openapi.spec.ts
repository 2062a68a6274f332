import { describe, expect, it } from '@jest/globals';
import { All, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Scopes } from '../access/api-key.guard.js';
import { id } from '../http/id-shape.js';
import { base64, Findings, flag, instant, integer, list, nullable, object, oneOf, optional, text } from '../http/shape.js';
import type { JsonSchema, Shape } from '../http/shape.js';
import { answered, Describe, Undescribed } from './describe.js';
import { openApiOf } from './openapi.js';
import { routesOf } from './routes.js';

const shape = object({ name: text({ max: 4 }), note: optional(text({ max: 9 })) });
const title = { title: 'Toys', about: 'for this spec' };
const nothing = answered('Done.', null);

@Controller('toys/v1')
@Scopes('operator')
class ToysController {
  @Post(':toyId')
  @Describe({ summary: 'Make a toy.', body: shape, writes: true, problems: ['already-exists'], answer: answered('Made.', shape) })
  make(): void {}

  @Get()
  @Scopes('charges:read', 'windows:read')
  @Describe({ summary: 'List toys.', query: shape, answer: nothing })
  list(): void {}

  @Delete(['one', 'two'])
  @HttpCode(204)
  @Describe({ summary: 'Remove a toy.', answer: nothing })
  remove(): void {}

  get busy(): boolean {
    throw new Error('nobody asks');
  }
}

@Controller('bare')
class BareController {
  @Get('here')
  here(): void {}
}

@Controller('rest')
class RestController {
  @All('{*path}')
  @Undescribed('answers what is not there')
  rest(): void {}
}

type Operation = { readonly parameters?: readonly { name: string; in: string; required: boolean }[]; readonly responses: object; readonly security: object; readonly requestBody?: object };
const pathsOf = (document: JsonSchema) => document['paths'] as Record<string, Record<string, Operation>>;

describe('the routes of controllers', () => {
  const paths = pathsOf(openApiOf(title, routesOf([ToysController, RestController])));

  it('are told with path, method and status', () => {
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/toys/v1', ['get']],
      ['/toys/v1/one', ['delete']],
      ['/toys/v1/two', ['delete']],
      ['/toys/v1/{toyId}', ['post']],
    ]);
    expect(Object.keys(paths['/toys/v1/one']!['delete']!.responses)[0]).toBe('204');
  });

  it('are told with their parameters, the query’s and the Idempotency-Key', () => {
    expect(paths['/toys/v1/{toyId}']!['post']!.parameters).toMatchObject([{ name: 'toyId', in: 'path', required: true }, { name: 'Idempotency-Key', in: 'header', required: true }]);
    expect(paths['/toys/v1']!['get']!.parameters).toMatchObject([{ name: 'name', in: 'query', required: true }, { name: 'note', in: 'query', required: false, schema: { type: 'string' } }]);
  });

  it('are told with who may call them: the method’s word before the controller’s', () => {
    expect(paths['/toys/v1/{toyId}']!['post']!.security).toEqual([{ apiKey: ['operator'] }]);
    expect(paths['/toys/v1']!['get']!.security).toEqual([{ apiKey: ['charges:read', 'windows:read'] }]);
  });

  it('are told with every way they refuse', () => {
    expect(Object.keys(paths['/toys/v1/{toyId}']!['post']!.responses)).toEqual(['201', '400', '401', '403', '409', '413', '415', '422', '500', '503']);
  });

  it('need a description each', () => {
    expect(() => openApiOf(title, routesOf([ToysController, BareController]))).toThrow('no @Describe: GET /bare/here (BareController.here)');
  });
});

describe('a shape and its JSON Schema', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const cases: readonly (readonly [string, Shape<unknown>, readonly unknown[]])[] = [
    ['text', text({ min: 2, max: 3, pattern: /^a/ }), ['ab', 'abcd', 'a', 'ba', 7, null]],
    ['a word of a list', oneOf(['a', 'b']), ['a', 'c', null, 1]],
    ['a whole number', integer({ min: 1, max: 3 }), [1, 3, 0, 4, 1.5, '1', null]],
    ['a flag', flag(), [true, false, 'true', null]],
    ['an instant', instant(), ['2026-11-23T18:00:00Z', '2026-11-23T18:00:00+01:00', '2026-11-23', 'now', 7]],
    ['bytes', base64({ min: 0, max: 3 }), ['AQID', 'AQIDAQID', 7, null]],
    ['an id', id('Business'), ['acme', 'a b', '', null]],
    ['a list', list(flag(), { min: 1, max: 2 }), [[true], [], [true, true, true], [1], {}]],
    ['what may be null', nullable(oneOf(['a'])), ['a', null, 'b']],
    ['a number that may be null', nullable(integer({ min: 0, max: 1 })), [1, null, 2]],
    ['an object', object({ a: flag(), b: optional(flag()), c: nullable(flag()) }), [{ a: true, c: null }, { a: true, b: null, c: true }, { a: true, b: 1, c: null }, { b: true, c: null }, { a: true, c: null, d: 1 }, [], null]],
  ];

  it.each(cases)('%s: they take and refuse the same', (_, one, values) => {
    const takes = values.map((value) => {
      const findings = new Findings();
      return one(value, '', findings) !== undefined && findings.errors.length === 0;
    });
    expect(values.map((value) => ajv.validate(one.schema, value))).toEqual(takes);
    expect(new Set(takes).size).toBe(2);
  });
});
