import type { Table } from '../../../metadata/model.ts'

/** What people call the time at which something was ended. */
const ENDED = /^(?:date)?(?:resolved|resolution|closed|closing|close|completed)(?:on|at|date|time)?$/

/** Where a row has no date of its end, as cases have none: the row that ended it has. @param word letters and digits */
export function closingStep({ entity, collections }: Table, word: string): string | undefined {
  if (!ENDED.test(word)) return undefined
  const targets = [`${entity.name}resolution`, `${entity.name}close`]
  const way = collections.find(({ target, column }) => targets.includes(target) && column === entity.idColumn)
  if (way?.column === undefined) return undefined
  return `When it ended is actualend of the entity ${way.target}, whose ${way.column} leads here: ask that entity.`
}
