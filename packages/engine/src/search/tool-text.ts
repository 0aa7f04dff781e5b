import type { SearchableTool, SearchableToolkit } from './searchable-tool.ts';

const longestAppName = 44;

/** What an app is called in texts: `Google Cloud DNS API` is `Google Cloud DNS`; a title without the provider gets it. */
export function appNameOf({ slug, name }: SearchableToolkit): string {
  const words = slug
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .join(' ')
    .trim();
  const short = name
    .replace(
      /\b(the|rest|restful|web|http|public|open)?\s*\bapi(s)?\b(\s*(v?\d[\w.]*|reference|documentation|specification))*/gi,
      ' ',
    )
    .replace(/\bv\d+(\.\d+)*\b/gi, ' ')
    .replace(/[|()[\]]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s\-–:,.]+|[\s\-–:,.]+$/g, '');
  if (short === '' || short.length > longestAppName) return words;
  const first = words.split(' ', 1)[0] ?? '';
  const flat = short.toLowerCase().replace(/[^a-z0-9]/g, '');
  return flat.includes(first) ? short : `${words} ${short}`;
}

/** Parts of paths that name no thing. */
const unnamed = /^(api|rest|v?\d+(\.\d+)*|v\d+\w*|latest|json|\{(format|version|api-?version)\})$/i;

/**
 * A request in words: `DELETE /repos/{owner}/{repo}/issues/{number}` is `delete a issue of repo`. For the many operations
 * whose documents say nothing else. Empty if there is no word in the path.
 */
export function verbalise(method: string, path: string): string {
  const parts: { readonly words?: string }[] = [];
  for (const segment of path.split(/[/?]/)) {
    if (segment === '' || unnamed.test(segment)) continue;
    if (/^\{[^}]*\}$/.test(segment)) {
      parts.push({});
      continue;
    }
    for (const piece of segment.replace(/\{[^}]*\}/g, ' {} ').split(/[:.]/)) {
      const words = spaced(piece.replace(/\.(json|xml)$/i, '')).toLowerCase();
      if (words !== '') parts.push({ words });
      if (piece.includes('{}')) parts.push({});
    }
  }
  const nouns = parts.flatMap(({ words }, index) =>
    words === undefined ? [] : [{ words, isOne: index + 1 < parts.length && parts[index + 1]?.words === undefined }],
  );
  const last = nouns.at(-1);
  if (last === undefined) return '';
  const owners = nouns
    .slice(0, -1)
    .slice(-3)
    .toReversed()
    .map(({ words, isOne }) => (isOne ? singularOf(words) : words));
  const action = actionOf(method, last.words, last.isOne);
  return [action, ...owners].join(' of ');
}

function actionOf(method: string, words: string, isOne: boolean): string {
  const one = singularOf(words);
  if (isOne) {
    const verb = { GET: 'get', PUT: 'update', PATCH: 'update', DELETE: 'delete', POST: 'update' }[method];
    return `${verb ?? method.toLowerCase()} a ${one}`;
  }
  const isPlural = one !== words;
  switch (method) {
    case 'GET':
      return `${isPlural ? 'list' : 'get'} ${words}`;
    case 'POST':
      return isPlural ? `create a ${one}` : words;
    case 'PUT':
    case 'PATCH':
      return `${isPlural ? 'update' : 'set'} ${words}`;
    default:
      return `${method.toLowerCase()} ${words}`;
  }
}

/** The last word of several is the noun. */
function singularOf(words: string): string {
  const at = words.lastIndexOf(' ') + 1;
  const noun = words.slice(at);
  let one = noun;
  if (/ies$/i.test(noun) && noun.length > 4) one = `${noun.slice(0, -3)}y`;
  else if (/(ss|us|is)$/i.test(noun)) one = noun;
  else if (/(x|ch|sh|ss|z)es$/i.test(noun)) one = noun.slice(0, -2);
  else if (/s$/i.test(noun) && noun.length > 3) one = noun.slice(0, -1);
  return words.slice(0, at) + one;
}

/** `listPullRequests` and `list_pull-requests` with spaces between their words. */
export function spaced(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Of a description: what models read past is left out. */
export function plainText(text: string): string {
  return text
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const longestText = 320;
const longestSummary = 80;

/** What is embedded of a tool, with how much each text counts. */
export function embeddingTexts(
  tool: SearchableTool,
  app: string,
): readonly (readonly [text: string, weight: number])[] {
  const { name, method, path } = tool;
  const description = plainText(tool.description);
  const described = description.toLowerCase().startsWith(name.toLowerCase()) ? description : `${name}. ${description}`;
  const summary = spaced(name).slice(0, longestSummary);
  const action = method === undefined || path === undefined ? '' : verbalise(method, path);
  return [
    [`${app}: ${described}`.slice(0, longestText), 1],
    [`${action === '' ? summary : action} in ${app}: ${summary}`, action === '' ? 0.5 : 1],
  ];
}
