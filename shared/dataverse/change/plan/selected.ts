import { usualColumns } from '../../metadata/usual-columns.ts'
import type { Column, Table } from '../../metadata/model.ts'
import type { PlannedChange } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { isReadable } from '../values/read-value.ts'

const ALWAYS = ['ownerid', 'statecode', 'statuscode', 'transactioncurrencyid', 'modifiedon', 'modifiedby']

/** What a written row is told by, all of which the person may see, and a model, unmasked: names of properties. */
export async function selectedAfter(
  table: Table,
  changes: readonly PlannedChange[],
  { metadata }: Pick<ChangeContext, 'metadata'>,
): Promise<readonly string[]> {
  const { entity, byName } = table
  const sight = await metadata.sight([table])
  const names = [entity.nameColumn ?? '', ...changes.map(({ column }) => column), ...ALWAYS, ...usualColumns(table)]
  const columns = names.flatMap((name) => byName.get(name) ?? [])
  const isShown = (column: Column): boolean =>
    column.readable && column.hiding === undefined && sight(column) === 'shown' && isReadable(column)
  return [...new Set([entity.idColumn, ...columns.filter(isShown).map(({ property }) => property)])]
}
