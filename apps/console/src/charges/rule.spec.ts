import { describe, expect, it } from '@jest/globals';
import { explainRule } from './rule.js';

describe('a rule', () => {
  it.each([
    ['S0/late-free-form', 'A late reply: sent after the free window had closed.'],
    ['P5/template', 'A template message: charged at the rate of the customer’s country.'],
    ['P9/moonlight', 'The policy says what this rule means.'],
  ])('%s says: %s', (rule, sentence) => expect(explainRule(rule)).toBe(sentence));
});
