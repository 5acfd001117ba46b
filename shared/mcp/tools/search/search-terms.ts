import { plainLine } from '../../tool/plain-text.ts'

const LONGEST_QUERY = 2_000
const LONGEST_TERM = 100
const MOST_TERMS = 8
/** Switches and Boolean words that models write for other search engines. */
const NO_TERM = /^(?:--.*|AND|OR|NOT)$/
const FIELD = /(?<![^\s+\-!("])[a-z_]+:(?=["(\p{L}\p{N}])/giu
const PUNCTUATION = String.raw`[+\-|&!(){}[\]^"'“”‘’~*?:\\/,;.<>=]`
const EDGES = new RegExp(`^${PUNCTUATION}+|(?<!${PUNCTUATION})${PUNCTUATION}+$`, 'gu')

/** The words of a query that a record must hold, without operators; none when it holds no letter and no digit. */
export function searchTerms(query: string): string[] {
  const line = plainLine(query.slice(0, LONGEST_QUERY), LONGEST_QUERY)
  const tokens = line.replaceAll(FIELD, '').split(/[\s"“”()|]+/)
  const terms = tokens.filter((token) => !NO_TERM.test(token)).map(termOf)
  const held = terms.filter((term) => /[\p{L}\p{N}]/u.test(term))
  return [...new Map(held.map((term) => [term.toLowerCase(), term])).values()].slice(0, MOST_TERMS)
}

function termOf(token: string): string {
  return token.replaceAll(EDGES, '').slice(0, LONGEST_TERM).toWellFormed()
}
