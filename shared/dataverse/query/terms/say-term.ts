import { shown } from '../say/refusals.ts'
import type { Term } from './term.ts'

/** Of a definition that is told beside an answer. */
const LONGEST = 400

/** What a term means, whoever defined it: a sentence for an answer that used it. */
export function sayTerm(term: Term): string {
  return `"${shown(term.name)}" means: ${definitionOf(term, LONGEST)}. ${definedBy(term)}`
}

/** The same with the other words for it, for whoever asks what there is. @param longest characters of a definition */
export function describeTerm(term: Term, longest: number): string {
  const also = term.aliases.length === 0 ? '' : ` (or ${term.aliases.map((one) => shown(one)).join(', ')})`
  return `${shown(term.name)}${also}: ${definitionOf(term, longest)}. ${definedBy(term)}`
}

function definitionOf({ meaning, filter, measure, date, amount }: Term, longest: number): string {
  const parts = [
    filter && shown(filter, longest),
    measure && `figure ${shown(measure, longest)}`,
    date && `dates ${date}`,
    amount && `amounts ${amount}`,
  ].filter(Boolean)
  const sentence = shown(meaning, longest).replace(/\.$/, '')
  return parts.length === 0 ? sentence : `${sentence} (${parts.join('; ')})`
}

function definedBy({ isOwn, owner }: Term): string {
  if (!isOwn) return 'Built in.'
  return `Defined by ${owner === undefined ? 'this company' : shown(owner).replace(/\.$/, '')}.`
}
