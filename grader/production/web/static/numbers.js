// Arithmetic on logits, and the time of a call.

/** Probabilities of logits. */
export function softmax(logits) {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - top));
  const sum = powers.reduce((one, other) => one + other);
  return powers.map((power) => power / sum);
}

/** The position of the largest number. */
export function argmax(numbers) {
  return numbers.indexOf(Math.max(...numbers));
}

/** The largest difference of two lists of logits, divided by the largest expected one. */
export function difference(given, expected) {
  const apart = expected.map((logit, i) => Math.abs(logit - given[i]));
  return Math.max(...apart) / Math.max(...expected.map(Math.abs));
}

/** Mean milliseconds of a call, after calls that only warm up. */
export async function milliseconds(call, warmUp = 20, calls = 100) {
  for (let i = 0; i < warmUp; i++) await call();
  const start = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return (performance.now() - start) / calls;
}
