import { TableClient } from '@azure/data-tables'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { readFolder } from '../../../infra/reports/read-folder.ts'
import { hideEntry, putEntry } from '../../../infra/reports/entries-table.ts'
import { connect, PRIYA } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'

const sandbox = useSandbox()
/** Its table is filled before anything asks for it. */
const home = () => sandbox().app.url
let access: string
const Listed = z.object({ tools: z.array(z.object({ name: z.string(), inputSchema: z.unknown() })) })
const Called = z.object({ isError: z.boolean().optional(), structuredContent: z.record(z.string(), z.unknown()) })

async function ask<T>(method: string, params: object, schema: z.ZodType<T>, url = home()): Promise<T> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const text = await response.text()
  const json = text.startsWith('event:') ? text.slice(text.indexOf('data: ') + 6) : text
  return z.object({ result: schema }).parse(JSON.parse(json)).result
}
const health = async (): Promise<unknown> => (await fetch(`${home()}/health`)).json()

beforeAll(async () => {
  const table = TableClient.fromConnectionString(sandbox().azurite.connectionString, 'reports', {
    allowInsecureConnection: true,
  })
  await table.createTable()
  for (const report of await readFolder('infra/reports/example'))
    await putEntry(table, 'report', report.slug, report.ok ? report.definition : '')
  await hideEntry(table, 'report', 'pipeline-by-stage')
  await putEntry(table, 'report', 'spoilt', '{"secret":1}')
  access = (await connect(sandbox(), PRIYA)).access
})

describe('a deployment with reports of its own', () => {
  test('offers and hides them at the first list, and counts them in health without a name', async () => {
    expect(await health()).toMatchObject({ status: 'ok', reports: { loaded: false, own: 0, hidden: 0, skipped: 0 } })
    const { tools } = await ask('tools/list', {}, Listed)
    const offered = JSON.stringify(tools.find(({ name }) => name === 'run_report')?.inputSchema)
    expect(offered).toContain('"quiet-big-deals"')
    expect(offered).not.toMatch(/pipeline-by-stage|spoilt/)
    expect(await health()).toMatchObject({ reports: { loaded: true, own: 1, hidden: 1, skipped: 1 } })
    expect(JSON.stringify(await health())).not.toMatch(/quiet|spoilt|pipeline/)
  })

  test('runs one with its parameters', async () => {
    const args = { report: 'quiet-big-deals', amount: 1_000, days: 1 }
    const { isError, structuredContent } = await ask('tools/call', { name: 'run_report', arguments: args }, Called)
    expect(isError).toBeUndefined()
    expect(structuredContent).toMatchObject({
      report: 'quiet-big-deals',
      parameters: { amount: 1_000, days: 1, owner: 'anyone', most: 50 },
    })
    expect(z.array(z.unknown()).parse(structuredContent['rows']).length).toBeGreaterThan(0)
  })

  test.each(['run_report', 'show_report'])('%s runs one as the first call of an instance', async (name) => {
    const cold = await sandbox().startInstance()
    const call = { name, arguments: { report: 'quiet-big-deals' } }
    const { structuredContent } = await ask('tools/call', call, Called, cold.url)
    expect(structuredContent).toMatchObject({ report: 'quiet-big-deals' })
    await cold.close()
  })

  test('refuses one that is hidden or was skipped', async () => {
    for (const report of ['pipeline-by-stage', 'spoilt']) {
      const answer = await ask('tools/call', { name: 'run_report', arguments: { report } }, Called)
      expect(answer).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_arguments' } } })
    }
  })

  test('runs a saved view of the person', async () => {
    const call = { name: 'run_report', arguments: { view: 'My big deals' } }
    expect((await ask('tools/call', call, Called)).structuredContent).toMatchObject({ title: 'My big deals' })
  })
})
