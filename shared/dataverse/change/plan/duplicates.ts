import * as z from 'zod'
import { withOptions } from '../../web-api/url.ts'
import { isRefusal } from '../../web-api/coalesce.ts'
import { DataverseError } from '../../errors.ts'
import type { Entity } from '../../metadata/model.ts'
import type { Duplicate } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { readGuid } from '../../records/record-key.ts'
import { rowsWith } from '../values/named-targets.ts'

const MOST = 5
/** Values stand in the address. */
const LONGEST_VALUE = 500

type Found = { readonly duplicates: readonly Duplicate[]; readonly notes: readonly string[] }
const NOTHING: Found = { duplicates: [], notes: [] }

/**
 * The rows that duplicate rules find alike, by ids alone; what they are called is read as the person, so that nobody is
 * told of a row that they may not read.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/run-duplicate-detection
 */
export async function duplicatesOf(
  entity: Entity,
  body: Readonly<Record<string, unknown>>,
  context: ChangeContext,
): Promise<Found> {
  const values = Object.entries(body).filter(
    ([key, value]) => !key.includes('@') && value !== null && JSON.stringify(value).length <= LONGEST_VALUE,
  )
  if (values.length === 0) return NOTHING
  try {
    const ids = await idsAlike(entity, Object.fromEntries(values), context)
    const found = ids.length === 0 ? [] : await rowsWith({ ids }, [entity], context)
    const duplicates = found.map(({ id, name = '', about }) => {
      return { id, entity: entity.name, name, ...(about !== undefined && { about }) }
    })
    return { duplicates, notes: [] }
  } catch (error) {
    if (!(error instanceof DataverseError) || !isRefusal(error)) throw error
    return { duplicates: [], notes: ['It could not be checked whether there is such a row already.'] }
  }
}

async function idsAlike(
  { name, idColumn }: Entity,
  values: Readonly<Record<string, unknown>>,
  { dataverse }: ChangeContext,
): Promise<readonly string[]> {
  const path = withOptions('RetrieveDuplicates(BusinessEntity=@p1,MatchingEntityName=@p2,PagingInfo=@p3)', {
    '@p1': JSON.stringify({ '@odata.type': `Microsoft.Dynamics.CRM.${name}`, ...values }),
    '@p2': `'${name}'`,
    '@p3': JSON.stringify({ PageNumber: 1, Count: MOST }),
  })
  const Row = z.record(z.string(), z.unknown())
  const { value } = await dataverse.get(path, z.object({ value: z.array(Row) }))
  return value.slice(0, MOST).flatMap((row) => readGuid(String(row[idColumn])) ?? [])
}
