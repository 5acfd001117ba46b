import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { buildView } from '../../../../infra/build-views.ts'
import { reportViewUri } from '../../../../shared/mcp/reports/report-view-uri.ts'
import { listTools } from '../../../../shared/mcp/tool/tool-listing.ts'
import { createTools } from '../../../../shared/mcp/tools.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import { callTool, createHarness, serve, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const HTML = 'text/html;profile=mcp-app'
const UI = 'io.modelcontextprotocol/ui'
const META = { ui: { csp: {}, prefersBorder: true } }

let upstream: Upstream
let harness: Harness
let served: Awaited<ReturnType<typeof serve>>
let view: string
let page: string
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: [{ stage: 0, opportunities: 3, total: 4.5 }] } })
  harness = createHarness(upstream.url)
  page = await buildView('report')
  // It builds the view too, and then ends the process that builds for both.
  view = await reportViewUri()
  served = await serve(harness)
})
afterAll(async () => {
  await served.stop()
  await upstream.stop()
})

type Mode = 'legacy' | 'auto'
const MODES = [['legacy'], ['auto']] as const

async function connect(mode: Mode, capabilities: object = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: 'Bearer token-marcus' } }
  await client.connect(new StreamableHTTPClientTransport(new URL(served.url), { requestInit }))
  return client
}

describe('show_report', () => {
  test.each([
    ['a client of 2026 with views', 'auto', { extensions: { [UI]: { mimeTypes: [HTML] } } }],
    ['a client of 2026 without views', 'auto', {}],
    ['a client of 2025 with views', 'legacy', { extensions: { [UI]: { mimeTypes: [HTML] } } }],
    ['a client of 2025 without views', 'legacy', {}],
  ] as const)('is listed to %s, in few bytes', async (_who, mode, capabilities) => {
    const client = await connect(mode, capabilities)
    const { tools } = await client.listTools()
    const [run, show] = ['run_report', 'show_report'].map((wanted) => tools.find(({ name }) => name === wanted))
    expect(show?._meta).toMatchObject({ ui: { resourceUri: view }, 'openai/outputTemplate': view })
    expect(show?.annotations).toEqual(run?.annotations)
    const own = Object.keys(run?.inputSchema.properties ?? {})
    expect(Object.keys(show?.inputSchema.properties ?? {})).toEqual([...own, 'picture'])
    expect(show?.inputSchema.required).toEqual(run?.inputSchema.required)
    // The picture belongs to this tool alone: a host would draw it at every look-up.
    const drawn = tools.filter((tool) => JSON.stringify(tool._meta).includes('ui://')).map(({ name }) => name)
    expect(drawn).toEqual(['show_report', 'show_answer'])
    await client.close()
  })

  test.each(MODES)('the server says to %s that it has views', async (mode) => {
    const client = await connect(mode)
    expect(client.getServerCapabilities()?.extensions).toEqual({ [UI]: {} })
    await client.close()
  })

  test('is listed where two reports have arguments of one name and two types', () => {
    const [first] = BUILT_IN_REPORTS
    const other = { name: 'days', type: 'boolean', description: 'Whole days', default: false } as const
    const all = [...BUILT_IN_REPORTS, { ...first!, slug: 'own', parameters: [other] }]
    const tools = createTools({ defaultTop: 50, maxTop: 500 }, createCatalogue(all))
    const show = listTools(tools, 'dynamics.read')(view).find(({ name }) => name === 'show_report')
    expect(show?.inputSchema.properties).toMatchObject({
      days: { anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
      top: { type: 'integer' },
    })
  })

  test.each<[Record<string, unknown>, string]>([
    [{ report: 'pipeline-by-stage', slug: 'x' }, 'unknown_argument'],
    [{ report: 'no-such-report' }, 'invalid_arguments'],
    [{ report: 'pipeline-by-stage', top: 'many' }, 'invalid_arguments'],
  ])('%j is refused by the name of the tool that was called', async (args, code) => {
    for (const tool of ['run_report', 'show_report']) {
      const { content } = await callTool(harness, tool, args, 'marcus')
      expect(content[0]?.text).toContain(code)
      expect(new Set(content[0]?.text.match(/\b(?:run|show)_report\b/g))).toEqual(new Set([tool]))
    }
  })

  test('gives what run_report gives, text included, whoever calls it', async () => {
    const args = { report: 'pipeline-by-stage' }
    const [run, show] = await Promise.all([
      callTool(harness, 'run_report', args, 'marcus'),
      callTool(harness, 'show_report', args, 'marcus'),
    ])
    // Two runs in two moments.
    const timeless = ({ asOf: _, ...rest }: Record<string, unknown>) => rest
    expect(timeless(show.structuredContent ?? {})).toEqual(timeless(run.structuredContent ?? {}))
    expect(show.structuredContent?.rows).toHaveLength(1)
    expect(JSON.stringify(show.content)).toContain('Pipeline by stage')
    expect(harness.events).toContainEqual(expect.objectContaining({ tool: 'show_report', outcome: 'ok' }))
  })

  test('explains a wrong argument as run_report does', async () => {
    const refused = await callTool(harness, 'show_report', { report: 'no-such-report' }, 'marcus')
    expect(refused.isError).toBe(true)
    expect(JSON.stringify(refused.content)).toContain('report')
  })
})

describe('the view', () => {
  test.each(MODES)('is listed and read at the address of its content, and asks for no network: %s', async (mode) => {
    expect(view).toMatch(/^ui:\/\/reports\/view-[0-9a-f]{12}\.html$/)
    const client = await connect(mode)
    const { resources } = await client.listResources()
    expect(resources.filter(({ uri }) => uri.startsWith('ui:'))).toEqual([
      expect.objectContaining({ uri: view, mimeType: HTML, _meta: META }),
    ])
    const { contents } = await client.readResource({ uri: view })
    expect(contents).toEqual([{ uri: view, mimeType: HTML, text: page, _meta: META }])
    await client.close()
  })

  test.each(['ui://reports/view.html', 'ui://reports/view-0123456789ab.html'])(
    'is read at %s, which a list of tools of another time has',
    async (uri) => {
      const client = await connect('auto')
      const { contents } = await client.readResource({ uri })
      expect(contents).toEqual([{ uri, mimeType: HTML, text: page, _meta: META }])
      await client.close()
    },
  )

  const FORGED = [
    'ui://reports/view-0123456789AB.html',
    'ui://reports/view-0123456789abc.html',
    'ui://reports/view-.html',
    'ui://reports/view.html?v=1',
    'ui://reports/view.html#x',
    'ui://reports/view.html%0a',
    'ui://reports/%76iew.html',
    'ui://reports/x/view.html',
    'ui://reports/',
    'ui://elsewhere/view.html',
    'ui://reports@elsewhere/view.html',
    'https://reports/view.html',
    'file:///etc/passwd',
    'prompt://reports/view.html',
    `ui://reports/view-${'0'.repeat(60_000)}.html`,
    `ui://reports/${'{'.repeat(60_000)}`,
    'no address',
  ]
  test.each(FORGED.map((uri) => [uri.slice(0, 60), uri]))(
    'is not read at the forged address %s',
    async (_name, uri) => {
      const client = await connect('legacy')
      const before = harness.events.length
      const began = process.threadCpuUsage()
      await expect(client.readResource({ uri })).rejects.toMatchObject({ code: -32602 })
      expect(process.threadCpuUsage(began).user).toBeLessThan(1_000_000)
      expect(harness.events.slice(before)).toEqual([])
      await client.close()
    },
  )

  test('of a changed page has another address', () => {
    const listed = listTools(createTools({ defaultTop: 50, maxTop: 500 }), 'dynamics.read')
    const metaAt = (uri: string): unknown => listed(uri).find(({ name }) => name === 'show_report')?._meta
    expect(metaAt('ui://reports/a.html')).toMatchObject({ ui: { resourceUri: 'ui://reports/a.html' } })
    expect(metaAt('ui://reports/b.html')).toMatchObject({ 'openai/outputTemplate': 'ui://reports/b.html' })
  })
})
