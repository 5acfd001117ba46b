import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { WritableTable } from '../../../../../shared/dataverse/change/writable/writable.ts'
import { metadataFor, OPPORTUNITY_COLUMNS } from '../../../mcp/support/upstream-metadata.ts'
import { startUpstream, type Upstream } from '../../../mcp/support/upstream.ts'
import { OPPORTUNITY } from '../../support/fixtures.ts'
import { refused, startWorker } from '../../support/people.ts'

let upstream: Upstream
/** What the table says of itself. */
let definition: Readonly<Record<string, unknown>>
let castsRefused: boolean
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  definition = {}
  castsRefused = false
  upstream.metadata = (request, inBatch) => {
    if (/'opportunity'\)$/.test(request.path)) return { body: definition }
    if (castsRefused && request.path.includes('AttributeMetadata')) return refused
    return metadataFor(request, inBatch)
  }
})

async function writable(): Promise<WritableTable> {
  const metadata = startWorker(upstream.url).call('priya')
  return await metadata.writable(await metadata.table(OPPORTUNITY))
}

test.each([
  ['a table of rows that it keeps itself', { TableType: 'Standard', DataProviderId: null }, false],
  ['one that says nothing of it', {}, false],
  ['a virtual one', { TableType: 'Virtual' }, true],
  ['an elastic one', { TableType: 'Elastic' }, true],
  ['one of a provider, whatever it is called', { DataProviderId: '7015a531-cc0d-4537-b5f2-c882a1eb65ad' }, true],
  ['a private one', { IsPrivate: true }, true],
  ['one that pairs rows of two others', { IsIntersect: true }, true],
])('%s', async (_what, said, closed) => {
  definition = said
  expect((await writable()).closed).toBe(closed)
})

test('a table that may not be read cannot be written', async () => {
  upstream.metadata = (request, inBatch) =>
    /'opportunity'\)$/.test(request.path) ? refused : metadataFor(request, inBatch)
  await expect(writable()).rejects.toMatchObject({ name: 'DataverseError', status: 403 })
})

test('what only casts tell may be refused: Dataverse then has the last word', async () => {
  castsRefused = true
  const { columns, transitions } = await writable()
  expect([...columns.keys()]).toHaveLength(OPPORTUNITY_COLUMNS.length)
  expect(columns.get('name')).not.toHaveProperty('maxLength')
  expect(transitions).toBeUndefined()
})
