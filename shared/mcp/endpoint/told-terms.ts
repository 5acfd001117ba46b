import type { Term } from '../../dataverse/query/terms/term.ts'
import type { Hiders } from '../../dataverse/hiding/hiders.ts'
import { saying, type IsOn, type TellTerms } from './instructions.ts'

const MOST_NAMES = 15
const MOST_CHARACTERS = 300

/**
 * Names of terms for what a model is told before its first call, the company's own first. No table is described yet: a
 * term that has a word of what an administrator hides is left out.
 */
export function toldTerms(terms: readonly Term[], hiders: Pick<Hiders, 'names'> | undefined): TellTerms {
  const names = namesToTell(terms, hiders)
  return (isOn) => defined(names, isOn)
}

function namesToTell(terms: readonly Term[], hiders: Pick<Hiders, 'names'> | undefined): readonly string[] {
  const shown = hiders ? terms.filter((term) => !wordsOf(term).some((word) => hiders.names.has(word))) : terms
  const ordered = [...shown.filter(({ isOwn }) => isOwn), ...shown.filter(({ isOwn }) => !isOwn)]
  const names: string[] = []
  let characters = 0
  for (const name of new Set(ordered.map((term) => term.name))) {
    characters += name.length + 2
    if (names.length === MOST_NAMES || characters > MOST_CHARACTERS) break
    names.push(name)
  }
  return names
}

function wordsOf({ entity, filter = '', measure = '', date = '', amount = '' }: Term): readonly string[] {
  return [entity, filter, measure, date, amount].join(' ').toLowerCase().match(/\w+/g) ?? []
}

/** The company's words, and the ways to use them. */
function defined(terms: readonly string[], isOn: IsOn): readonly string[] {
  const inFilters = "in a filter term eq 'name', with period eq this-quarter for its own dates"
  const ways = [
    ...saying(['query_crm', 'analyze'].some(isOn), inFilters),
    ...saying(isOn('analyze'), 'in measures of analyze the name alone'),
  ]
  if (terms.length === 0 || ways.length === 0) return []
  const more = isOn('get_entity_metadata') ? ' get_entity_metadata says what they mean.' : ''
  return [`Words that are defined here: ${terms.join(', ')}. Use the definition: ${ways.join('; ')}.${more}`]
}
