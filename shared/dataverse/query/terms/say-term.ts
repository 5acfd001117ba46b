import { shown } from '../say/refusals.ts'
import type { Term } from './term.ts'

/** More of a definition get_entity_metadata shows. */
const LONGEST = 400

/** What a term means, whoever defined it: a sentence for an answer that used it. */
export function sayTerm(term: Term): string {
  return `"${shown(term.name)}" means: ${definitionOf(term)}. ${definedBy(term)}`
}

function definitionOf(term: Term): string {
  const { meaning, filter, measure, date, amount } = term
  const parts = [
    filter && shown(filter, LONGEST),
    measure && `figure ${shown(measure, LONGEST)}`,
    date && `dates ${date}`,
    amount && `amounts ${amount}`,
  ].filter(Boolean)
  const sentence = shown(meaning, LONGEST).replace(/\.$/, '')
  return parts.length === 0 ? sentence : `${sentence} (${parts.join('; ')})`
}

function definedBy({ isOwn, owner }: Term): string {
  if (!isOwn) return 'Built in.'
  return `Defined by ${owner === undefined ? 'this company' : shown(owner).replace(/\.$/, '')}.`
}
