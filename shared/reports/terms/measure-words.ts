import { parseFilter } from '../../dataverse/query/from-odata/parse-filter.ts'
import type { Term } from '../../dataverse/query/terms/term.ts'
import type { Expression } from '../analysis/model.ts'
import { readExpression } from '../analysis/parse/measure/expression.ts'
import { splitCondition } from '../analysis/parse/split-condition.ts'
import { invalid } from '../check/check-template.ts'
import { type UsedTerm, wordsOf } from './words-of.ts'

/**
 * The words that a measure uses: as figures, and in the conditions of figures.
 * @throws QueryError
 */
export function wordsOfMeasure(measure: string, find: (name: string) => Term | undefined): readonly UsedTerm[] {
  const used: UsedTerm[] = []
  const expression = readExpression(measure, {
    find: (name) => {
      const term = find(name)
      if (!term) return undefined
      used.push({ name, here: true })
      return { name: term.slug, expression: { kind: 'aggregation', aggregation: { name: 'count' } } }
    },
    unknown: (name) => invalid(`it uses the term "${name.slice(0, 40)}", which its table has not`),
    isElsewhere: () => false,
    isNear: () => false,
  })
  return [...used, ...conditionsOf(expression).flatMap(wordsOfCondition)]
}

function conditionsOf(expression: Expression): string[] {
  if (expression.kind === 'calculated') return [...conditionsOf(expression.left), ...conditionsOf(expression.right)]
  if (expression.kind === 'share') return conditionsOf(expression.of)
  return expression.kind === 'aggregation' ? [expression.aggregation.where ?? ''] : []
}

function wordsOfCondition(text: string): UsedTerm[] {
  const { filter } = splitCondition(text)
  return filter === '' ? [] : wordsOf(parseFilter(filter, () => undefined))
}
