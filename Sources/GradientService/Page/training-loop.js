// Trains in small pieces, one after the other, so that it can be watched, stopped and gone on with.

import { courseProblemOf } from './request.js';
import { createRun } from './training-run.js';

/** Epochs a second. */
export const speeds = [['5', '5 epochs a second'], ['40', '40 epochs a second'], ['300', '300 epochs a second'], ['most', 'as fast as it goes']];
const shortestPiece = 80; // milliseconds
const leastFrame = 40;

/** The settings of the one training, or of both. */
export function settingsOf({ compare, epochs, ...one }) {
  return compare ? [one, { ...one, ...compare }] : [one];
}

const startsAnew = (state) => {
  const { epochs, ...training } = state.training;
  return JSON.stringify([state.network, state.data, state.loss, state.penalty, training]);
};

/**
 * The trainings of the state; `tell(now)` is called, 25 times a second at most, when something is new:
 * `{runs, problem, playing, fault}`, a fault with the index of the training that it is of.
 */
export function createLoop(store, service, tell) {
  let now = { runs: [], problem: null, playing: false, fault: null };
  let key = null;
  let preparing = null;
  let control = null;
  let speed = '40';
  let frame = null;
  let shown = 0;

  function set(change) {
    now = { ...now, ...change };
    frame ??= setTimeout(() => requestAnimationFrame(() => {
      frame = null;
      shown = performance.now();
      tell(now);
    }), Math.max(0, shown + leastFrame - performance.now()));
  }

  function prepare() {
    control?.abort();
    for (const run of now.runs) run.dispose();
    const state = store.get();
    const mine = key = startsAnew(state);
    set({ playing: false, fault: null });
    preparing = courseProblemOf(state).then((problem) => {
      if (mine !== key) return;
      set({ problem, runs: settingsOf(state.training).map((settings) => createRun(service, problem, settings, state.training.epochs)) });
    }, (fault) => set({ runs: [], problem: null, fault: { error: fault, index: null } }));
    return preparing;
  }

  /** All trainings to epoch `to`; what goes wrong with one stops the others, too. */
  async function piece(to, signal) {
    const stop = new AbortController();
    const both = AbortSignal.any ? AbortSignal.any([signal, stop.signal]) : signal;
    const ends = await Promise.allSettled(now.runs.map((run) =>
      run.advance(to, { signal: both, onReport: () => set({}) }).catch((error) => {
        stop.abort();
        throw error;
      })));
    const index = ends.findIndex(({ reason }) => reason && reason.name !== 'AbortError');
    if (index >= 0) set({ fault: { error: ends[index].reason, index } });
    set({});
    return index < 0 && ends.every(({ status }) => status === 'fulfilled');
  }

  const reached = () => now.runs.filter((run) => !run.isOver).reduce((least, { epoch }) => Math.min(least, epoch), Infinity);

  /** Trains until `goal()`, in pieces of so many epochs as `size(milliseconds of the last one)` says. */
  async function go(goal, size) {
    control?.abort();
    const mine = control = new AbortController();
    set({ playing: true, fault: null });
    await preparing;
    let took = 0;
    while (!mine.signal.aborted && reached() < goal()) {
      const start = performance.now();
      const { count, time } = size(took);
      if (!await piece(Math.min(goal(), reached() + count), mine.signal)) break;
      took = performance.now() - start;
      if (time > took) await pause(time - took, mine.signal);
    }
    if (mine === control) set({ playing: false });
  }

  function pace() {
    let most = 4;
    return (took) => {
      if (speed === 'most') {
        if (took > 0) most = took < 120 ? most * 2 : took > 400 ? Math.max(1, Math.floor(most / 2)) : most;
        return { count: most, time: 0 };
      }
      const time = Math.max(shortestPiece, 1000 / Number(speed));
      return { count: Math.max(1, Math.round((Number(speed) * time) / 1000)), time };
    };
  }

  // What is changed in another view counts when this one is seen again.
  store.subscribe((state, before) => {
    if (state.view !== 'training') return;
    if (startsAnew(state) !== key) prepare();
    else if (state.training !== before.training) set({});
  });
  prepare();

  return {
    get: () => now,
    set speed(value) { speed = value; },
    start: () => go(() => store.get().training.epochs, pace()),
    /** One epoch more, also past the number that was meant. */
    step() {
      const to = (Number.isFinite(reached()) ? reached() : 0) + 1;
      return go(() => to, () => ({ count: 1, time: 0 }));
    },
    pause: () => control?.abort(),
    reset: prepare,
  };
}

const pause = (time, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, time);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
});
