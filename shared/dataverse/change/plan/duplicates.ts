import * as z from 'zod'
import { withOptions } from '../../web-api/url.ts'
import { isRefusal } from '../../web-api/coalesce.ts'
import { DataverseError } from '../../errors.ts'
import type { Entity } from '../../metadata/model.ts'
import type { AskedOperation, Duplicate, Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import { readGuid } from '../../records/record-key.ts'
import { rowsWith } from '../values/named-targets.ts'

const MOST = 5
/** Values stand in the address. */
const LONGEST_VALUE = 500

type Found = { readonly duplicates: readonly Duplicate[]; readonly notes: readonly string[] }
const NOTHING: Found = { duplicates: [], notes: [] }

/** What of a change the rules compare; of a row that is there, by its id, what it has already too. */
export type Alike = {
  readonly entity: Entity
  readonly id?: string
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * The rows that duplicate rules find alike, by ids alone; what they are called is read as the person, so that nobody is
 * told of a row that they may not read.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/run-duplicate-detection
 */
export async function duplicatesOf(
  { entity, id: own, body }: Alike,
  context: Pick<ChangeContext, 'dataverse' | 'metadata'>,
): Promise<Found> {
  const values = Object.entries(body).filter(
    ([key, value]) => !key.includes('@') && value !== null && JSON.stringify(value).length <= LONGEST_VALUE,
  )
  if (values.length === 0 && own === undefined) return NOTHING
  try {
    const row = { ...(own !== undefined && { [entity.idColumn]: own }), ...Object.fromEntries(values) }
    const ids = await idsAlike(entity, row, context)
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
  { dataverse }: Pick<ChangeContext, 'dataverse'>,
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

/** Those of them that the person is to see before they agree. */
export function duplicateProblems(
  duplicates: readonly Duplicate[],
  { acceptDuplicates }: Pick<AskedOperation, 'acceptDuplicates'>,
): readonly Problem[] {
  if (duplicates.length === 0 || acceptDuplicates) return []
  return [
    {
      code: 'duplicates_found',
      text: `Rules for duplicates find ${duplicates.length} that may be the same.`,
      candidates: duplicates,
      nextStep:
        'Show them to the person. If theirs is another one, call preview_change with the same arguments and "acceptDuplicates":true; else change the one that is there, by its id.',
    },
  ]
}
