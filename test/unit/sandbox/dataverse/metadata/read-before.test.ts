import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import type { Change } from '../../../../sandbox/dataverse/metadata/publishing.ts'
import type { Harness, Loose } from '../harness.ts'
import { MANAGER, startHarness } from '../harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await startHarness()
})
afterAll(() => harness.close())

const named = (name: string) => ({
  ConditionOperator: 'Equals',
  PropertyName: 'LogicalName',
  Value: { Type: 'System.String', Value: name },
})
const QUERY = {
  Properties: { PropertyNames: ['Attributes'] },
  Criteria: { FilterOperator: 'Or', Conditions: [named('hp_project'), named('competitor')] },
}
const READS = [
  'EntityDefinitions?$select=LogicalName,DisplayName',
  "EntityDefinitions(LogicalName='hp_project')/Attributes?$select=LogicalName",
  "EntityDefinitions(LogicalName='hp_project')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$expand=OptionSet",
  "EntityDefinitions(LogicalName='opportunity')/ManyToManyRelationships?$select=SchemaName",
  `RetrieveMetadataChanges(Query=@p1)?@p1=${encodeURIComponent(JSON.stringify(QUERY))}`,
]

async function read(path: string): Promise<Loose> {
  const { status, body } = await harness.get(MANAGER, path)
  expect(status).toBe(200)
  const rows = (body.value ?? body.EntityMetadata) as Loose[]
  // A table that was gone and came back is the last one.
  return rows.toSorted((one, other) => String(one.MetadataId).localeCompare(String(other.MetadataId)))
}
const readAll = (): Promise<Loose[]> => Promise.all(READS.map(read))

const CHOICE = { name: 'hp_risk', schemaName: 'hp_Risk', type: 'Picklist', label: 'Risk', options: [] } as const
const CHANGES: readonly (readonly [kind: string, change: Change, reads: readonly number[]])[] = [
  ['a new column', { kind: 'add-column', entity: 'hp_project', column: CHOICE }, [1, 2, 4]],
  ['a column less', { kind: 'remove-column', entity: 'hp_project', column: 'hp_phase' }, [1, 2, 4]],
  ['another name', { kind: 'rename-entity', entity: 'lead', displayName: 'Prospect' }, [0]],
  ['a table less', { kind: 'remove-entity', entity: 'competitor' }, [0, 3, 4]],
]

test.each(CHANGES)('%s shows in what was read before it, until it is taken back', async (_kind, change, reads) => {
  const before = await readAll()
  harness.dataverse.publish(change)
  const after = await readAll()
  expect(READS.flatMap((_path, at) => (isDeepStrictEqual(after[at], before[at]) ? [] : [at]))).toEqual(reads)
  harness.dataverse.reset()
  expect(await readAll()).toEqual(before)
})
