// What can be chosen for a training, and what is to be seen in it, in words.

export const optimizers = [
  ['sgd', 'Gradient descent (SGD)'], ['momentum', 'Momentum'], ['rmsprop', 'RMSprop'], ['adagrad', 'Adagrad'],
  ['adam', 'Adam'], ['adamw', 'AdamW'], ['nadam', 'Nadam'], ['lion', 'Lion'],
];

export const faults = [
  ['', 'none'],
  ['one_over_m_twice', '1/m is there twice'],
  ['one_over_m_missing', '1/m is missing'],
  ['one_over_m_at_each_layer', '1/m again in every layer'],
  ['factor_two', 'twice too large'],
  ['sign', 'the sign is turned'],
  ['activation_derivative_forgotten', 'g′(Z) is forgotten'],
  ['activation_derivative_twice', 'g′(Z) is there twice'],
  ['activation_derivative_of_Z_as_A', 'g′ is taken of A in place of Z'],
  ['A_for_A_prev', 'A in place of A_prev'],
  ['db_over_everything', 'db is one number for all units'],
];

const faulty = (fault) => (optimizer, learning_rate, epochs) => ({
  optimizer, learning_rate, epochs, batch_size: null, fault: null, compare: { optimizer, learning_rate, fault },
});

/** What a teacher may want to show, as settings. */
export const lessons = [
  ['1/m twice, under SGD', faulty('one_over_m_twice')('sgd', 1, 300)],
  ['1/m twice, under Adam', faulty('one_over_m_twice')('adam', 0.05, 300)],
  ['1/m missing, under SGD', faulty('one_over_m_missing')('sgd', 0.1, 300)],
  ['SGD beside Adam', { optimizer: 'sgd', learning_rate: 0.5, epochs: 300, batch_size: null, fault: null, compare: { optimizer: 'adam', learning_rate: 0.05, fault: null } }],
];

/** Optimizers that divide by the size of the gradients, or take their sign alone. */
const scaleFree = ['adam', 'adamw', 'nadam', 'amsgrad', 'adamax', 'rmsprop', 'adagrad', 'adadelta', 'lion'];
const nameOf = (optimizer) => optimizers.find(([name]) => name === optimizer)?.[1].replace(/.*\((.*)\)/, '$1') ?? optimizer;

/** What tells trainings apart, each in a word. */
export function shortNames(runs) {
  if (runs.length < 2) return ['This training'];
  const [a, b] = runs;
  if (!a.fault !== !b.fault) return runs.map(({ fault }) => (fault ? 'faulty' : 'right'));
  if (a.optimizer !== b.optimizer) return runs.map(({ optimizer }) => nameOf(optimizer));
  if (a.learning_rate !== b.learning_rate) return runs.map(({ learning_rate: rate }) => `η = ${rate}`);
  return ['one', 'other'];
}

/**
 * What is to be seen when a right training and a faulty one run side by side; null where nothing is to be said. A step is
 * of a mini-batch, where there are such, and so is its m.
 */
export function remark({ compare, ...one }, examples) {
  if (!compare || one.optimizer !== compare.optimizer || one.learning_rate !== compare.learning_rate) return null;
  const fault = [one.fault, compare.fault].filter(Boolean);
  if (fault.length !== 1) return null;
  if (!fault[0].startsWith('one_over_m')) return null;
  const m = Math.min(one.batch_size ?? examples, examples);
  if (m === 1) return 'With one example 1/m is 1: this mistake changes nothing.';
  const hides = scaleFree.includes(one.optimizer);
  const how = one.optimizer === 'lion' ? 'takes of each gradient the sign alone' : 'divides each step by the size of the gradients';
  if (fault[0] === 'one_over_m_twice') {
    return hides
      ? `${nameOf(one.optimizer)} ${how}, so that a factor of 1/${m} drops out of it. Both costs fall alike, and no curve of the cost shows the mistake: only the norms of the gradients do.`
      : `Every step of the faulty one is m = ${m} times too short. Its cost falls all the same, only ${m} times more slowly: a cost that falls does not prove that gradients are right.`;
  }
  if (fault[0] === 'one_over_m_missing') {
    return hides
      ? `${nameOf(one.optimizer)} ${how}, so that a factor of ${m} drops out of it, and the cost hardly shows the mistake.`
      : `Every step of the faulty one is m = ${m} times too long: as if the learning rate were ${Number((one.learning_rate * m).toPrecision(3))}.`;
  }
  return null;
}
