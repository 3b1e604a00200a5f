import { test } from 'node:test';
import assert from 'node:assert/strict';
import { operationName, piecesOf } from '../../Sources/GradientService/Page/formula.js';

const step = (formula, operands, name = 'linear_backward') => ({ name, formula, operands: operands.map((operand) => ({ name: operand })) });
const written = (pieces) => pieces.map(({ text, name, transposed }) => text ?? `<${name}${transposed ? ' transposed' : ''}>`).join('');

const laidOut = [
  ['Z1 = W1·A0 + b1', ['W1', 'A0', 'b1'], '<W1>·<A0> + <b1>'],
  ['dW2 = (1/m)·dZ2·A1ᵀ', ['dZ2', 'A1'], '(1/m)·<dZ2>·<A1 transposed>'],
  ['dW2 = (1/m)·dZ2ᵀ·A1', ['dZ2', 'A1'], '(1/m)·<dZ2 transposed>·<A1>'],
  ['db1 = (1/m)·Σᵢ dZ1ᵢ', ['dZ1'], '(1/m)·Σᵢ <dZ1>'],
  ['dA1 = W2ᵀ·dZ2', ['W2', 'dZ2'], '<W2 transposed>·<dZ2>'],
  ['dZ2 = (1/m)·(A2 − Y)', ['A2', 'Y'], '(1/m)·(<A2> − <Y>)'],
  ['dZ1 = dA1∘(1 − A1²)', ['dA1', 'A1'], '<dA1>∘(1 − <A1>²)'],
  ['J = (1/m)·Σᵢ Lᵢ', ['L'], '(1/m)·Σᵢ <L>'],
  ['dW2 = dW2_data + (λ/m)·W2', ['dW2_data', 'W2'], '<dW2_data> + (λ/m)·<W2>'],
  ['Z11 = W11·A10 + b11', ['W11', 'A10', 'b11'], '<W11>·<A10> + <b11>'],
];
for (const [formula, operands, expected] of laidOut) {
  test(`pictures take the place of the operands of ${formula}`, () => {
    assert.equal(written(piecesOf(step(formula, operands))), expected);
  });
}

const intricate = [
  ['dZ1 = dA1 where Z1 > 0, 0 elsewhere', ['dA1', 'Z1']], ['dA2 = (1 − Y)/(1 − A2) − Y/A2', ['A2', 'Y']], ['dA2 = −Y/A2', ['A2', 'Y']],
  ['A2ₖ = e^Z2ₖ / Σⱼ e^Z2ⱼ', ['Z2']], ['R = (λ/(2m))·(Σ W1² + Σ W2²)', ['W1', 'W2']], ['dZ1 = dA1∘A1∘(1 − A1)', ['dA1', 'A1']],
  ['Lᵢ = −Σₖ yₖ·log aₖ', ['A2', 'Y']],
];
for (const [formula, operands] of intricate) {
  test(`they stand beside ${formula}`, () => assert.equal(piecesOf(step(formula, operands, 'x')), null));
}

test('what is done stands at the arrow', () => {
  assert.equal(operationName({ name: 'activation_forward' }, 'tanh'), 'tanh');
  assert.equal(operationName({ name: 'activation_backward' }, 'relu'), 'slope of relu');
  assert.equal(operationName({ name: 'something_new' }), 'something new');
});
