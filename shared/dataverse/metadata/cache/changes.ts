import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'

/** What has changed since a stamp, and the stamp of now. */
export type Changes = {
  readonly stamp: string
  /** Logical names of the tables that were added or changed, in themselves or in a column, key or relationship. */
  readonly tables: readonly string[]
  /** Deletions are told by ids that nobody here knows. */
  readonly deleted: boolean
}

const Answer = z.object({
  ServerVersionStamp: z.string(),
  EntityMetadata: z.array(z.object({ LogicalName: z.string() })).nullish(),
  DeletedMetadata: z.object({ Count: z.int().nullish(), Keys: z.array(z.unknown()).nullish() }).nullish(),
})

const PARTS = ['Attributes', 'ManyToOneRelationships', 'OneToManyRelationships', 'ManyToManyRelationships', 'Keys']
const NAMES_OF_PARTS = { Properties: { AllProperties: false, PropertyNames: ['SchemaName'] } }

/**
 * The stamp of now. Without a stamp Dataverse answers the whole query, so it asks for the name of one table.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/cache-schema-data
 */
export const STAMP: Read<string> = {
  path: pathOf({
    Properties: { AllProperties: false, PropertyNames: ['LogicalName'] },
    Criteria: {
      FilterOperator: 'And',
      Conditions: [
        {
          PropertyName: 'LogicalName',
          ConditionOperator: 'Equals',
          Value: { Type: 'System.String', Value: 'organization' },
        },
      ],
    },
  }),
  schema: Answer.transform(({ ServerVersionStamp }) => ServerVersionStamp),
}

/** Refused with 0x80044352 for a stamp that is too old, and then all has to be read anew. */
export function changesSince(stamp: string): Read<Changes> {
  const query = {
    Properties: { AllProperties: false, PropertyNames: ['LogicalName', ...PARTS] },
    AttributeQuery: NAMES_OF_PARTS,
    RelationshipQuery: NAMES_OF_PARTS,
    KeyQuery: NAMES_OF_PARTS,
  }
  return {
    path: pathOf(query, stamp),
    schema: Answer.transform(({ ServerVersionStamp, EntityMetadata, DeletedMetadata }) => ({
      stamp: ServerVersionStamp,
      tables: (EntityMetadata ?? []).map(({ LogicalName }) => LogicalName),
      deleted: (DeletedMetadata?.Count ?? 0) > 0 || (DeletedMetadata?.Keys ?? []).length > 0,
    })),
  }
}

function pathOf(query: unknown, stamp?: string): string {
  const written = encodeURIComponent(JSON.stringify(query))
  if (stamp === undefined) return `RetrieveMetadataChanges(Query=@p1)?@p1=${written}`
  const literal = encodeURIComponent(`'${stamp.replaceAll("'", "''")}'`)
  const filters = `Microsoft.Dynamics.CRM.DeletedMetadataFilters'All'`
  const names = 'Query=@p1,ClientVersionStamp=@p2,DeletedMetadataFilters=@p3'
  return `RetrieveMetadataChanges(${names})?@p1=${written}&@p2=${literal}&@p3=${filters}`
}
