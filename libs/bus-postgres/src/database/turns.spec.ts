import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns', () => {
  it('are given one at a time, in the order they were asked for', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const use = async (name: string): Promise<void> => {
      const giveBack = await turns.take();
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      order.push(`${name} ends`);
      giveBack();
    };
    await Promise.all(['a', 'b', 'c'].map(use));
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('are given back once, however often somebody says so', async () => {
    const turns = new Turns();
    const giveBack = await turns.take();
    const [next, last] = [turns.take(), turns.take()];
    giveBack();
    giveBack();
    let lastHasIt = false;
    const lastUse = last.then(() => (lastHasIt = true));
    const giveNextBack = await next;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lastHasIt).toBe(false);
    giveNextBack();
    await lastUse;
  });

  it('are not waited for for ever', async () => {
    const turns = new Turns(20);
    const giveBack = await turns.take();
    await expect(turns.take()).rejects.toThrow('not free for 0.02 s');
    giveBack();
    (await turns.take())();
  });
});
