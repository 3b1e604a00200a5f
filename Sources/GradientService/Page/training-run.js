// One training, told by the service as it goes; it stops and goes on where it is told to.

import { createFaultyRun } from './training-replay.js';

const REPORTS = 500;

/** Whether outputs stand for classes: of a single one nothing is the largest. */
const isByClass = ({ loss, batch }) => loss === 'binary_crossentropy' || (loss === 'categorical_crossentropy' && batch.Y.length > 1);

/** The parameters alone: the network of a fault is marked, and that mark is refused. */
export const parametersOf = (network) => network.layers.map(({ W, b }) => ({ W, b }));

/** What /train is asked for `epochs` in all. */
export function trainingRequest(problem, { optimizer, learning_rate: rate, batch_size: size, fault }, epochs, every) {
  return {
    ...problem,
    training: {
      optimizer, learning_rate: rate, epochs, watch: ['gradient_norms'], report_every: every,
      ...(size && { batch_size: size, shuffle: { seed: 0 } }),
    },
    metrics: isByClass(problem) ? ['accuracy'] : [],
    ...(fault ? { fault } : { checkpoint: true }),
  };
}

export function rowOf(event, layers) {
  return {
    epoch: event.epoch, cost: event['cost:mean'], accuracy: event['accuracy:mean'] ?? null,
    norms: Array.from({ length: layers }, (_, layer) => event[`layers.${layer}.dW.norm:last`] ?? null),
  };
}

/**
 * A training of `problem`, in course layout, under `settings`: {optimizer, learning_rate, batch_size, fault}.
 * `total` is how many epochs are meant in all; that many are told in about 500 reports. Going on is exact: a checkpoint
 * says where it stood.
 */
export function createRun(service, problem, settings, total) {
  const every = Math.max(1, Math.ceil(total / REPORTS));
  return (settings.fault ? createFaultyRun : createRightRun)(service, problem, settings, total, every);
}

function createRightRun(service, problem, settings, _total, every) {
  const layers = problem.network.layers.length;
  let checkpoint = null;
  let parameters = null;
  const run = {
    settings, epoch: 0, rows: [], outcome: null, detail: null, fault: null,
    get isOver() { return run.outcome === 'diverged'; },
    /** Trains until `to` epochs are done, and calls `onReport` after each report. If it is stopped, it is where it was before. */
    async advance(to, { signal, onReport = () => {} } = {}) {
      if (run.isOver || to <= run.epoch) return;
      const before = run.rows.length;
      const body = trainingRequest(problem, settings, to, every);
      if (checkpoint) body.resume_from = checkpoint;
      let last = null;
      try {
        for await (const event of service.stream('/train', body, { signal })) {
          if (event.event === 'epoch' && event.epoch > (run.rows.at(-1)?.epoch ?? 0)) {
            run.rows.push(rowOf(event, layers));
            onReport();
          }
          last = event;
        }
        if (!last?.result) throw new Error(last?.detail ?? 'The answer of the service broke off.');
      } catch (error) {
        run.rows.length = before;
        throw error;
      }
      finish(last);
    },
    /** Those of now. */
    parametersAt: async () => parameters,
    dispose() {},
  };

  function finish({ event, epoch, result, detail }) {
    checkpoint = result.checkpoint ?? null;
    run.epoch = epoch;
    parameters = parametersOf(result.network);
    run.outcome = event === 'failed' ? 'diverged' : result.outcome;
    run.detail = detail ?? null;
  }
  return run;
}
