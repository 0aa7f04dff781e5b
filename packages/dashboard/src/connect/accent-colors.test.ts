import { expect, test } from 'vitest';
import { accentColors, contrastOf, readColor, surfaces } from './accent-colors.ts';

test.each([
  ['#abc', '#aabbcc'],
  [' #A1B2C3 ', '#a1b2c3'],
  ['abc', undefined],
  ['#abcd', undefined],
  ['#ggg', undefined],
])('%j is %s', (text, color) => {
  expect(readColor(text)).toBe(color);
});

test('contrast is that of WCAG', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
});

// A grid over all colours, corners and greys included.
const steps = ['00', '33', '66', '77', '99', 'cc', 'ff'];
const colors = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => `#${red}${green}${blue}`)));

test.each(['light', 'dark'] as const)('every colour can be read on %s', (theme) => {
  for (const color of colors) {
    const { fill, onFill, edge, text } = accentColors(color)[theme];
    expect(fill).toBe(color);
    expect(contrastOf(onFill, fill), `${onFill} on ${fill}`).toBeGreaterThanOrEqual(4.5);
    for (const ground of Object.values(surfaces[theme])) {
      expect(contrastOf(text, ground), `${text} (${color}) on ${ground}`).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(edge === 'transparent' ? fill : edge, ground)).toBeGreaterThanOrEqual(3);
    }
  }
});

test('a colour that can be read stays what it is', () => {
  expect(accentColors('#0f5132').light.text).toBe('#0f5132');
  expect(accentColors('#a7f3d0').dark.text).toBe('#a7f3d0');
});
