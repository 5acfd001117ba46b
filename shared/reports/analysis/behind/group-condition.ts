import { kindOf } from '../../../dataverse/query/model/column-kind.ts'
import { FUNCTION_PREFIX } from '../../../dataverse/query/model/operators.ts'
import { visible } from '../../../dataverse/records/visible-text.ts'
import type { ColumnPath, Group, Key, ResolvedAnalysis } from '../model.ts'
import { daysOfKey, fiscalOfKey } from './days-of-key.ts'

type Resolved = ResolvedAnalysis['groups'][number]

/** That a row is of a group, in the language of `filter`; nothing where it cannot be said there. */
export function groupCondition(group: Group, key: Key, resolved: Resolved): string | undefined {
  const { column } = resolved
  const written = pathOf(group)
  if (!column || !written) return undefined
  const name = [...written.path, column.name].join('/')
  if (!/^[\w/]+$/.test(name)) return undefined
  if (key === null) return `${name} eq null`
  if (group.kind === 'band') return bandCondition(name, group.edges, Number(key))
  if (group.kind === 'column') return valueCondition(name, key, resolved)
  const fiscal = fiscalOfKey(group.part, key)
  if (fiscal) return fiscalCondition(name, fiscal)
  const days = daysOfKey(group.part, key)
  return days && `${name} ge ${days[0]} and ${name} le ${days[1]}`
}

/** What the fiscal year or period is, Dataverse knows. */
function fiscalCondition(name: string, [year, period]: readonly [number, number?]): string {
  const of = `PropertyName='${name}'`
  if (period === undefined) return `${FUNCTION_PREFIX}InFiscalYear(${of},PropertyValue=${year})`
  return `${FUNCTION_PREFIX}InFiscalPeriodAndYear(${of},PropertyValue1=${period},PropertyValue2=${year})`
}

function pathOf(group: Group): ColumnPath | undefined {
  if (group.kind !== 'band') return group.column
  return group.of.kind === 'column' ? group.of.column : undefined
}

function bandCondition(name: string, edges: readonly number[], at: number): string {
  const [from, to] = [edges[at], edges[at + 1]]
  if (from === undefined) return `${name} lt ${edges[0] ?? 0}`
  return to === undefined ? `${name} ge ${from}` : `${name} ge ${from} and ${name} lt ${to}`
}

function valueCondition(name: string, key: string | number | boolean, { column }: Resolved): string | undefined {
  const kind = column && kindOf(column)
  if (kind === 'yes-no') return `${name} eq ${key === true || Number(key) === 1}`
  if (kind === 'lookup' || kind === 'id' || kind === 'date') return `${name} eq ${String(key)}`
  if (kind === 'choice' || kind === 'number') return `${name} eq ${Number(key)}`
  // A text that is cleaned on its way out would find other rows.
  const isText = kind === 'text' || column?.type === 'EntityName'
  if (!isText || typeof key !== 'string' || visible(key) !== key) return undefined
  return `${name} eq '${key.replaceAll("'", "''")}'`
}
