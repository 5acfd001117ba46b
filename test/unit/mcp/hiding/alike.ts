import { entityNamed } from '../../../sandbox/dataverse/schema/schema.ts'
import type { Setting } from './stage.ts'

const OF_TABLE = 'of a hidden table'

/** What hides a column, without names: a whole table, the column, one of any table, and how it is masked. */
function wayOf(rules: string, entity: string, column: string): string {
  for (const rule of rules.split(', ')) {
    const [name = '', mask = 'left out'] = rule.split('=')
    if (name === entity) return OF_TABLE
    if (name === `${entity}.${column}`) return mask
    if (name === `*.${column}`) return `anywhere ${mask}`
  }
  // Hidden with another one: money in the base currency, a part of a name, what all activities have.
  const other = column.replace(/_base$/, '')
  return other === column ? `beside others of ${entity}` : `in base of ${wayOf(rules, entity, other)}`
}

/** What a column has in common with others that a rule is as right or as wrong about. */
export function kindOf({ rules }: Setting, entity: string, column: string, isLinkedTo: boolean): string {
  const way = wayOf(rules, entity, column)
  // There no column is looked at.
  if (way === OF_TABLE) return [way, isLinkedTo].join()
  const { columns, primaryNameAttribute } = entityNamed(entity)
  const type = columns.get(column)?.type ?? ''
  const sort = type === 'String' || type === 'Memo' ? 'text' : type
  return [way, sort, column === primaryNameAttribute, isLinkedTo].join()
}
