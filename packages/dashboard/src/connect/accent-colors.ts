/** Red, green and blue, each from 0 to 255. */
type Color = readonly [number, number, number];

/** What the pages are painted on; `quiet` lies behind what is not the main thing. */
export const surfaces = {
  light: { page: '#f5f6f8', card: '#ffffff', quiet: '#f1f3f6' },
  dark: { page: '#0d0e11', card: '#17191d', quiet: '#202329' },
} as const;

/** Colours in one theme, as CSS writes them. */
export interface AccentColors {
  /** Of what is pressed. */
  readonly fill: string;
  /** Of the text on it. */
  readonly onFill: string;
  /** Of its edge, where it would otherwise not stand out. */
  readonly edge: string;
  /** Of text, icons and focus rings on the page itself. */
  readonly text: string;
}

/** Of text (WCAG 2.2, success criterion 1.4.3), with a little to spare. */
const textContrast = 4.6;
/** Of what is not text (success criterion 1.4.11). */
const shapeContrast = 3;

/** `#rgb` or `#rrggbb` as six lower-case digits; undefined for anything else. */
export function readColor(text: string): string | undefined {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1]?.toLowerCase();
  if (digits === undefined) return undefined;
  return `#${digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits}`;
}

/**
 * The colours that go with one colour in both themes. The colour itself stays what it is where it is a fill; where it is
 * text it is darkened or lightened until it can be read.
 *
 * @param color As `readColor` gives it
 */
export function accentColors(color: string): { readonly light: AccentColors; readonly dark: AccentColors } {
  const fill = parse(color);
  const onFill = contrast(fill, white) >= contrast(fill, black) ? white : black;
  const inTheme = (theme: 'light' | 'dark'): AccentColors => {
    const grounds = Object.values(surfaces[theme]).map(parse);
    const text = readable(fill, grounds, theme === 'light' ? black : white);
    const standsOut = grounds.every((ground) => contrast(fill, ground) >= shapeContrast);
    return {
      fill: color,
      onFill: format(onFill),
      edge: standsOut ? 'transparent' : format(text),
      text: format(text),
    };
  };
  return { light: inTheme('light'), dark: inTheme('dark') };
}

/** Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: string, other: string): number {
  return contrast(parse(one), parse(other));
}

const black: Color = [0, 0, 0];
const white: Color = [255, 255, 255];

function readable(color: Color, grounds: readonly Color[], towards: Color): Color {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, towards, share);
    if (grounds.every((ground) => contrast(mixed, ground) >= textContrast)) return mixed;
  }
  return towards;
}

function mix(from: Color, to: Color, share: number): Color {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [channel(0), channel(1), channel(2)];
}

function contrast(one: Color, other: Color): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: Color): number {
  const [red, green, blue] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(color: string): Color {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function format(color: Color): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
