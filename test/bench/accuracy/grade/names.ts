import { isLetterOrDigit, plain } from './plain.ts'

export type Mention = { readonly name: string; readonly at: number }

function stands(text: string, name: string, at: number): boolean {
  const end = at + name.length
  const opens = isLetterOrDigit(name[0]) && isLetterOrDigit(text[at - 1])
  return !opens && !(isLetterOrDigit(name.at(-1)) && isLetterOrDigit(text[end]))
}

/**
 * The names that a plain text mentions, in its order and each once. Longer ones are looked for first, so that "Pebble
 * Beach Lodges Ltd" does not mention "Pebble Beach Lodges".
 */
export function mentions(text: string, known: readonly string[]): Mention[] {
  let rest = text
  const found = new Map<string, number>()
  for (const name of known.toSorted((left, right) => right.length - left.length)) {
    const wanted = plain(name)
    for (let at = rest.indexOf(wanted); at >= 0; at = rest.indexOf(wanted, at + 1)) {
      if (!stands(rest, wanted, at)) continue
      found.set(name, Math.min(at, found.get(name) ?? at))
      rest = `${rest.slice(0, at)}${' '.repeat(wanted.length)}${rest.slice(at + wanted.length)}`
    }
  }
  return [...found].map(([name, at]) => ({ name, at })).sort((left, right) => left.at - right.at)
}

const ITEM = /^(?:[-*•]|\d{1,2}[.)]) +(?=\S)/

/** Lines of a list in which no known name stands: the model has made one up, or changed it. */
export function strangers(text: string, known: readonly string[]): string[] {
  const items = text.split('\n').filter((line) => ITEM.test(line.trim()))
  return items.filter((item) => mentions(item.trim().replace(ITEM, ''), known).length === 0)
}
