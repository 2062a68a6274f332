import { describe, expect, it } from '@jest/globals';
import { isStop, stopWords } from './stop.js';

describe('a stop word', () => {
  it.each(['STOP', 'stop', ' Stop \n', 'Stop.', 'STOP!', 'STOPP', 'Unsubscribe', 'BAJA', 'ARRET', 'Arrêt', 'Arre\u0302t', 'opt  out'])('is %j', (body) => {
    expect(isStop(body)).toBe(true);
  });

  it.each(["please don't stop", "Please don't STOP", 'stop it', 'nonstop', 'the bus stop', 'STOP?', 'stop stop', '', '.', 'bajada', 'cancelar'])('is not %j', (body) => {
    expect(isStop(body)).toBe(false);
  });

  it('is listed in the form it is compared in', () => {
    for (const word of stopWords) expect(isStop(word)).toBe(true);
  });
});
