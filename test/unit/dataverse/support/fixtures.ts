import { wireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import { coalesceReads } from '../../../../shared/dataverse/web-api/coalesce.ts'
import { ENTITIES } from '../../../../shared/dataverse/metadata/read/entity-index.ts'
import type { Entity, EntityIndex, Table } from '../../../../shared/dataverse/metadata/model.ts'
import { loadTable } from '../../../../shared/dataverse/metadata/read/table.ts'
import { createDataverseClient } from '../../../../shared/dataverse/web-api/client.ts'
import { ENTITY_DEFINITIONS } from '../../mcp/support/upstream-metadata.ts'
import { startUpstream } from '../../mcp/support/upstream.ts'

export const INDEX: EntityIndex = ENTITIES.schema.parse(ENTITY_DEFINITIONS)
export const OPPORTUNITY: Entity = {
  name: 'opportunity',
  entitySet: 'opportunities',
  idColumn: 'opportunityid',
  nameColumn: 'name',
  kind: 'standard',
}
export const ID = '11111111-2222-4333-8444-555555555555'
export const COLUMNS: Table = await readTable()

async function readTable(): Promise<Table> {
  const upstream = await startUpstream()
  const client = createDataverseClient({
    url: upstream.url,
    token: '',
    fetch: wireFetch,
    deadline: Date.now() + 30_000,
    now: () => Date.now(),
    random: Math.random,
  })
  const table = await loadTable(coalesceReads(client), OPPORTUNITY)
  await upstream.stop()
  return table
}
