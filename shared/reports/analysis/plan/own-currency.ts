import type { Column } from '../../../dataverse/metadata/model.ts'
import type { Condition, Filter } from '../../../dataverse/query/model/query.ts'
import { plainAttribute, type Attribute } from '../../../dataverse/query/model/query.ts'
import { isRequired } from '../../../dataverse/query/model/walk.ts'
import type { OutputColumn } from '../../../dataverse/query/model/output-column.ts'
import { takenFromBase } from '../../../dataverse/query/resolve/attributes.ts'
import type { ResolvedSlice } from './resolve-slices.ts'

const CURRENCY = 'transactioncurrencyid'
const BASE = /_base$/

/**
 * Amounts in the currency of the rows, where a condition leaves rows of one alone and no other amount is a part of the
 * question: Dataverse adds up the base currency alone, so that the rows are read.
 * @param base id of the base currency, in which the amounts are the same
 */
export function inOwnCurrency(slices: readonly ResolvedSlice[], base: string | undefined): readonly ResolvedSlice[] {
  const [currency, ...others] = new Set(slices.map(currencyOf))
  if (others.length > 0 || currency === undefined || currency === base?.toLowerCase()) return slices
  const amounts = slices.flatMap(({ outputs }) => [...outputs.values()]).filter(isAmount)
  const isEachOwn = slices.every((slice) =>
    [...slice.outputs].every(([alias, output]) => !isAmount(output) || ownOf(alias, output, slice) !== undefined),
  )
  return amounts.length > 0 && isEachOwn ? slices.map(takenAsOwn) : slices
}

function currencyOf({ query }: ResolvedSlice): string | undefined {
  const compared = query.entity.filters
    .flatMap(allHold)
    .filter(({ attribute, entityName, otherColumn }) => {
      return attribute === CURRENCY && entityName === undefined && otherColumn === undefined
    })
    .find(({ operator, values }) => (operator === 'eq' || operator === 'in') && values.length === 1)
  return compared?.values[0]?.toLowerCase()
}

/** The conditions of which none can fail. */
function allHold(filter: Filter): readonly Condition[] {
  return isRequired(filter) ? [...filter.conditions, ...filter.filters.flatMap(allHold)] : []
}

function isAmount({ column, aggregate }: OutputColumn): boolean {
  return column.type === 'Money' && aggregate !== undefined
}

/** Of an amount behind a lookup there is none, as its row has a currency of its own, nor of one that was asked for in the base currency. */
function ownOf(
  alias: string,
  { column: base, link }: OutputColumn,
  { table, probes, interpreted }: ResolvedSlice,
): Column | undefined {
  const own = BASE.test(base.name) ? table.byName.get(base.name.replace(BASE, '')) : undefined
  if (link !== undefined || own === undefined || !interpreted.includes(takenFromBase(own, base))) return undefined
  const [at = ''] = /\d+/.exec(alias) ?? []
  const written = [...probes.values()][Number(at)]?.column.name.trim().toLowerCase()
  return written === base.name || written === base.label?.toLowerCase() ? undefined : own
}

function takenAsOwn(slice: ResolvedSlice): ResolvedSlice {
  const { query, outputs, interpreted } = slice
  const own = new Map([...outputs].flatMap(([alias, output]) => ownPair(alias, output, slice)))
  const attributes = query.entity.attributes.map((one): Attribute => {
    const column = one.alias === undefined ? undefined : own.get(one.alias)
    return column === undefined ? one : { ...one, name: column.name }
  })
  const kept = { ...plainAttribute(CURRENCY), groupBy: true, alias: CURRENCY_ALIAS }
  const said = new Set([...own].flatMap(([alias, column]) => saidOf(column, outputs.get(alias))))
  return {
    ...slice,
    isOwnCurrency: true,
    query: { ...query, entity: { ...query.entity, attributes: [...attributes, kept] } },
    outputs: new Map(
      [...outputs].map(([alias, output]) => [alias, { ...output, column: own.get(alias) ?? output.column }]),
    ),
    interpreted: interpreted.filter((sentence) => !said.has(sentence)),
  }
}

const CURRENCY_ALIAS = 'currency_of_rows'

function ownPair(alias: string, output: OutputColumn, slice: ResolvedSlice): [string, Column][] {
  const column = isAmount(output) ? ownOf(alias, output, slice) : undefined
  return column === undefined ? [] : [[alias, column]]
}

function saidOf(column: Column, base: OutputColumn | undefined): string[] {
  return base === undefined ? [] : [takenFromBase(column, base.column)]
}
