import { describe, expect, it } from '@jest/globals';
import { faultOf } from './fault.js';

describe('a fault', () => {
  it.each([400, 401, 403, 404, 413, 429, 500, 502, 503])('of status %s says what to do', (status) => {
    expect(faultOf(status, { title: 't', detail: 'd' })).toEqual({ status, title: 't', detail: 'd', fix: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('of the gateway is told in its words', () => {
    const error = { message: '(#131047) Re-engagement message', type: 'OAuthException', code: 131047, error_data: { details: 'The window is closed.' } };
    expect(faultOf(400, { error })).toMatchObject({ status: 400, title: '(#131047) Re-engagement message', detail: 'The window is closed.' });
  });

  it('of a body that is none of ours is described by its status', () => {
    for (const body of [null, 'text', 7, [], { title: 5 }, { errors: [null, { path: 'x' }] }]) expect(faultOf(502, body)).toMatchObject({ title: 'The platform answered with status 502', detail: 'It gave no reason.' });
  });
});
