import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRun } from '../../Sources/GradientService/Page/training-run.js';

const problem = {
  network: { layers: [{ units: 2, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }], seed: 1 },
  batch: { X: [[1, 2]], Y: [[0, 1]] }, loss: 'binary_crossentropy',
};
const right = { optimizer: 'sgd', learning_rate: 0.5, batch_size: null, fault: null };
const faulty = { ...right, fault: 'one_over_m_twice' };

/** A service that trains by counting; it breaks off after `until` epochs. */
function counting({ until = Infinity, diverges = Infinity } = {}) {
  const asked = [];
  return {
    asked,
    ask: async (path, body) => result(body, body.training.epochs),
    async* stream(path, body) {
      asked.push(body);
      const from = body.resume_from?.epoch ?? 0;
      yield { event: 'started', epoch: from };
      for (let epoch = from + 1; epoch <= body.training.epochs; epoch += 1) {
        if (epoch > until) throw new Error('broken off');
        if (epoch === diverges) {
          yield { event: 'failed', epoch: epoch - 1, outcome: 'diverged', detail: 'Z1 is not finite', result: result(body, epoch - 1) };
          return;
        }
        yield { event: 'epoch', epoch, 'cost:mean': 1 / epoch, 'accuracy:mean': 0.5, 'layers.0.dW.norm:last': 2, 'layers.1.dW.norm:last': 3 };
      }
      yield { event: 'done', epoch: body.training.epochs, outcome: 'finished', result: result(body, body.training.epochs) };
    },
  };
}

const result = (body, epoch) => ({
  network: { layers: [{ W: [[epoch]], b: [[0]], activation: 'tanh' }] }, outcome: 'finished',
  ...(body.checkpoint && { checkpoint: { epoch, base64: 'AAAA' } }),
  ...(body.fault && { fault: { sentence: 'dW2 is divided by m twice.' } }),
});

test('it goes on from where it stood, by a checkpoint', async () => {
  const service = counting();
  const run = createRun(service, problem, right, 100);
  await run.advance(3);
  await run.advance(5);
  assert.deepEqual(run.rows.map(({ epoch, cost }) => [epoch, cost]), [1, 2, 3, 4, 5].map((epoch) => [epoch, 1 / epoch]));
  assert.deepEqual(run.rows[0].norms, [2, 3]);
  assert.equal(service.asked[1].resume_from.epoch, 3);
  assert.deepEqual(await run.parametersAt(5), [{ W: [[5]], b: [[0]] }]);
});

test('one with a fault is made once, without a checkpoint, and shown as far as it is to be', async () => {
  const service = counting();
  const run = createRun(service, problem, faulty, 100);
  await run.advance(2);
  assert.deepEqual(run.rows.map(({ epoch }) => epoch), [1, 2]);
  await run.advance(4);
  assert.deepEqual(run.rows.map(({ epoch }) => epoch), [1, 2, 3, 4]);
  assert.equal(service.asked.length, 1);
  assert.equal(service.asked[0].training.epochs, 100);
  assert.ok(!('checkpoint' in service.asked[0]) && !('resume_from' in service.asked[0]));
  await run.advance(100);
  assert.equal(run.fault.sentence, 'dW2 is divided by m twice.');
});

test('one with a fault goes on past what was meant', async () => {
  const service = counting();
  const run = createRun(service, problem, faulty, 3);
  await run.advance(3);
  await run.advance(5);
  assert.deepEqual(run.rows.map(({ epoch }) => epoch), [1, 2, 3, 4, 5]);
});

test('the parameters of one with a fault are those of a training that ends there', async () => {
  const run = createRun(counting(), problem, faulty, 100);
  assert.equal(await run.parametersAt(0), null);
  assert.deepEqual(await run.parametersAt(7), [{ W: [[7]], b: [[0]] }]);
});

test('one with a fault that diverges is over where it does', async () => {
  const run = createRun(counting({ diverges: 4 }), problem, faulty, 100);
  await run.advance(3);
  assert.equal(run.outcome, null);
  await run.advance(10);
  assert.deepEqual([run.outcome, run.epoch, run.detail], ['diverged', 3, 'Z1 is not finite']);
});

test('what breaks off in one with a fault is told, and tried again', async () => {
  const service = counting({ until: 5 });
  const run = createRun(service, problem, faulty, 100);
  await run.advance(4);
  await assert.rejects(run.advance(8), /broken off/);
  await assert.rejects(run.advance(8), /broken off/);
  assert.equal(service.asked.length, 2);
});

test('one with a fault that is stopped while it waits is where it was', async () => {
  const service = { async* stream() { await new Promise(() => {}); } };
  const run = createRun(service, problem, faulty, 100);
  const control = new AbortController();
  const waiting = run.advance(1, { signal: control.signal });
  control.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(run.epoch, 0);
});

test('what breaks off leaves it where it was', async () => {
  const service = counting({ until: 5 });
  const run = createRun(service, problem, right, 100);
  await run.advance(4);
  await assert.rejects(run.advance(8), /broken off/);
  assert.equal(run.epoch, 4);
  assert.deepEqual(run.rows.map(({ epoch }) => epoch), [1, 2, 3, 4]);
});

test('an answer without an end is told as such', async () => {
  const service = { async* stream() { yield { event: 'started' }; } };
  await assert.rejects(createRun(service, problem, right, 100).advance(1), /broke off/);
});

test('one that diverges is over, and keeps the numbers before that', async () => {
  const run = createRun(counting({ diverges: 4 }), problem, right, 100);
  await run.advance(10);
  assert.deepEqual([run.outcome, run.epoch, run.detail, run.isOver], ['diverged', 3, 'Z1 is not finite', true]);
  await run.advance(20);
  assert.equal(run.epoch, 3);
});

test('mini-batches are shuffled, from a seed', async () => {
  const service = counting();
  await createRun(service, problem, { ...right, batch_size: 2 }, 100).advance(1);
  assert.deepEqual(service.asked[0].training.shuffle, { seed: 0 });
  assert.equal(service.asked[0].training.batch_size, 2);
});

test('a long training is told in few reports', async () => {
  const service = counting();
  await createRun(service, problem, right, 100000).advance(1);
  assert.equal(service.asked[0].training.report_every, 200);
});

test('the accuracy is asked for where there are classes', async () => {
  const service = counting();
  await createRun(service, { ...problem, loss: 'half_squared_error' }, right, 100).advance(1);
  assert.deepEqual(service.asked[0].metrics, []);
});

test('of a single output nothing is the largest, so that no accuracy by class is asked for', async () => {
  const asked = async (loss, Y) => {
    const service = counting();
    await createRun(service, { ...problem, loss, batch: { ...problem.batch, Y } }, right, 1).advance(1);
    return service.asked[0].metrics;
  };
  assert.deepEqual(await asked('categorical_crossentropy', [[1, 1]]), []);
  assert.deepEqual(await asked('categorical_crossentropy', [[1, 0], [0, 1]]), ['accuracy']);
  assert.deepEqual(await asked('binary_crossentropy', [[0, 1]]), ['accuracy']);
});
