// From numbers to places on an axis, and where its marks stand.

/** `{at(value) → place, ticks, low, high}` for values from `low` to `high` on a line from `start` to `end`. */
export function linearScale(low, high, start, end, count = 5) {
  if (!(high > low)) {
    const room = Math.max(0.5, Math.abs(low) * 1e-3);
    [low, high] = [low - room, low + room];
  }
  const step = niceStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    low, high, ticks: Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12))),
    at: (value) => start + ((value - low) / (high - low)) * (end - start),
    value: (place) => low + ((place - start) / (end - start)) * (high - low),
  };
}

/** The same by powers of ten; what is not above 0 has no place there. */
export function logScale(low, high, start, end, count = 5) {
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const [from, to] = last - first > 0.1 ? [first, last] : [first - 0.3, last + 0.3];
  const line = linearScale(from, to, start, end, count);
  const whole = [];
  const each = Math.max(1, Math.ceil((to - from) / (count + 1)));
  for (let power = Math.ceil(from); power <= to; power += 1) if (power % each === 0) whole.push(10 ** power);
  const ticks = whole.length > 1 ? whole : line.ticks.map((power) => Number((10 ** power).toPrecision(2)));
  return {
    low: 10 ** from, high: 10 ** to, ticks,
    at: (value) => line.at(Math.log10(value)), value: (place) => 10 ** line.value(place),
  };
}

/** 1, 2 or 5 times a power of ten, not below `step`. */
function niceStep(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].find((times) => times * power >= step * (1 - 1e-9)) * power;
}
