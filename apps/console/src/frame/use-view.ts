import { useCallback, useEffect, useState } from 'react';
import { readView, writeView } from './view.js';
import type { View } from './view.js';

/** The view in the address, and how to go to another: back and forward of the browser lead through them. */
export function useView(): readonly [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => readView(window.location.search));
  useEffect(() => {
    const follow = (): void => setView(readView(window.location.search));
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  const go = useCallback((change: Partial<View>): void => {
    const next = { ...readView(window.location.search), ...change };
    window.history.pushState(null, '', window.location.pathname + writeView(next));
    setView(next);
  }, []);
  return [view, go];
}
