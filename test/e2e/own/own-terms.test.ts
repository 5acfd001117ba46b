import { TableClient } from '@azure/data-tables'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { hideEntry, putEntry } from '../../../infra/reports/entries-table.ts'
import { readTerms } from '../../../infra/terms/read-terms.ts'
import { connect, PRIYA } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'

const sandbox = useSandbox()
/** Its table is filled before anything asks for it. */
const home = () => sandbox().app.url
let access: string
const Called = z.object({
  result: z.object({ isError: z.boolean().optional(), structuredContent: z.record(z.string(), z.unknown()) }),
})
const Report = z.object({
  reading: z.array(z.string()),
  totals: z.array(z.object({ title: z.string(), value: z.number() })),
})
const Counted = z.object({ rows: z.array(z.array(z.number())), interpreted: z.array(z.string()).optional() })

async function call(name: string, args: object, url = home()): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  })
  const text = await response.text()
  const json = text.startsWith('event:') ? text.slice(text.indexOf('data: ') + 6) : text
  const { result } = Called.parse(JSON.parse(json))
  return result.structuredContent
}
const health = async (): Promise<unknown> => (await fetch(`${home()}/health`)).json()
const count = async (filter: string, url = home()) =>
  Counted.parse(await call('analyze', { entity: 'opportunity', measures: ['count'], filter }, url))
const totalOf = (report: z.output<typeof Report>, title: string): number | undefined =>
  report.totals.find((total) => total.title === title)?.value

beforeAll(async () => {
  const table = TableClient.fromConnectionString(sandbox().azurite.connectionString, 'reports', {
    allowInsecureConnection: true,
  })
  await table.createTable()
  for (const term of await readTerms('infra/terms/example'))
    await putEntry(table, 'term', term.slug, term.ok ? term.definition : '')
  await putEntry(table, 'term', 'spoilt', '{"secret":1}')
  await putEntry(table, 'term', 'huge', `{"slug":"huge","meaning":"${'x'.repeat(30_000)}"}`)
  await hideEntry(table, 'term', 'itself')
  await putEntry(table, 'report', 'won', '{}')
  access = (await connect(sandbox(), PRIYA)).access
})

describe('a deployment with words of its own', () => {
  test('reads them once a word is asked for, uses its own, and says whose it is', async () => {
    const all = await count("statecode eq 'Open'")
    expect(await health()).toMatchObject({ terms: { loaded: false, own: 0 } })
    const own = await count("term eq 'open pipeline'")
    expect(own.rows).toEqual((await count("statecode eq 'Open' and closeprobability ge 50")).rows)
    expect(own.rows).not.toEqual(all.rows)
    expect(JSON.stringify(own)).toContain('Defined by Sales Operations.')
    expect(await health()).toMatchObject({ terms: { loaded: true, own: 2, hidden: 0, skipped: 3 } })
    expect(JSON.stringify(await health())).not.toMatch(/spoilt|huge|itself|pipeline/)
  })

  test('a report that is built in follows it, and agrees with what analyze counts', async () => {
    const [[expected = -1] = []] = (await count("term eq 'open pipeline'")).rows
    for (const slug of ['pipeline-by-stage', 'team-pipeline']) {
      const report = Report.parse(await call('run_report', { report: slug }))
      expect(totalOf(report, 'Opportunities')).toBe(expected)
      expect(report.reading.join(' ')).toContain('Defined by Sales Operations.')
    }
  })

  test('a term of one’s own stands on the other', async () => {
    const { rows } = await count("term eq 'big deals'")
    expect(rows).toEqual(
      (await count("statecode eq 'Open' and closeprobability ge 50 and estimatedvalue gt 10000")).rows,
    )
  })

  test('as the first call of an instance, too', async () => {
    const cold = await sandbox().startInstance()
    const report = Report.parse(await call('run_report', { report: 'pipeline-by-stage' }, cold.url))
    expect(report.reading.join(' ')).toContain('Defined by Sales Operations.')
    await cold.close()
  })
})
