/**
 * The pattern as a regular expression that is valid with the `u` flag, which is how JSON Schema validators read it
 * (draft 2020-12 section 6.4), or undefined when it cannot be written so without changing what it matches.
 *
 * Mends what real documents contain: `/^…$/` delimiters, needless escapes (`\-`, `\_`), a bare `-` beside a class escape
 * (`[\w-.]`), bare braces and brackets, `\A` and `\z`, `(?P<name>…)`, POSIX classes (`[[:alnum:]]`).
 */
export function toUnicodePattern(pattern: string): string | undefined {
  const delimited = /^\/(\^.*)\/([a-z]*)$/s.exec(pattern);
  if (delimited !== null) {
    const [, inner = '', flags = ''] = delimited;
    return /^[gu]*$/.test(flags) ? toUnicodePattern(inner) : undefined;
  }
  if (isValid(pattern)) return pattern;
  const rewritten = rewrite(pattern);
  return rewritten !== undefined && isValid(rewritten) ? rewritten : undefined;
}

function isValid(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const syntaxCharacters = new Set('^$\\.*+?()[]{}|/');
const letterEscapes = new Set('dDwWsSbBtnvfr0123456789cxupPk');
const posixClasses: ReadonlyMap<string, string> = new Map([
  ['alnum', 'A-Za-z0-9'],
  ['alpha', 'A-Za-z'],
  ['digit', '0-9'],
  ['lower', 'a-z'],
  ['punct', '!-\\/:-@\\[-`\\{-~'],
  ['space', '\\s'],
  ['upper', 'A-Z'],
  ['word', '\\w'],
  ['xdigit', 'A-Fa-f0-9'],
]);

function rewrite(pattern: string): string | undefined {
  let out = '';
  let inClass = false;
  let classStart = 0;
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern.charAt(index);
    const rest = pattern.slice(index);
    if (character === '\\') {
      const next = pattern.charAt(index + 1);
      if (next === '') return undefined;
      index += 1;
      if (!inClass && next === 'A') out += '^';
      else if (!inClass && (next === 'z' || next === 'Z')) out += '$';
      else if (syntaxCharacters.has(next) || letterEscapes.has(next) || (inClass && next === '-')) out += `\\${next}`;
      else if (/[A-Za-z]/.test(next)) return undefined;
      else out += next;
    } else if (inClass) {
      const posix = /^\[:([a-z]+):\]/.exec(rest);
      const range = posix?.[1] === undefined ? undefined : posixClasses.get(posix[1]);
      if (posix !== null && range !== undefined) {
        out += range;
        index += posix[0].length - 1;
      } else if (character === ']' && out.length > classStart) {
        inClass = false;
        out += character;
      } else if (character === '-' && (/\\[dDwWsS]$/.test(out) || /^-\\[dDwWsS]/.test(rest))) {
        out += '\\-';
      } else {
        out += character;
      }
    } else if (character === '[') {
      inClass = true;
      out += character;
      if (pattern.charAt(index + 1) === '^') {
        out += '^';
        index += 1;
      }
      classStart = out.length;
    } else if (rest.startsWith('(?P<')) {
      out += '(?<';
      index += 3;
    } else if (character === '{') {
      const quantifier = /^\{\d+(?:,\d*)?\}/.exec(rest);
      out += quantifier === null ? '\\{' : quantifier[0];
      index += quantifier === null ? 0 : quantifier[0].length - 1;
    } else if (character === '}' || character === ']') {
      out += `\\${character}`;
    } else {
      out += character;
    }
  }
  return out;
}
