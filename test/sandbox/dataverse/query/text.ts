import { folded, foldedOnce } from './collation.ts'

/** Splits at a separator that stands outside quotes (OData's single, JSON's double), parentheses and brackets. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === "'" || character === '"') quote = character
    else if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

const SPECIAL = /[.*+?^${}()|\\[\]/]/g

/** A character as a regular expression's class takes it, whatever it is. */
const coded = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** The inside of `[…]`: characters and ranges, of which one that runs backwards holds nothing. */
function characterClass(set: string): string {
  const isNegative = set.length > 1 && set.startsWith('^')
  const characters = Array.from(isNegative ? set.slice(1) : set)
  const members: string[] = []
  for (let at = 0; at < characters.length; at++) {
    const [low = '', dash, high] = characters.slice(at, at + 3)
    if (dash !== '-' || high === undefined) members.push(coded(low))
    else {
      if (low <= high) members.push(`${coded(low)}-${coded(high)}`)
      at += 2
    }
  }
  return `[${isNegative ? '^' : ''}${members.join('')}]`
}

/** What most patterns are: words with anything before them, after them, or both. */
function wordsTest(words: string, anyBefore: boolean, anyAfter: boolean): (text: string) => boolean {
  if (anyBefore)
    return anyAfter ? (text) => foldedOnce(text).includes(words) : (text) => foldedOnce(text).endsWith(words)
  return anyAfter ? (text) => foldedOnce(text).startsWith(words) : (text) => foldedOnce(text) === words
}

/**
 * SQL's LIKE as Dataverse runs it: `%`, `_`, `[set]` and `[^set]`, without case and accents, every blank significant.
 * @see https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
 */
export function likeTest(pattern: string): (text: string) => boolean {
  const wanted = folded(pattern)
  const [whole, before, words = '', after] = /^(%?)([^%_[]*)(%?)$/.exec(wanted) ?? []
  if (whole !== undefined) return wordsTest(words, before === '%', after === '%')
  const source = wanted.replace(/\[(\^?(?:\[[^\][]*|[^\][]+))\]|%|_|[^%_[]+|\[/g, (part, set: string | undefined) => {
    if (set !== undefined) return characterClass(set)
    if (part === '%') return '.*'
    return part === '_' ? '.' : part.replace(SPECIAL, '\\$&')
  })
  const expression = new RegExp(`^${source}$`, 'su')
  return (text) => expression.test(foldedOnce(text))
}

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
