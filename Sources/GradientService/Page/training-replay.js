// A training with a mistake in it. It cannot be gone on with, since nobody is to take its state for a right one's; so it
// is made once to its end, and shown as far as it is to have come.

import { parametersOf, rowOf, trainingRequest } from './training-run.js';

/** As `createRun`. Its parameters at an epoch are those of a training that ends there. */
export function createFaultyRun(service, problem, settings, total, every) {
  const layers = problem.network.layers.length;
  let ahead = null; // {rows, to, control, isOver, last, error, next}

  const run = {
    settings, epoch: 0, rows: [], outcome: null, detail: null,
    get fault() { return ahead?.last?.result.fault ?? null; },
    get isOver() { return run.outcome === 'diverged'; },
    async advance(to, { signal, onReport = () => {} } = {}) {
      if (run.isOver || to <= run.epoch) return;
      if (!ahead || ahead.error || (ahead.isOver && ahead.to < to && ahead.last.event !== 'failed')) begin(Math.max(to, total));
      while (!ahead.isOver && (to >= ahead.to || (ahead.rows.at(-1)?.epoch ?? 0) < to)) await orAborted(ahead.next, signal);
      if (ahead.error) throw ahead.error;
      const failed = ahead.last?.event === 'failed' && ahead.last.epoch < to;
      run.epoch = failed ? ahead.last.epoch : to;
      if (failed) Object.assign(run, { outcome: 'diverged', detail: ahead.last.detail });
      const shown = run.rows.at(-1)?.epoch ?? 0;
      run.rows.push(...ahead.rows.filter(({ epoch }) => epoch > shown && epoch <= run.epoch));
      onReport();
    },
    /** The parameters after `epoch` epochs. */
    async parametersAt(epoch, options) {
      if (epoch === 0) return null;
      const body = { ...trainingRequest(problem, settings, epoch, epoch), metrics: [] };
      return parametersOf((await service.ask('/train', body, options)).network);
    },
    dispose: () => ahead?.control.abort(),
  };

  function begin(to) {
    const mine = ahead = { rows: ahead?.rows ?? [], to, control: new AbortController(), isOver: false, last: null, error: null };
    const renew = () => { mine.next = new Promise((resolve) => { mine.wake = resolve; }); };
    const wake = () => {
      mine.wake();
      renew();
    };
    renew();
    (async () => {
      try {
        for await (const event of service.stream('/train', trainingRequest(problem, settings, to, every), { signal: mine.control.signal })) {
          mine.last = event.result ? event : null;
          if (event.event !== 'epoch' || event.epoch <= (mine.rows.at(-1)?.epoch ?? 0)) continue;
          mine.rows.push(rowOf(event, layers));
          wake();
        }
        if (!mine.last) throw new Error('The answer of the service broke off.');
      } catch (error) {
        mine.error = error;
      }
      mine.isOver = true;
      wake();
    })();
  }
  return run;
}

function orAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    return promise.then(resolve).finally(() => signal.removeEventListener('abort', abort));
  });
}
