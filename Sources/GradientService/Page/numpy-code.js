import { asPythonText } from './literal.js';
import { activations, initializers, losses } from './numpy-parts.js';

/** What cannot be written as NumPy code here, in a sentence. */
export class TakeawayError extends Error {}

const layerFields = new Set(['type', 'units', 'activation', 'initializer', 'seed', 'W', 'b', 'name']);
const requestFields = new Set(['network', 'batch', 'loss', 'penalty', 'layout', 'convention', 'trace', 'include', 'encoding']);

/** The products of a layer in each layout, and the axes that its arrays have. */
const layouts = {
  course: {
    units: 0, examples: 1, said: 'a column an example',
    Z: (l) => `W${l} @ A${l - 1} + b${l}`, dW: (l) => `dZ${l} @ A${l - 1}.T`, dA: (l) => `W${l}.T @ dZ${l}`,
    db: (l) => `dZ${l}.sum(axis=1, keepdims=True)`,
  },
  pytorch: {
    units: 1, examples: 0, said: 'a row an example',
    Z: (l) => `A${l - 1} @ W${l}.T + b${l}`, dW: (l) => `dZ${l}.T @ A${l - 1}`, dA: (l) => `dZ${l} @ W${l}`,
    db: (l) => `dZ${l}.sum(axis=0)`,
  },
  keras: {
    units: 1, examples: 0, said: 'a row an example',
    Z: (l) => `A${l - 1} @ W${l} + b${l}`, dW: (l) => `A${l - 1}.T @ dZ${l}`, dA: (l) => `dZ${l} @ W${l}.T`,
    db: (l) => `dZ${l}.sum(axis=0)`,
  },
};

const conventions = {
  loss: 'dZ and dA are of each example\'s own loss; the 1/m of J stands in dW and db.',
  cost: 'Every derivative is of the cost J; its 1/m stands once, in dA and dZ of the last layer.',
  sum: 'Every derivative is of the sum of the losses: there is no 1/m.',
};

const penaltyScales = { 'lambda/2m': '1 / (2 * m)', 'lambda/2': '1 / 2', lambda: '1' };

/** A script of NumPy alone that computes the cost and every gradient of a request to /backward. */
export function numPyCode(body) {
  const plan = planOf(body);
  const { layout, convention, count } = plan;
  const parts = [
    `"""The cost and every gradient of a network of ${count} ${count === 1 ? 'layer' : 'layers'}, with NumPy alone.\n\n`
      + `Convention "${convention}": ${conventions[convention]}\n"""\n`,
    `${plan.imports}\n`,
    plan.helpers,
    `X = np.array(${asPythonText(body.batch.X)})  # ${layout.said}\n`
      + `Y = np.array(${asPythonText(body.batch.Y)})\n`
      + `m, n = X.shape[${layout.examples}], Y.shape[${layout.units}]  # examples, outputs\n`,
    parameters(body, plan),
    forward(plan),
    backward(plan),
    printing(plan),
  ];
  return `${parts.filter(Boolean).join('\n')}`;
}

function settingsOf(choice, table, what) {
  const settings = typeof choice === 'string' ? { type: choice } : { ...choice };
  if (!Object.hasOwn(table, settings.type)) throw new TakeawayError(`There is no NumPy code here for the ${what} ${settings.type}.`);
  return settings;
}

function planOf(body) {
  for (const name of Object.keys(body)) {
    if (!requestFields.has(name)) throw new TakeawayError(`There is no NumPy code here for a request with “${name}”.`);
  }
  if (!body.batch?.Y || !body.loss) throw new TakeawayError('NumPy code needs targets and a loss.');
  for (const name of Object.keys(body.batch)) {
    if (name !== 'X' && name !== 'Y') throw new TakeawayError(`There is no NumPy code here for “${name}”.`);
  }
  const layout = layouts[body.layout ?? 'course'];
  const axis = layout.units;
  const used = body.network.layers.map((layer) => {
    for (const name of Object.keys(layer)) {
      if (!layerFields.has(name)) throw new TakeawayError(`There is no NumPy code here for a layer with “${name}”.`);
    }
    if ((layer.type ?? 'dense') !== 'dense') throw new TakeawayError(`There is no NumPy code here for the layer ${layer.type}: dense ones alone.`);
    const settings = settingsOf(layer.activation ?? 'linear', activations, 'activation');
    return { type: settings.type, ...activations[settings.type]({ ...settings, axis }) };
  });
  const loss = settingsOf(body.loss, losses, 'loss');
  for (const name of Object.keys(loss)) {
    if (name !== 'type' && !(loss.type === 'huber' && name === 'delta')) throw new TakeawayError(`There is no NumPy code here for the loss with “${name}”.`);
  }
  const needs = [...new Set(used.map(({ needs }) => needs).filter(Boolean))];
  return {
    layout, used, needs, count: used.length, penalty: body.penalty ?? null, name: body.layout ?? 'course',
    convention: body.convention ?? 'loss',
    loss: losses[loss.type]({ ...loss, axis, last: used.at(-1).type }),
    imports: needs.some((text) => text.includes('math.')) ? 'import math\n\nimport numpy as np' : 'import numpy as np',
    helpers: needs.map((text) => `${text}\n`).join(''),
  };
}

/** An expression about Z, A and dA, as one about those of layer l. */
function of(l, expression) {
  return expression.replace(/\b(d?[ZA])\b/g, `$1${l}`);
}

function parameters({ network, batch }, { layout, name }) {
  const lines = [];
  let inputs = name === 'course' ? batch.X.length : batch.X[0].length;
  if (network.layers.some((layer) => !layer.W)) lines.push(`np.random.seed(${network.seed ?? 0})`);
  network.layers.forEach((layer, index) => {
    const l = index + 1;
    if (layer.W) {
      const isColumn = layout.units === 0;
      const b = layer.b.flat();
      lines.push(`W${l} = np.array(${asPythonText(layer.W)})`);
      lines.push(`b${l} = np.array(${asPythonText(isColumn ? b.map((x) => [x]) : b)})`);
      inputs = b.length;
      return;
    }
    const initializer = settingsOf(layer.initializer ?? network.initializer ?? 'glorot_uniform', initializers, 'initializer');
    if (layer.seed !== undefined) lines.push(`np.random.seed(${layer.seed})`);
    const drawn = initializers[initializer.type](layer.units, inputs, initializer);
    lines.push(`W${l} = ${name === 'keras' ? `(${drawn}).T` : drawn}`);
    lines.push(`b${l} = np.zeros(${layout.units === 0 ? `(${layer.units}, 1)` : layer.units})`);
    inputs = layer.units;
  });
  return `${lines.join('\n')}\n`;
}

function forward({ used, layout, loss, penalty, count }) {
  const lines = ['# Forward.', 'A0 = X'];
  used.forEach(({ A }, index) => {
    const l = index + 1;
    lines.push(`Z${l} = ${layout.Z(l)}`, `A${l} = ${of(l, A)}`);
  });
  lines.push(`losses = ${of(count, loss.losses)}  # of each example`);
  if (!penalty) return `${lines.join('\n')}\nJ = losses.sum() / m\n`;
  const weights = used.map((_, index) => `W${index + 1}`).join(', ');
  const terms = [penalty.l2 && `${penalty.l2} * (W**2).sum()`, penalty.l1 && `${penalty.l1} * np.abs(W).sum()`].filter(Boolean);
  lines.push(`R = ${penaltyScales[penalty.scale]} * sum(${terms.join(' + ') || '0'} for W in (${weights}${count === 1 ? ',' : ''}))`);
  return `${lines.join('\n')}\nJ = losses.sum() / m + R\n`;
}

function backward(plan) {
  const { used, layout, loss, convention, penalty, count } = plan;
  const start = (expression) => (convention === 'cost' ? `1 / m * (${expression})` : expression);
  const mean = (expression) => (convention === 'loss' ? `1 / m * ${expression}  # the 1/m of J` : expression);
  const lines = ['# Backward.', `dA${count} = ${start(of(count, loss.dA))}${convention === 'cost' ? '  # the 1/m of J, here and nowhere else' : ''}`];
  for (let l = count; l > 0; l -= 1) {
    const together = l === count && loss.dZ;
    lines.push(together
      ? `dZ${l} = ${start(of(l, loss.dZ))}  # the same as dA${l} through ${used[l - 1].type}`
      : `dZ${l} = ${of(l, used[l - 1].dZ)}`);
    lines.push(`dW${l} = ${mean(layout.dW(l))}`);
    if (penalty && convention !== 'sum') lines.push(`dW${l} = dW${l} + ${penaltySlope(penalty, l)}  # of R, which no 1/m of the data touches`);
    lines.push(`db${l} = ${mean(layout.db(l))}`);
    lines.push(`dA${l - 1} = ${layout.dA(l)}`);
  }
  return `${lines.join('\n')}\n`;
}

function penaltySlope({ scale, l1, l2 }, l) {
  const terms = [l2 && `2 * ${l2} * W${l}`, l1 && `${l1} * np.sign(W${l})`].filter(Boolean);
  return `${penaltyScales[scale]} * (${terms.join(' + ') || '0'})`;
}

function printing({ count }) {
  const names = [];
  for (let l = count; l > 0; l -= 1) names.push(`dZ${l}`, `dW${l}`, `db${l}`);
  return [
    'print("cost J =", J)',
    `gradients = {${names.map((name) => `"${name}": ${name}`).join(', ')}}`,
    'for name, gradient in gradients.items():',
    '    print(f"{name} =\\n{gradient}")\n',
  ].join('\n');
}
