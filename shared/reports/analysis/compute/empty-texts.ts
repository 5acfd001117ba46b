import type { Column } from '../../../dataverse/metadata/model.ts'
import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import {
  bareSource,
  filterOf,
  listOf,
  plainAttribute,
  type Condition,
  type Filter,
} from '../../../dataverse/query/model/query.ts'
import { shown } from '../../../dataverse/query/say/refusals.ts'
import { fetchPath } from '../../../dataverse/query/to-wire/first-page.ts'
import { likePattern } from '../../../dataverse/query/to-wire/like-pattern.ts'
import { Page } from '../../../dataverse/rows/rows.ts'
import type { Outcome } from '../model.ts'
import type { WebApi } from '../../../dataverse/web-api/web-api.ts'

const MOST = 3
const SHORTEST = 2

type Compared = { readonly column: Column; readonly text: string }

/**
 * Where no row matches: the texts that no row has whole, and others have within, as `Propose` in `3-Propose`. One request
 * more, of an answer that holds nothing.
 */
export async function emptyTexts(
  { resolved }: Outcome,
  { dataverse }: { readonly dataverse: WebApi },
): Promise<readonly string[]> {
  const { entity, byName } = resolved.table
  const conditions = resolved.queries.flatMap((query) => query.entity.filters).flatMap(conditionsIn)
  const compared = conditions.flatMap((condition) => textOf(condition, byName))
  const asked = [...new Map(compared.map((one) => [`${one.column.name} ${one.text}`, one])).values()].slice(0, MOST)
  if (asked.length === 0) return []
  const answers = await dataverse.batch(
    asked.map(({ column, text }) => {
      const condition = { attribute: column.name, operator: 'like', values: [likePattern('contains', text)] }
      const query = listOf({
        ...bareSource(entity.name),
        attributes: [plainAttribute(entity.idColumn)],
        filters: [filterOf('and', { conditions: [condition] })],
      })
      return { path: fetchPath(query, entity, { page: 1, count: 1 }), schema: Page, isOptional: true }
    }),
  )
  return asked.flatMap(({ column, text }, at) => {
    const answer = answers[at]
    if (answer?.ok !== true || answer.value.value.length === 0) return []
    const literal = text.replaceAll("'", "''")
    return [
      `${column.name} is compared with a whole text, and rows have "${shown(text, 100)}" within it: contains(${column.name},'${shown(literal, 100)}') finds them.`,
    ]
  })
}

function conditionsIn({ conditions, filters }: Filter): readonly Condition[] {
  return [...conditions, ...filters.flatMap(conditionsIn)]
}

function textOf(condition: Condition, byName: ReadonlyMap<string, Column>): Compared[] {
  const { attribute, entityName, operator, values, otherColumn } = condition
  const column = byName.get(attribute)
  if (column === undefined || entityName !== undefined || otherColumn !== undefined || kindOf(column) !== 'text')
    return []
  if (operator !== 'eq' && operator !== 'in') return []
  return values.filter((text) => text.length >= SHORTEST).map((text) => ({ column, text }))
}
