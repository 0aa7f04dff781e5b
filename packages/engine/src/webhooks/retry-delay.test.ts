import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

const hours = 3_600_000;
const delays = (random: number) =>
  Array.from({ length: 9 }, (_, index) => retryDelayMs({ attempts: index + 1, retryMs: 5_000, random: () => random }));

test('attempts come at growing distances, ten of them within about a day', () => {
  expect(delays(0.5)).toEqual([
    5_000, 20_000, 80_000, 320_000, 1_280_000, 5_120_000, 20_480_000, 28_800_000, 28_800_000,
  ]);
  const total = delays(0.5).reduce((sum, delay) => sum + delay);
  expect(total).toBeGreaterThan(23 * hours);
  expect(total).toBeLessThan(25 * hours);
});

test('those that failed together do not come back together', () => {
  expect(delays(0)[0]).toBe(4_000);
  expect(delays(1)[0]).toBe(6_000);
});

test('a receiver may ask for more time, within bounds', () => {
  const of = (asked: number) => retryDelayMs({ attempts: 1, retryMs: 5_000, asked, random: () => 0.5 });
  expect(of(60_000)).toBe(60_000);
  expect(of(1)).toBe(5_000);
  expect(of(1000 * hours)).toBe(8 * hours);
});
