/** A media range, in small letters, and its weight from 0 up to 1. */
type Range = { readonly range: string; readonly weight: number }

/**
 * Those of the types on offer that a request takes. Of several ranges that fit a type the narrowest says its weight, and
 * a weight of 0 is a no. Parameters other than the weight say nothing, as no type on offer has any; without the header,
 * or with an empty one, all are taken.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function acceptedOf<Type extends string>(accept: string | null, offered: readonly Type[]): readonly Type[] {
  if (accept === null || accept.trim() === '') return offered
  const ranges = partsOf(accept, ',').map(rangeOf)
  return offered.filter((type) => weightOf(type, ranges) > 0)
}

function weightOf(type: string, ranges: readonly Range[]): number {
  const [group = ''] = type.split('/')
  const fitting = [type, `${group}/*`, '*/*'].map((wanted) => ranges.filter(({ range }) => range === wanted))
  const narrowest = fitting.find((found) => found.length > 0) ?? []
  return Math.max(0, ...narrowest.map(({ weight }) => weight))
}

function rangeOf(part: string): Range {
  const [range = '', ...parameters] = partsOf(part, ';')
  const weight = parameters.map((one) => one.split('=')).find(([name = '']) => name.trim().toLowerCase() === 'q')
  const name = range.trim().toLowerCase()
  // Java's own client writes the range of everything with one star.
  return { range: name === '*' ? '*/*' : name, weight: weight === undefined ? 1 : numberOf(weight[1]) }
}

/** What is no number is no no. */
function numberOf(text = ''): number {
  const weight = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(weight) ? 1 : Math.min(Math.max(weight, 0), 1)
}

/** A comma or semicolon within quotes separates nothing. */
function partsOf(text: string, separator: ',' | ';'): readonly string[] {
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && quoted) at++
    else if (text[at] === '"') quoted = !quoted
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}
