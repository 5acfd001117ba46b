import { shown } from '../../../dataverse/query/say/refusals.ts'
import { plainLine } from '../../tool/plain-text.ts'

const LONGEST_QUERY = 2_000
const LONGEST_TERM = 100
const MOST_TERMS = 8
const MOST_QUOTED = 3
const LONGEST_QUOTED = 40
/** Switches and Boolean words that models write for other search engines. */
const NO_TERM = /^(?:--.*|AND|OR|NOT)$/
const FIELD = /(?<![^\s+\-!("])[a-z_]+:(?=["(\p{L}\p{N}])/giu
const PUNCTUATION = String.raw`[+\-|&!(){}[\]^"'“”‘’~*?:\\/,;.<>=]`
const EDGES = new RegExp(`^${PUNCTUATION}+|(?<!${PUNCTUATION})${PUNCTUATION}+$`, 'gu')
const BREAKS = /[\s"“”()|]+/

/** What a record must hold, and what of the query was read otherwise than it was written. */
export type SearchWords = {
  readonly terms: readonly string[]
  /** Those of the terms that a star ended: a word may go on after them. */
  readonly beginnings: ReadonlySet<string>
  readonly notes: readonly string[]
}

/** The words of a query, without operators; none when it holds no letter and no digit. */
export function searchWords(query: string): SearchWords {
  const line = plainLine(query.slice(0, LONGEST_QUERY), LONGEST_QUERY)
  const fields = [...line.matchAll(FIELD)].map(([field]) => field)
  const tokens = line.replaceAll(FIELD, '').split(BREAKS).filter(Boolean)
  const read = tokens.filter((token) => !NO_TERM.test(token)).map((token) => ({ token, term: termOf(token) }))
  const held = read.filter(({ term }) => /[\p{L}\p{N}]/u.test(term))
  const byWord = new Map(held.map((one) => [one.term.toLowerCase(), one]))
  const kept = [...byWord.values()].slice(0, MOST_TERMS)
  return {
    terms: kept.map(({ term }) => term),
    beginnings: new Set(kept.filter(({ token }) => /[\p{L}\p{N}]\*$/u.test(token)).map(({ term }) => term)),
    notes: [
      ...said('Ignored, as every word must stand in a record', wordsThatChoose(tokens)),
      ...said(
        'Read as words that must stand there, too',
        tokens.filter((token) => /^-[\p{L}\p{N}]/u.test(token)),
      ),
      ...said('Ignored, as words are looked for in all columns of a search', fields),
      ...said('A star counts at the end of a word alone, and was no wildcard in', tokens.filter(hasIdleStar)),
      ...said(
        'Cut after 100 characters',
        held.filter(isCut).map(({ token }) => token),
      ),
      ...said(
        `Not searched for, as ${MOST_TERMS} words are the most`,
        [...byWord.values()].slice(MOST_TERMS).map(({ term }) => term),
      ),
      ...(query.length > LONGEST_QUERY ? ['The query was read up to its 2,000th character.'] : []),
    ],
  }
}

function wordsThatChoose(tokens: readonly string[]): string[] {
  return tokens.filter((token) => token === 'OR' || token === 'NOT')
}

function hasIdleStar(token: string): boolean {
  const [first, ...others] = token.split('*')
  return first !== undefined && others.length > 0 && !(others.length === 1 && others[0] === '' && first !== '')
}

function isCut({ token, term }: { readonly token: string; readonly term: string }): boolean {
  return term.length >= LONGEST_TERM - 1 && token.replaceAll(EDGES, '').length > term.length
}

function said(what: string, words: readonly string[]): string[] {
  const distinct = [...new Set(words)]
  if (distinct.length === 0) return []
  const named = distinct.slice(0, MOST_QUOTED).map((word) => `"${shown(word, LONGEST_QUOTED)}"`)
  const more = distinct.length > MOST_QUOTED ? ` and ${distinct.length - MOST_QUOTED} more` : ''
  return [`${what}: ${named.join(', ')}${more}.`]
}

function termOf(token: string): string {
  return token.replaceAll(EDGES, '').slice(0, LONGEST_TERM).toWellFormed()
}
