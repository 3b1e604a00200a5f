// Activations and losses as lines of NumPy.

/**
 * A = g(Z), and dZ from dA; `axis` is the one that the units lie along. Slopes at a kink are those on
 * its left, as the service takes them.
 */
export const activations = {
  linear: () => ({ A: 'Z', dZ: 'dA' }),
  relu: () => ({ A: 'np.maximum(Z, 0)', dZ: 'dA * (Z > 0)' }),
  leaky_relu: ({ slope = 0.01 }) => ({ A: `np.where(Z > 0, Z, ${slope} * Z)`, dZ: `dA * np.where(Z > 0, 1, ${slope})` }),
  sigmoid: () => ({ A: '1 / (1 + np.exp(-Z))', dZ: 'dA * A * (1 - A)' }),
  tanh: () => ({ A: 'np.tanh(Z)', dZ: 'dA * (1 - A**2)' }),
  softmax: ({ axis }) => ({
    A: 'softmax(Z)', dZ: `A * (dA - (A * dA).sum(axis=${axis}, keepdims=True))`,
    needs: `
def softmax(Z):
    E = np.exp(Z - Z.max(axis=${axis}, keepdims=True))
    return E / E.sum(axis=${axis}, keepdims=True)
`,
  }),
  softplus: () => ({ A: 'np.logaddexp(0, Z)', dZ: 'dA / (1 + np.exp(-Z))' }),
  elu: ({ alpha = 1 }) => ({
    A: `np.where(Z > 0, Z, ${alpha} * np.expm1(np.minimum(Z, 0)))`,
    dZ: `dA * np.where(Z > 0, 1, ${alpha} * np.exp(np.minimum(Z, 0)))`,
  }),
  silu: () => ({ A: 'Z / (1 + np.exp(-Z))', dZ: 'dA * (1 + Z / (1 + np.exp(Z))) / (1 + np.exp(-Z))' }),
  gelu: () => ({
    A: 'Z * Phi(Z)', dZ: 'dA * (Phi(Z) + Z * np.exp(-(Z**2) / 2) / np.sqrt(2 * np.pi))',
    needs: `
def Phi(Z):  # of the normal distribution
    return np.vectorize(lambda z: math.erfc(-z / math.sqrt(2)) / 2)(Z)
`,
  }),
  selu: () => ({
    A: '1.0507009873554805 * np.where(Z > 0, Z, 1.6732632423543772 * np.expm1(np.minimum(Z, 0)))',
    dZ: 'dA * 1.0507009873554805 * np.where(Z > 0, 1, 1.6732632423543772 * np.exp(np.minimum(Z, 0)))',
  }),
  softsign: () => ({ A: 'Z / (1 + np.abs(Z))', dZ: 'dA / (1 + np.abs(Z)) ** 2' }),
};

/**
 * The loss of each example and its derivative dA, of the last layer's A; n is the number of outputs.
 * `dZ` and `fromZ` stand for the last activation where the two together are simpler, and stay finite.
 */
export const losses = {
  binary_crossentropy: ({ axis, last }) => ({
    losses: last === 'sigmoid' ? `(np.logaddexp(0, Z) - Y * Z).sum(axis=${axis})` : `-(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(axis=${axis})`,
    dA: '(1 - Y) / (1 - A) - Y / A',
    dZ: last === 'sigmoid' ? 'A - Y' : null,
  }),
  categorical_crossentropy: ({ axis, last }) => ({
    losses: last === 'softmax' ? `(Y * (np.logaddexp.reduce(Z, axis=${axis}, keepdims=True) - Z)).sum(axis=${axis})` : `-(Y * np.log(A)).sum(axis=${axis})`,
    dA: '-Y / A',
    dZ: last === 'softmax' ? `A * Y.sum(axis=${axis}, keepdims=True) - Y` : null,
  }),
  mean_squared_error: ({ axis }) => ({ losses: `((A - Y) ** 2).mean(axis=${axis})`, dA: '2 / n * (A - Y)' }),
  half_squared_error: ({ axis }) => ({ losses: `0.5 * ((A - Y) ** 2).sum(axis=${axis})`, dA: 'A - Y' }),
  mean_absolute_error: ({ axis }) => ({ losses: `np.abs(A - Y).mean(axis=${axis})`, dA: 'np.sign(A - Y) / n' }),
  huber: ({ axis, delta = 1 }) => ({
    losses: `np.where(np.abs(A - Y) <= ${delta}, 0.5 * (A - Y) ** 2, ${delta} * (np.abs(A - Y) - ${delta / 2})).mean(axis=${axis})`,
    dA: `np.clip(A - Y, -${delta}, ${delta}) / n`,
  }),
  log_cosh: ({ axis }) => ({
    losses: `(np.logaddexp(A - Y, Y - A) - np.log(2)).mean(axis=${axis})`, dA: 'np.tanh(A - Y) / n',
  }),
};

/** How NumPy draws the weights of a layer, an array outputs × inputs. */
export const initializers = {
  zeros: (o, i) => `np.zeros((${o}, ${i}))`,
  random_normal: (o, i, { scale = 0.01 }) => `np.random.randn(${o}, ${i}) * ${scale}`,
  glorot_normal: (o, i) => `np.random.randn(${o}, ${i}) * np.sqrt(2 / (${i} + ${o}))`,
  he_normal: (o, i) => `np.random.randn(${o}, ${i}) * np.sqrt(2 / ${i})`,
  lecun_normal: (o, i) => `np.random.randn(${o}, ${i}) * np.sqrt(1 / ${i})`,
  glorot_uniform: (o, i) => `np.random.uniform(-np.sqrt(6 / (${i} + ${o})), np.sqrt(6 / (${i} + ${o})), (${o}, ${i}))`,
  he_uniform: (o, i) => `np.random.uniform(-np.sqrt(6 / ${i}), np.sqrt(6 / ${i}), (${o}, ${i}))`,
};
