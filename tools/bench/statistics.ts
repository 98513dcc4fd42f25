/** The middle value; of an even number of values, the mean of the two in the middle. @throws RangeError of none */
export function median(values: readonly number[]): number {
  return (
    (percentile(values, 0.5) +
      percentile(
        [...values].map((value) => -value),
        0.5,
      ) *
        -1) /
    2
  );
}

/**
 * The smallest of the values that at least this share of them does not exceed.
 *
 * @param share From 0 to 1: 0.99 is the 99th percentile.
 * @throws RangeError of none
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) {
    throw new RangeError("there is no percentile of nothing");
  }
  return found;
}

/** The most of these moments that lie within one window of time, both of its ends included. */
export function mostWithin(windowMs: number, moments: readonly number[]): number {
  return moments.reduce((most, from) => {
    const within = moments.filter((moment) => moment >= from && moment <= from + windowMs).length;
    return Math.max(most, within);
  }, 0);
}
