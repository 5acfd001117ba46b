import { QueryError } from '../errors.ts'
import type { Column, Sight, Visibility } from '../metadata/model.ts'

/** Collects the columns of one call that are hidden from its person, or may be, by what they are called in it. */
export type Findings = {
  readonly add: (name: string, seen: Seen) => void
  /** What the result has to say of them; nothing where every column is shown. */
  readonly sentences: () => readonly string[]
}

/** `kept`: an administrator hides it from models; `masked`: they get what a mask leaves. */
export type Seen = Visibility | 'kept' | 'masked'

/** How a person who asks through a model sees a column. */
export function seenBy(sight: Sight, column: Column): Seen {
  const { hiding } = column
  if (hiding === 'hidden') return 'kept'
  const visibility = sight(column)
  return hiding !== undefined && visibility === 'shown' ? 'masked' : visibility
}

/** What cannot be asked of a column that is hidden. */
export type HiddenUse = 'condition' | 'order' | 'group' | 'total' | 'link' | 'key' | 'distinct row'

const MOST_NAMED = 20

export function createFindings(): Findings {
  const found = new Map<Seen, Set<string>>()
  const namesOf = (seen: Seen): readonly string[] => [...(found.get(seen) ?? [])]
  return {
    add: (name, seen) => void found.set(seen, (found.get(seen) ?? new Set()).add(name)),
    sentences: () => [
      ...hiddenSentence(namesOf('hidden')),
      ...unsureSentence(namesOf('unsure')),
      ...keptSentence(namesOf('kept')),
      ...maskedSentence(namesOf('masked')),
    ],
  }
}

function hiddenSentence(names: readonly string[]): string[] {
  const [is, its] = names.length === 1 ? ['is', 'its'] : ['are', 'their']
  if (names.length === 0) return []
  return [`${listed(names)} ${is} hidden from you by column security; ${its} values are not shown.`]
}

function keptSentence(names: readonly string[]): string[] {
  const [is, its] = names.length === 1 ? ['is', 'its'] : ['are', 'their']
  if (names.length === 0) return []
  return [`${listed(names)} ${is} hidden from models by an administrator; ${its} values are not shown.`]
}

function maskedSentence(names: readonly string[]): string[] {
  const is = names.length === 1 ? 'is' : 'are'
  return names.length === 0 ? [] : [`${listed(names)} ${is} masked for models by an administrator.`]
}

function unsureSentence(names: readonly string[]): string[] {
  if (names.length === 0) return []
  return [
    `${listed(names)} may be hidden from you by column security, which could not be asked: where no value is shown there may be one, and a condition on it may leave out rows.`,
  ]
}

function listed(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED)
  const left = names.length - named.length
  const [last = ''] = named.slice(-1)
  if (left > 0) return `${named.join(', ')} and ${left} more columns`
  return named.length === 1 ? last : `${named.slice(0, -1).join(', ')} and ${last}`
}

/**
 * Dataverse answers what is asked of a column that it hides as if the column were empty: every row has no credit limit
 * then, and their sum is nothing.
 */
export function hiddenColumn(column: string, entity: string, use: HiddenUse): QueryError {
  return new QueryError(
    'hidden_column',
    `The column ${column} of ${entity} is hidden from you by column security: ${use === 'order' ? 'an' : 'a'} ${use} by it would be answered as if it were empty.`,
    'Leave it out, and say that it is hidden; an administrator gives access by a column security profile.',
  )
}
