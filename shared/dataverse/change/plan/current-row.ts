import * as z from 'zod'
import type { DataverseError } from '../../errors.ts'
import type { Column, Sight, Table } from '../../metadata/model.ts'
import { Row } from '../../rows/rows.ts'
import { withOptions } from '../../web-api/url.ts'
import type { ChangeContext } from '../operation.ts'

/** What a change of a row has to know of it. */
export type CurrentRow = {
  readonly row: Row
  /** `undefined` where it could not be asked: the write itself is held against all rights. */
  readonly access: readonly string[] | undefined
  /** ISO 4217; of an amount of the row. */
  readonly currency?: string
  /** Digits behind the point that it keeps. */
  readonly currencyDigits?: number
}

const Access = z.object({ AccessRights: z.string() }).transform(({ AccessRights }) => AccessRights.split(/,\s*/))
const Currency = z.object({ isocurrencycode: z.string(), currencyprecision: z.int().nullish() })
const CURRENCY = 'transactioncurrencyid'

export type Asked = {
  readonly table: Table
  readonly id: string
  readonly columns: readonly Column[]
}

/**
 * The row and what the person may do with it: one request.
 * @returns undefined for a row that is not there, or that the person may not read: one answer for both
 * @throws DataverseError
 */
export async function currentRow(
  asked: Asked,
  { dataverse, metadata }: ChangeContext,
): Promise<CurrentRow | undefined> {
  const { table, id, columns } = asked
  const [sight, person] = await Promise.all([metadata.sight([table]), metadata.person()])
  const { entitySet } = table.entity
  const options = { $select: selectedOf(table, columns, sight).join(','), $expand: expandOf(table, columns) }
  const target = JSON.stringify({ '@odata.id': `${entitySet}(${id})` })
  const user = `systemusers(${person.systemUserId})`
  const [row, access] = await dataverse.batch([
    { path: withOptions(`${entitySet}(${id})`, options), schema: Row },
    {
      path: withOptions(`${user}/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)`, { '@t': target }),
      schema: Access,
    },
  ])
  if (!row.ok) {
    if (isMissing(row.error)) return undefined
    throw row.error
  }
  const money = Currency.safeParse(row.value[wayToCurrency(table) ?? '']).data
  return {
    row: row.value,
    access: access.ok ? access.value : undefined,
    ...(money && { currency: money.isocurrencycode }),
    ...(money?.currencyprecision != null && { currencyDigits: money.currencyprecision }),
  }
}

function isMissing({ kind, status }: DataverseError): boolean {
  return kind === 'refused' && (status === 403 || status === 404)
}

/** What a model may be shown; what column security hides from the person comes as if it were empty. */
function selectedOf({ entity, byName }: Table, columns: readonly Column[], sight: Sight): readonly string[] {
  const usual = [entity.nameColumn ?? '', 'ownerid', 'statecode', 'statuscode', CURRENCY]
  const found = [...usual.flatMap((name) => byName.get(name) ?? []), ...columns]
  const shown = found.filter((one) => one.readable && one.hiding === undefined && sight(one) !== 'hidden')
  return [...new Set([entity.idColumn, ...shown.map(({ property }) => property)])]
}

function wayToCurrency({ navigations }: Table): string | undefined {
  return navigations.find(({ column }) => column === CURRENCY)?.name
}

function expandOf(table: Table, columns: readonly Column[]): string | undefined {
  const way = columns.some(({ type }) => type === 'Money') ? wayToCurrency(table) : undefined
  return way && `${way}($select=isocurrencycode,currencyprecision)`
}
