import { describe, expect, it } from '@jest/globals';
import { faults, WireFault } from './fault.js';
import { fillTemplate, parseTemplate, shapesOf, type Template } from './template.js';

const shipping: Template = {
  name: 'shipping', language: 'en_US', version: 1, category: 'utility', status: 'approved',
  body: 'Order {{1}} ships on {{2}}.', parameters: [{ component: 'body', kinds: ['text', 'date_time'] }], hash: 'ab'.repeat(32),
}; // prettier-ignore
const templates: readonly Template[] = [
  shipping,
  { ...shipping, language: 'de', status: 'paused' },
  { ...shipping, language: 'fr', status: 'disabled' },
  { ...shipping, language: 'es', status: 'pending' },
  { ...shipping, language: 'pt', status: 'rejected' },
  { ...shipping, name: 'plain', parameters: [] },
];

const orderAndDay = [{ type: 'text', text: '17' }, { type: 'date_time', date_time: { fallback_value: 'Monday' } }];
const request = (parameters: unknown = orderAndDay, language = 'en_US') => ({
  name: 'shipping',
  language: { code: language, policy: 'deterministic' },
  components: [{ type: 'BODY', parameters }],
});

const fill = (value: unknown) => fillTemplate(parseTemplate(value), templates);

function refused(value: unknown): { readonly code: number; readonly details: string } {
  try {
    fill(value);
  } catch (error) {
    if (error instanceof WireFault) return { code: faults[error.kind].code, details: error.details };
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a template request', () => {
  it('fills the places of an approved template, and shows the platform their kinds alone', () => {
    const filled = fill(request());
    expect(filled.template).toBe(shipping);
    expect(filled.components).toEqual([{ component: 'body', values: [{ kind: 'text', text: '17' }, { kind: 'date_time', text: 'Monday' }] }]);
    expect(shapesOf(filled)).toEqual(shipping.parameters);
    expect(JSON.stringify(shapesOf(filled))).not.toContain('17');
  });

  it('needs no components where the template has no places', () => {
    expect(fill({ name: 'plain', language: { code: 'en_US' } }).components).toEqual([]);
    expect(fill({ name: 'plain', language: { code: 'en_US' }, components: [{ type: 'body' }] }).components).toEqual([]);
  });

  it.each<[string, unknown, number, RegExp]>([
    ['an unknown name', { ...request(), name: 'nope' }, 132001, /does not exist in en_US. Publish/],
    ['an unknown language', request(orderAndDay, 'it'), 132001, /It exists in en_US, de/],
    ['a template not yet approved', request(orderAndDay, 'es'), 132001, /pending/],
    ['a rejected template', request(orderAndDay, 'pt'), 132001, /rejected/],
    ['a paused template', request(orderAndDay, 'de'), 132015, /paused/],
    ['a disabled template', request(orderAndDay, 'fr'), 132016, /disabled/],
    ['too few parameters', request(orderAndDay.slice(1)), 132000, /^body: number of localizable_params \(1\) does not match the expected number of params \(2\)$/],
    ['too many parameters', request([...orderAndDay, ...orderAndDay]), 132000, /\(4\)/],
    ['no parameters', { ...request(), components: undefined }, 132000, /\(0\)/],
    ['parameters for a part without places', { ...request(), components: [...request().components, { type: 'header', parameters: [{ type: 'text', text: 'x' }] }] }, 132000, /^header/],
    ['another kind of parameter', request([...orderAndDay].reverse()), 132012, /parameter 1 must be of type text, not date_time/],
    ['named parameters', request([{ type: 'text', parameter_name: 'order', text: '17' }, orderAndDay[1]]), 132012, /numbered places/],
    ['an unknown kind', request([{ type: 'emoji' }, orderAndDay[1]]), 132012, /must be one of/],
    ['media in its text', request([{ type: 'image', image: { id: '1' } }, orderAndDay[1]]), 132012, /image is a file: those go into a header alone/],
    ['media without a file', request([{ type: 'image' }, orderAndDay[1]]), 131008, /parameters\[0\]\.image is missing/],
    ['an amount in no currency', request([{ type: 'currency', currency: { fallback_value: '5 €', code: 'euro' } }, orderAndDay[1]]), 131009, /currency\.code/],
    ['half an amount', request([{ type: 'currency', currency: { fallback_value: '5 €', amount_1000: 0.5 } }, orderAndDay[1]]), 131009, /amount_1000/],
    ['a button of a kind not carried', { ...request(), components: [{ type: 'button', sub_type: 'flow', index: 0 }] }, 131051, /sub_type must be one of quick_reply/],
    ['the wrong parameter for a button', { ...request(), components: [{ type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'text', text: 'x' }] }] }, 132012, /type payload/],
    ['names with a gap', request([{ ...orderAndDay[0], parameter_name: '1' }, { ...orderAndDay[1], parameter_name: '3' }]), 132012, /numbered places/],
    ['names for some', request([{ ...orderAndDay[0], parameter_name: '1' }, orderAndDay[1]]), 132012, /numbered places/],
    ['a text without words', request([{ type: 'text' }, orderAndDay[1]]), 131008, /parameters\[0\]\.text/],
    ['a currency without its fallback', request([{ type: 'currency', currency: {} }, orderAndDay[1]]), 131008, /fallback_value/],
    ['a text over the limit', request([{ type: 'text', text: 'x'.repeat(1024) }, orderAndDay[1]]), 132005, /at most 1024/],
    ['no name', { ...request(), name: undefined }, 131008, /template.name/],
    ['no language', { ...request(), language: undefined }, 131008, /template.language/],
    ['a language without code', { ...request(), language: {} }, 131008, /language.code/],
    ['an unknown part', { ...request(), components: [{ type: 'footer' }] }, 100, /components\[0\]\.type/],
    ['components that are no list', { ...request(), components: {} }, 100, /must be a list/],
  ])('with %s is refused', (_, value, code, details) => {
    expect(refused(value)).toEqual({ code, details: expect.stringMatching(details) });
  });

  it('takes parameters named by their places in any order', () => {
    const named = orderAndDay.map((one, i) => ({ ...one, parameter_name: String(i + 1) })).reverse();
    expect(fill(request(named)).components).toEqual(fill(request()).components);
  });

  it('takes a picture for its header, a payload, a code and an amount', () => {
    const rich: Template = { ...shipping, name: 'rich', body: 'Pay {{1}}', parameters: [{ component: 'header', kinds: ['image'] }, { component: 'body', kinds: ['currency'] }, { component: 'button', kinds: ['payload'] }, { component: 'button', kinds: ['coupon_code'] }] };
    const components = [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.png' } }] },
      { type: 'body', parameters: [{ type: 'currency', currency: { fallback_value: '€ 100.99', code: 'EUR', amount_1000: 100_990 } }] },
      { type: 'button', sub_type: 'QUICK_REPLY', index: '0', parameters: [{ type: 'payload', payload: 'PAY' }] },
      { type: 'button', sub_type: 'copy_code', index: '1', parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }] },
    ];
    const filled = fillTemplate(parseTemplate({ name: 'rich', language: { code: 'en_US' }, components }), [rich]);
    expect(filled.components.map(({ values }) => values[0])).toEqual([
      { kind: 'image', text: '', medium: { type: 'image', at: { link: 'https://example.com/a.png' }, filename: null, field: 'template.components[0].parameters[0].image' } },
      { kind: 'currency', text: '€ 100.99' }, { kind: 'payload', text: 'PAY' }, { kind: 'coupon_code', text: '25OFF' },
    ]); // prettier-ignore
    expect(shapesOf(filled)).toEqual(rich.parameters);
  });

  it('matches several buttons in the order of their index', () => {
    const buttons: Template = { ...shipping, name: 'buttons', parameters: [{ component: 'button', kinds: ['text'] }, { component: 'button', kinds: ['payload'] }] };
    const components = [
      { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'yes' }] },
      { type: 'button', sub_type: 'url', index: 0, parameters: [{ type: 'text', text: 'track/17' }] },
    ];
    const filled = fillTemplate(parseTemplate({ name: 'buttons', language: { code: 'en_US' }, components }), [buttons]);
    expect(filled.components.map(({ values }) => values[0]?.text)).toEqual(['track/17', 'yes']);
  });
});
