import { describe, expect, it } from '@jest/globals';
import { placesFault } from './places.js';

const body = (count: number) => [{ component: 'body', kinds: Array.from({ length: count }, () => 'text') }];

describe('the places of a template', () => {
  it.each([
    ['no places', 'Thank you.', []],
    ['two places', '{{1}} arrives {{2}}', body(2)],
    ['one place twice', '{{1}} and {{ 1 }}', body(1)],
    ['places in any order', '{{2}} {{1}}', body(2)],
  ])('fit: %s', (_, text, parameters) => {
    expect(placesFault(text, parameters)).toBeNull();
  });

  it.each([
    ['a gap', '{{1}} {{3}}', body(2), 'body'],
    ['a count from zero', '{{0}}', body(1), 'body'],
    ['more places than kinds', '{{1}} {{2}}', body(1), 'parameters'],
    ['kinds without places', 'Thank you.', body(1), 'parameters'],
    ['kinds of another component', '{{1}}', [{ component: 'header', kinds: ['text'] }], 'parameters'],
  ])('do not fit: %s', (_, text, parameters, path) => {
    expect(placesFault(text, parameters)?.path).toBe(path);
  });
});
