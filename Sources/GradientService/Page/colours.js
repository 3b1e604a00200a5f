// One diverging scale for signed numbers, from the theme's colours: negative, zero, positive.

let table = null;
let none = null;
const size = 512;

/** Small numbers are to be seen beside large ones: colour goes with this power of the share of the largest. */
const power = 0.6;

const parsed = (text) => {
  const digits = text.trim().replace('#', '');
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
};

const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const encoded = (c) => 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

/** Between two colours in Oklab, where equal ways look equally long. */
function toLab([r, g, b]) {
  [r, g, b] = [linear(r), linear(g), linear(b)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((c) => Math.round(Math.min(255, Math.max(0, encoded(Math.max(c, 0))))));
}

function build() {
  const style = getComputedStyle(document.documentElement);
  const grey = parsed(style.getPropertyValue('--line-strong'));
  none = { rgb: grey, css: `rgb(${grey.join(' ')})`, dark: toLab(grey)[0] < 0.62 };
  const [negative, zero, positive] = ['--negative', '--zero', '--positive']
    .map((name) => toLab(parsed(style.getPropertyValue(name))));
  table = Array.from({ length: 2 * size + 1 }, (_, index) => {
    const share = (index - size) / size;
    const end = share < 0 ? negative : positive;
    const rgb = fromLab(zero.map((part, i) => part + (end[i] - part) * Math.abs(share)));
    return { rgb, css: `rgb(${rgb.join(' ')})`, dark: toLab(rgb)[0] < 0.62 };
  });
}

/** To be called when the theme has changed. */
export const forgetColours = () => { table = null; };

function entry(value, most) {
  if (!table) build();
  if (Number.isNaN(value)) return none;
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  const place = Math.round(size * share ** power);
  return table[size + (value < 0 ? -place : place)] ?? table[size];
}

/** The colour of `value` where `most` is the size of the strongest; grey for what is no number. */
export const signedColour = (value, most) => entry(value, most).css;

/** The same as red, green and blue. */
export const signedParts = (value, most) => entry(value, most).rgb;

/** Whether white is to be written on that colour. */
export const isDark = (value, most) => entry(value, most).dark;
