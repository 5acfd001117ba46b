import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { showsApps } from '../../../../shared/mcp/endpoint/shows-apps.ts'
import { createTools, createViewTools } from '../../../../shared/mcp/tools.ts'
import { listShowReport } from '../../../../shared/mcp/tools/report/show-report.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import { callTool, createHarness, serve, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const VIEW = 'ui://reports/view.html'
const HTML = 'text/html;profile=mcp-app'
const UI = 'io.modelcontextprotocol/ui'
const declaring = (mimeTypes: unknown) => ({ extensions: { [UI]: { mimeTypes } } })

let upstream: Upstream
let harness: Harness
let served: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  upstream = await startUpstream()
  upstream.answer = () => ({ body: { value: [{ stage: 0, opportunities: 3, total: 4.5 }] } })
  harness = createHarness(upstream.url)
  served = await serve(harness)
})
afterAll(async () => {
  await served.stop()
  await upstream.stop()
})

async function connect(mode: 'legacy' | 'auto', capabilities: object): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } })
  const requestInit = { headers: { authorization: 'Bearer token-marcus' } }
  await client.connect(new StreamableHTTPClientTransport(new URL(served.url), { requestInit }))
  return client
}

describe('show_report', () => {
  test('is offered to a client that draws views, in few bytes', async () => {
    const client = await connect('auto', declaring([HTML]))
    const { tools } = await client.listTools()
    const [run, show] = ['run_report', 'show_report'].map((wanted) => tools.find(({ name }) => name === wanted))
    expect(show?._meta).toMatchObject({ ui: { resourceUri: VIEW }, 'openai/outputTemplate': VIEW })
    expect(show?.annotations).toEqual(run?.annotations)
    expect(Object.keys(show?.inputSchema.properties ?? {})).toEqual(Object.keys(run?.inputSchema.properties ?? {}))
    expect(show?.inputSchema.required).toEqual(run?.inputSchema.required)
    expect(Buffer.byteLength(JSON.stringify({ tools }))).toBeLessThanOrEqual(15_000)
    // The picture belongs to this tool alone: a host would draw it at every look-up.
    expect(tools.filter((tool) => JSON.stringify(tool._meta).includes(VIEW))).toHaveLength(1)
    await client.close()
  })

  test('is listed where two reports have arguments of one name and two types', () => {
    const [first] = BUILT_IN_REPORTS
    const other = { name: 'days', type: 'boolean', description: 'Whole days', default: false } as const
    const all = [...BUILT_IN_REPORTS, { ...first!, slug: 'own', parameters: [other] }]
    const tools = createTools({ defaultTop: 50, maxTop: 500 }, createCatalogue(all))
    const [show] = createViewTools(tools).map((tool) => listShowReport(tool, 'dynamics.read'))
    expect(show?.inputSchema.properties).toMatchObject({
      days: { anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
      top: { type: 'integer' },
    })
  })

  test.each([
    ['a client of 2026 without views', 'auto', {}],
    ['a client of 2026 with views of another kind', 'auto', declaring(['text/html'])],
    ['a client of 2025, whose abilities no later request says', 'legacy', declaring([HTML])],
  ] as const)('%s is not told of it', async (_who, mode, capabilities) => {
    const client = await connect(mode, capabilities)
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('show_report')
    await client.close()
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

  test('the view is listed as a resource that asks for no network', async () => {
    const client = await connect('legacy', {})
    const { resources } = await client.listResources()
    expect(resources.find(({ uri }) => uri === VIEW)).toMatchObject({
      mimeType: HTML,
      _meta: { ui: { csp: {}, prefersBorder: true } },
    })
    await client.close()
  })
})

describe('whether a client draws views', () => {
  const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
  test.each([
    [{ [CAPABILITIES]: declaring([HTML]) }, true],
    [{ [CAPABILITIES]: declaring(['text/plain', HTML]) }, true],
    [{ [CAPABILITIES]: declaring([]) }, false],
    [{ [CAPABILITIES]: declaring(HTML) }, false],
    [{ [CAPABILITIES]: { extensions: {} } }, false],
    [{ [CAPABILITIES]: {} }, false],
    [{ extensions: declaring([HTML]).extensions }, false],
    [undefined, false],
  ])('%j: %s', (envelope, expected) => {
    expect(showsApps(envelope)).toBe(expected)
  })
})
