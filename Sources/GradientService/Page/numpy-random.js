/**
 * NumPy's legacy generator: `np.random.seed(seed)`, then `np.random.rand()` and `np.random.randn()`.
 *
 * MT19937 (Matsumoto and Nishimura, 1998), and the polar method for the normal distribution.
 */
export class NumPyRandom {
  #state = new Uint32Array(624);
  #next = 624;
  #kept = null;

  constructor(seed) {
    this.#state[0] = seed;
    for (let i = 1; i < 624; i += 1) {
      const before = this.#state[i - 1] ^ (this.#state[i - 1] >>> 30);
      this.#state[i] = Math.imul(1812433253, before) + i;
    }
  }

  /** 32 random bits. */
  #bits() {
    if (this.#next === 624) this.#twist();
    let y = this.#state[this.#next];
    this.#next += 1;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist() {
    const state = this.#state;
    for (let i = 0; i < 624; i += 1) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
      state[i] = state[(i + 397) % 624] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }

  /** From 0 to 1, without 1. */
  rand() {
    const high = this.#bits() >>> 5;
    const low = this.#bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Of mean 0 and variance 1. */
  randn() {
    if (this.#kept !== null) {
      const kept = this.#kept;
      this.#kept = null;
      return kept;
    }
    let x, y, square;
    do {
      x = 2 * this.rand() - 1;
      y = 2 * this.rand() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.#kept = factor * x;
    return factor * y;
  }
}
