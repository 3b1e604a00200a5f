// What the service says of the state: asked again whenever what it depends on has changed.

import { dataOf, problemOf, tracedRequest } from './request.js';
import { tensorsOf } from './tensors.js';

const asked = ['network', 'data', 'loss', 'penalty', 'convention', 'layout'];

/** `{get() → {state, data, problem, answer, tensors, error, busy}, subscribe}`. */
export function createLesson(store, service) {
  const listeners = new Set();
  let now = { state: null, data: null, problem: null, answer: null, tensors: null, error: null, busy: true };
  let running = null;
  let timer = null;

  function set(change) {
    now = { ...now, ...change };
    for (const listener of [...listeners]) listener(now);
  }

  async function ask() {
    running?.abort();
    const mine = running = new AbortController();
    const state = store.get();
    set({ busy: true });
    try {
      const data = await dataOf(state);
      const problem = await problemOf(state, data);
      const answer = await service.ask('/backward', tracedRequest(problem), { signal: mine.signal });
      if (mine !== running) return;
      const tensors = tensorsOf(answer, problem);
      set({ state, data, problem, answer, tensors, error: null, busy: false });
    } catch (error) {
      if (mine !== running || error.name === 'AbortError') return;
      set({ error, busy: false });
    }
  }

  function soon(delay) {
    clearTimeout(timer);
    timer = setTimeout(ask, delay);
  }

  store.subscribe((state, before) => {
    if (asked.some((name) => state[name] !== before[name])) soon(20);
  });
  soon(0);

  return {
    get: () => now,
    again: () => soon(0),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
