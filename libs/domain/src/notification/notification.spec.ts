import { describe, expect, it } from '@jest/globals';
import type { MessageRefused, MessageRequested, NotificationRequested, ParameterShape, TemplateRef } from '@parley/contracts';
import fc from 'fast-check';
import {
  aMessage,
  aTemplate,
  aTemplateMessage,
  catalogOf,
  conversationId,
  dayMs,
  everything,
  friday,
  hourMs,
  logged,
  shipping,
  shippingShapes,
  timerDue,
} from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import { scheduledLimit } from './evolve.js';
import { mismatch } from './parameters.js';
import { notificationsTopology } from './topology.js';

const conversation = () => new Scenario(notificationsTopology, expect);
const monday = friday + 3 * dayMs;

function asked(change: { message?: NotificationRequested['message']; parameters?: readonly ParameterShape[]; sendAt?: number | null } = {}): NotificationRequested {
  const { message = aTemplateMessage(), parameters = shippingShapes, sendAt = null } = change;
  return logged({ type: 'NotificationRequested', message, parameters, sendAt }, friday);
}
const withTemplate = (ref: Partial<TemplateRef>) => asked({ message: aTemplateMessage({ template: { ...shipping, ...ref } }) });
const sendDue = (subject = 'm1', dueAt = monday) => timerDue('notifications', 'send', dueAt, subject);

describe('a template', () => {
  it('is released at once, in the category that its template has', () => {
    const outcome = conversation()
      .when(asked({ message: aTemplateMessage({ category: 'marketing' }) }))
      .then({ type: 'MessageRequested', message: { messageId: 'm1', category: 'utility', template: shipping } });
    expect(outcome.rows).toEqual([
      expect.objectContaining({
        table: 'notification',
        key: { conversation_id: conversationId, message_id: 'm1' },
        row: expect.objectContaining({ status: 'released', template_name: shipping.name, template_version: 1, waits_until: null, reason: null }),
      }),
    ]);
  });

  it.each([
    ['of an unknown name', withTemplate({ name: 'shipping' }), 'There is no template "shipping" in en_US.'],
    ['in an unknown language', withTemplate({ language: 'pt_BR' }), 'There is no template "shipping_confirmation" in pt_BR.'],
    ['of an unknown version', withTemplate({ version: 3 }), 'has no version 3; the newest is 1.'],
    ['of other content', withTemplate({ hash: 'f'.repeat(64) }), 'has other content than the request was made from.'],
    ['without a name', asked({ message: aTemplateMessage({ template: null }) }), 'names none'],
  ])('%s is refused as unknown', (_name, request, detail) => {
    conversation().when(request).then({ type: 'MessageRefused', reason: 'template_unknown', detail: expect.stringContaining(detail) });
  });

  it.each(['pending', 'rejected', 'paused', 'disabled'] as const)('that is %s is refused', (status) => {
    const catalog = catalogOf(...everything, { ...aTemplate, status });
    const detail = `Version 1 of template "shipping_confirmation" in en_US is ${status}.`;
    const { rows } = conversation().when(asked(), { catalog }).then({ type: 'MessageRefused', reason: 'template_not_approved', detail });
    expect(rows).toMatchObject([{ row: { status: 'refused', reason: 'template_not_approved', detail } }]);
  });

  it('may be sent in an older approved version, unless the newest is not approved', () => {
    const newer = { ...aTemplate, version: 2, hash: 'd'.repeat(64) };
    conversation().when(asked(), { catalog: catalogOf(...everything, newer) }).then({ type: 'MessageRequested', message: { template: { version: 1 } } });
    const inReview = catalogOf(...everything, { ...newer, status: 'pending' });
    conversation().when(asked(), { catalog: inReview }).then({ reason: 'template_not_approved', detail: expect.stringContaining('Version 2') });
  });

  it.each<[ParameterShape[], string]>([
    [[], 'The body takes 2 parameters (text, date_time), the request has no parameters.'],
    [[{ component: 'body', kinds: ['text'] }], 'The body takes 2 parameters (text, date_time), the request has 1 parameter (text).'],
    [[{ component: 'body', kinds: ['text', 'currency'] }], 'Parameter 2 of the body is a date_time, the request has a currency.'],
    [[...shippingShapes, { component: 'header', kinds: ['image'] }], 'The header takes no parameters, the request has 1 parameter (image).'],
  ])('with the parameters %j is refused', (parameters, detail) => {
    conversation().when(asked({ parameters })).then({ type: 'MessageRefused', reason: 'parameters_mismatch', detail });
  });

  it('is refused when its envelope is gone', () => {
    conversation().when(asked(), { now: friday + 30 * dayMs }).then({ type: 'MessageRefused', reason: 'expired' });
  });
});

describe('the form of parameters', () => {
  const kinds = fc.array(fc.constantFrom('text', 'currency', 'image'), { maxLength: 3 });
  const shapes = fc.uniqueArray(fc.record({ component: fc.constantFrom('header', 'body', 'button:0', 'button:1'), kinds }), { selector: ({ component }) => component });

  it('agrees with itself in any order of its components, and with nothing else', () => {
    const counted = (list: readonly ParameterShape[]): string => JSON.stringify(list.filter(({ kinds }) => kinds.length > 0).map((shape) => [shape.component, shape.kinds]).sort());
    fc.assert(fc.property(shapes, (list) => mismatch(list.toReversed(), list) === null));
    fc.assert(fc.property(shapes, shapes, (one, other) => (mismatch(one, other) === null) === (counted(one) === counted(other))));
  });
});

describe('a message for later', () => {
  it('waits, has a timer, and is released when it is due', () => {
    const one = conversation();
    const { rows } = one.when(asked({ sendAt: monday })).then({ type: 'NotificationScheduled', dueAt: monday });
    expect(rows).toMatchObject([{ row: { status: 'scheduled', waits_until: monday } }]);
    expect(one.timers()).toEqual([{ name: 'send', subject: 'm1', dueAt: monday }]);
    one.when(sendDue()).then({ type: 'MessageRequested', message: { messageId: 'm1', template: shipping } });
    expect(one.timers()).toEqual([]);
    one.when(sendDue()).thenSkipped('message m1 does not wait');
  });

  it('is looked up again when it is due', () => {
    const one = conversation();
    one.when(asked({ sendAt: monday }));
    const paused = catalogOf(...everything, { ...aTemplate, status: 'paused' });
    one.when(sendDue(), { catalog: paused }).then({ type: 'MessageRefused', reason: 'template_not_approved' });
    expect(one.timers()).toEqual([]);
  });

  it('may be free text, which no template binds', () => {
    const one = conversation();
    one.when(asked({ message: aMessage(), parameters: [], sendAt: monday })).then({ type: 'NotificationScheduled' });
    const { rows } = one.when(sendDue()).then({ type: 'MessageRequested', message: { kind: 'free_form' } });
    expect(rows).toMatchObject([{ row: { status: 'released', kind: 'free_form' } }]);
  });

  it('is sent at once when its time has come already, with or without a template', () => {
    conversation().when(asked({ sendAt: friday }), { now: friday }).then({ type: 'MessageRequested' });
    const one = conversation();
    one.when(asked({ message: aMessage(), parameters: [] })).then({ type: 'MessageRequested' });
    expect(one.state).toEqual({ scheduled: [], decided: ['m1'] });
  });

  it('is refused at once when its template cannot be used, or when its envelope will be gone', () => {
    conversation().when(asked({ sendAt: monday, parameters: [] })).then({ reason: 'parameters_mismatch' });
    conversation().when(asked({ sendAt: friday + 30 * dayMs })).then({ type: 'MessageRefused', reason: 'expired' });
    conversation().when(asked({ sendAt: friday + 30 * dayMs - 1 })).then({ type: 'NotificationScheduled' });
  });

  it('keeps its first time and content when it is asked for again', () => {
    const one = conversation();
    one.when(asked({ sendAt: monday }));
    one.when(asked({ sendAt: monday + hourMs, parameters: [] })).thenSkipped('decided before');
    expect(one.timers()).toHaveLength(1);
    one.when(sendDue('m1', monday + hourMs)).thenSkipped('waits for another time');
    one.when(sendDue()).then({ type: 'MessageRequested' });
    one.when(asked({ sendAt: monday })).thenSkipped('decided before');
    expect(one.state.scheduled).toEqual([]);
  });

  it('has no timer before it is accepted', () => {
    expect(conversation().given(asked({ sendAt: monday })).timers()).toEqual([]);
  });

  it('has room for so many in a conversation', () => {
    const one = conversation();
    for (let index = 0; index < scheduledLimit; index += 1) {
      one.when(asked({ message: aTemplateMessage({ messageId: `m${index}` }), sendAt: monday })).then({ type: 'NotificationScheduled' });
    }
    one.when(asked({ message: aTemplateMessage({ messageId: 'one-too-many' }), sendAt: monday })).then({ type: 'MessageRefused', reason: 'schedule_full' });
    expect(one.timers()).toHaveLength(scheduledLimit);
    expect(one.state.scheduled).toHaveLength(scheduledLimit);
  });

  it('knows no timer but its own', () => {
    conversation().when(timerDue('notifications', 'tea-time', friday)).thenSkipped('no timer tea-time');
    expect(notificationsTopology.accepts?.(timerDue('windows', 'window-closed', friday))).toBe(false);
  });
});

describe('what others decide', () => {
  it('shows on the row of a notification, and nothing of plain messages does', () => {
    const refusedByWindows = (message = aTemplateMessage()): MessageRefused => logged({ type: 'MessageRefused', message, reason: 'no_consent', detail: 'No.' }, friday);
    const plain: MessageRequested = logged({ type: 'MessageRequested', message: aMessage({ messageId: 'plain' }) }, friday);
    const one = conversation();
    one.when(asked());
    expect(one.fold(refusedByWindows())).toMatchObject([{ row: { status: 'refused', reason: 'no_consent' } }]);
    expect(one.fold(plain)).toEqual([]);
    expect(one.fold(refusedByWindows(plain.message))).toEqual([]);
    expect(one.state).toEqual({ scheduled: [], decided: ['m1'] });
  });
});
