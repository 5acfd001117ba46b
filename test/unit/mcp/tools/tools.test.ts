import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { callTool, createHarness, readResult, send, type Harness } from '../support/harness.ts'
import type { ListedTool } from '../../../../shared/mcp/tool/tool-listing.ts'
import { startUpstream, type Upstream, type UpstreamAnswer } from '../support/upstream.ts'
import { rowsAsObjects } from '../support/rows.ts'

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
})
afterAll(async () => await upstream.stop())
beforeEach(() => {
  upstream.seen.length = 0
  upstream.answer = () => ({ body: { value: [] } })
  harness = createHarness(upstream.url)
})

const ID = '11111111-2222-4333-8444-555555555555'
const CRM = '@Microsoft.Dynamics.CRM.'
const QUERY = { entity: 'Opportunities', select: ['name', 'ownerid'] }

describe('tools/list', () => {
  test('is small, neutral and complete', async () => {
    const answer = await send(harness, { body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
    const { tools } = readResult(answer) as { tools: ListedTool[] }
    expect(tools.map(({ name }) => name)).toEqual([
      'query_crm',
      'analyze',
      'get_record',
      'get_entity_metadata',
      'list_entities',
      'whoami',
      'run_report',
      'show_report',
      'show_answer',
      'search',
      'fetch',
      'timeline',
    ])
    expect(answer.body?.length).toBeLessThanOrEqual(20_000)
    expect(answer.body).not.toMatch(/personal data|e-mail address|password/i)
    for (const tool of tools) {
      expect(tool.annotations).toEqual({
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      })
      expect(tool.securitySchemes).toEqual([{ type: 'oauth2', scopes: ['dynamics.read'] }])
      expect(tool._meta.securitySchemes).toEqual(tool.securitySchemes)
      expect(String(tool._meta['openai/toolInvocation/invoking']).length).toBeLessThanOrEqual(64)
      expect(tool.outputSchema.type).toBe('object')
    }
  })
})

describe('query_crm', () => {
  test('a cold call costs two requests more, the first of a second person one, and then none', async () => {
    await callTool(harness, 'query_crm', QUERY)
    await callTool(harness, 'query_crm', QUERY, 'marcus')
    await callTool(harness, 'query_crm', QUERY, 'marcus')
    expect(upstream.seen.map(({ path, token }) => [path, token.replace('dataverse-token-of-', '')])).toEqual([
      ['$batch', 'priya'],
      ['$batch', 'priya'],
      ['opportunities', 'priya'],
      ['$batch', 'marcus'],
      ['opportunities', 'marcus'],
      ['opportunities', 'marcus'],
    ])
    expect(harness.events.map(({ dataverseRequests }) => dataverseRequests)).toEqual([3, 2, 1])
    expect(new Set(upstream.seen.map(({ headers }) => headers['x-ms-client-request-id']))).toEqual(
      new Set(harness.events.map(({ correlationId }) => correlationId)),
    )
  })

  test('sends the documented headers and FetchXML, in which a value of the filter stays a value', async () => {
    const filter = `OwnerId eq ${ID} and name eq 'R&D; 100% #1'`
    const answer = await callTool(harness, 'query_crm', {
      ...QUERY,
      filter,
      orderby: 'ownerid desc',
      top: 7,
      count: true,
    })
    const request = upstream.seen.at(-1)!
    const columns = ['name', 'ownerid', 'opportunityid'].map((name) => `<attribute name="${name}"/>`).join('')
    const orders = '<order attribute="ownerid" descending="true"/><order attribute="opportunityid"/>'
    const conditions =
      `<condition attribute="ownerid" operator="eq" value="${ID}"/>` +
      '<condition attribute="name" operator="eq" value="R&amp;D; 100% #1"/>'
    const entity = `<entity name="opportunity">${columns}${orders}<filter type="and">${conditions}</filter></entity>`
    expect(Object.fromEntries(request.query)).toEqual({
      fetchXml: `<fetch count="8" page="1" returntotalrecordcount="true" useraworderby="true">${entity}</fetch>`,
    })
    expect(request.headers).toMatchObject({
      'odata-version': '4.0',
      'if-none-match': 'null',
      prefer: 'odata.include-annotations="*"',
    })
    expect(answer.structuredContent?.interpreted).toBeUndefined()
  })

  test('gives compact rows, a readable table, and no annotation', async () => {
    upstream.answer = () => ({ body: { value: [row('Harbour lights')], ...counted(1) } })
    const answer = await callTool(harness, 'query_crm', { ...QUERY, count: true })
    expect(answer.structuredContent).toMatchObject({
      entity: 'opportunity',
      columns: [
        { name: 'name' },
        { name: 'ownerid', kind: 'lookup' },
        { name: 'salesstage', kind: 'choice' },
        { name: 'opportunityid', kind: 'id' },
      ],
      rows: [['Harbour lights', 'Priya', 'Qualify', ID]],
      values: { ownerid: { Priya: `systemuser/${ID}` }, salesstage: { Qualify: 0 } },
      returned: 1,
      total: 1,
      totalIsCapped: false,
      more: false,
      recordLink: `${upstream.url}/main.aspx?pagetype=entityrecord&etn=opportunity&id={opportunityid}`,
    })
    expect(JSON.stringify(answer)).not.toContain('@')
    expect(answer.content[0]?.text).toContain('| Harbour lights | Priya | Qualify |')
  })

  test('a cursor leads to the next page and nowhere else', async () => {
    upstream.answer = ({ query }) => pageAnswer(query.get('fetchXml') ?? '')
    const first = await callTool(harness, 'query_crm', { ...QUERY, top: 1 })
    expect(first.structuredContent).toMatchObject({ more: true, rows: [['page 1', 'Priya', 'Qualify', ID]] })
    const cursor = first.structuredContent?.cursor
    const second = await callTool(harness, 'query_crm', { entity: 'opportunity', cursor })
    expect(second.structuredContent).toMatchObject({ more: false, rows: [['page 2', 'Priya', 'Qualify', ID]] })
    expect(upstream.seen.at(-1)!.query.get('fetchXml')).toContain(
      '<fetch count="1" page="2" paging-cookie="&lt;cookie page=&quot;1&quot;&gt;&lt;name last=&quot;&amp;quot;/&gt;&quot; /&gt;&lt;/cookie&gt;"',
    )
    const elsewhere = await callTool(harness, 'query_crm', { entity: 'account', cursor })
    expect(elsewhere.content[0]?.text).toContain('invalid_cursor')
  })

  test('a next link is not followed, whatever origin it has: it would be given the token', async () => {
    const other = await startUpstream()
    const link = `${other.url}/api/data/v9.2/opportunities?$skiptoken=x`
    upstream.answer = () => ({ body: { value: [row('a')], '@odata.nextLink': link } })
    const answer = await callTool(harness, 'query_crm', QUERY)
    expect(answer.structuredContent).toMatchObject({ returned: 1, more: false })
    expect(other.seen).toEqual([])
    await other.stop()
  })

  test('a redirect is not followed', async () => {
    upstream.answer = () => ({ status: 302, headers: { location: `${upstream.url}/api/data/v9.2/accounts` }, body: '' })
    const answer = await callTool(harness, 'query_crm', QUERY)
    expect(answer.isError).toBe(true)
    expect(upstream.seen.map(({ path }) => path)).not.toContain('accounts')
  })

  test('rows that do not fit follow with the cursor: none is lost, none comes twice', async () => {
    const expected = Array.from({ length: 30 }, (_, index) => `row ${index}`)
    const rows = expected.map((name) => ({ ...row(name), description: 'x'.repeat(1_500) }))
    upstream.answer = ({ query }) => ({ body: { value: pageOf(rows, query.get('fetchXml') ?? '') } })
    const names: string[] = []
    let cursor: string | undefined
    for (let calls = 0; calls < 10; calls += 1) {
      const answer = await callTool(harness, 'query_crm', { ...QUERY, ...(cursor && { cursor }) })
      expect(JSON.stringify(answer.structuredContent).length).toBeLessThanOrEqual(25_000)
      expect(Buffer.byteLength(answer.content[0]?.text ?? '')).toBeLessThanOrEqual(8_192)
      names.push(...rowsAsObjects(answer.structuredContent).map((one) => String(one.name)))
      cursor = answer.structuredContent?.cursor
      if (!cursor) break
    }
    expect(names).toEqual(expected)
  })

  test('expands a lookup by its column, with the columns of what it leads to', async () => {
    const expand = [{ lookup: 'PrimaryContactId', select: ['fullname'] }]
    await callTool(harness, 'query_crm', { ...QUERY, expand })
    expect(upstream.seen.at(-1)!.query.get('fetchXml')).toContain(
      '<link-entity name="contact" from="contactid" to="primarycontactid" alias="primarycontactid" link-type="outer"><attribute name="contactid"/><attribute name="fullname"/></link-entity>',
    )
  })
})

describe('errors lead on', () => {
  test.each([
    ['an unknown entity', { entity: 'acount', select: ['name'] }, 'unknown_entity', 'account'],
    ['an unknown column', { entity: 'opportunity', select: ['closedate'] }, 'unknown_column', 'estimatedclosedate'],
    [
      'a filter with a second parameter',
      { ...QUERY, filter: 'statecode eq 0&$top=5000' },
      'invalid_filter',
      'Give conditions joined with and, and nothing else',
    ],
    ['a top over the limit', { ...QUERY, top: 501 }, 'invalid_arguments', 'input schema'],
    ['no entity', {}, 'invalid_arguments', 'Name the entity'],
  ])('%s', async (_what, args, code, hint) => {
    const answer = await callTool(harness, 'query_crm', args)
    expect(answer.isError).toBe(true)
    expect(answer.content[0]?.text).toContain(`Error ${code}:`)
    expect(answer.content[0]?.text.split('Next step:')[1]).toContain(hint)
    expect(harness.events).toEqual([expect.objectContaining({ name: 'tool.called', outcome: 'error', code })])
  })

  test('a property that Dataverse alone finds missing is answered with the nearest columns', async () => {
    const message = "Could not find a property named 'closedate' on type 'Microsoft.Dynamics.CRM.opportunity'."
    upstream.answer = () => ({ status: 400, body: { error: { code: '0x80060888', message } } })
    const answer = await callTool(harness, 'query_crm', QUERY)
    expect(answer.content[0]?.text).toContain(message)
    expect(answer.content[0]?.text).toContain('Next step: Did you mean: estimatedclosedate')
  })

  test('a missing privilege is named, the trace is not shown', async () => {
    const message =
      'Principal user is missing prvReadQuote privilege on OTC=1084.\r\n   at Microsoft.Crm.Secret.Trace()'
    upstream.answer = () => ({ status: 403, body: { error: { code: '0x80040220', message } } })
    const answer = await callTool(harness, 'get_record', { entity: 'account', id: ID })
    expect(answer.content[0]?.text).toContain('Next step: The signed-in person lacks the privilege prvReadQuote')
    expect(answer.content[0]?.text).not.toContain('Secret.Trace')
  })

  test('throttling is waited out once when it is short, and explained when it is long', async () => {
    let asked = 0
    upstream.answer = () => {
      asked += 1
      return asked === 1 ? { status: 429, headers: { 'retry-after': '0' }, body: '' } : { body: { value: [] } }
    }
    expect((await callTool(harness, 'query_crm', QUERY)).isError).toBeUndefined()
    expect(asked).toBe(2)
    upstream.answer = () => ({ status: 429, headers: { 'retry-after': '77' }, body: '' })
    const answer = await callTool(harness, 'query_crm', QUERY)
    expect(answer.content[0]?.text).toContain('Wait 77 seconds')
  })

  test('the deadline ends a call with advice', async () => {
    harness = createHarness(upstream.url, { toolDeadlineMs: 150 })
    upstream.answer = () => ({ delayMs: 1_000, body: { value: [] } })
    const answer = await callTool(harness, 'query_crm', QUERY)
    expect(answer.content[0]?.text).toContain('Error timeout')
    expect(answer.content[0]?.text).toContain('Narrow the query')
  })
})

describe('the other tools', () => {
  test('get_record asks for one record and links to it', async () => {
    upstream.answer = () => ({ body: row('Harbour lights') })
    const answer = await callTool(harness, 'get_record', { entity: 'opportunity', id: `{${ID.toUpperCase()}}` })
    expect(upstream.seen.at(-1)!.path).toBe(`opportunities(${ID})`)
    expect(answer.structuredContent).toMatchObject({ id: ID, record: { name: 'Harbour lights' } })
    expect(answer.structuredContent?.link).toContain(`etn=opportunity&id=${ID}`)
  })

  test('get_record takes what is no GUID for a name, whole and quoted: it can become no other query', async () => {
    const name = "1' or '1'='1&$top=1"
    const answer = await callTool(harness, 'get_record', { entity: 'opportunity', id: name })
    const { path, query } = upstream.seen.findLast((request) => request.path !== '$batch')!
    expect([path, [...query.keys()]]).toEqual(['opportunities', ['fetchXml']])
    expect(query.get('fetchXml')).toContain(
      '<filter type="and"><condition attribute="name" operator="eq" value="1&apos; or &apos;1&apos;=&apos;1&amp;$top=1"/></filter>',
    )
    expect(answer.content[0]?.text).toMatch(/Error not_found[\s\S]*Next step: Look for it with search [\s\S]*query_crm/)
  })

  test.each([
    ['neither id nor key', {}],
    ['both', { id: ID, key: { name: 'x' } }],
  ])('get_record refuses %s', async (_what, args) => {
    const answer = await callTool(harness, 'get_record', { entity: 'opportunity', ...args })
    expect(answer.content[0]?.text).toContain('Exactly one of id and key')
  })

  test('run_report makes one request once the table is known, sorts the groups and names the one without a value', async () => {
    const stage = (value: number, opportunities: number): unknown => ({
      ...shown('stage', value, `Stage ${value}`),
      opportunities,
    })
    upstream.answer = () => ({ body: { value: [{ opportunities: 3 }, stage(1, 2), stage(0, 1)] } })
    const answer = await callTool(harness, 'run_report', { report: 'pipeline-by-stage' })
    expect(answer.structuredContent?.rows).toEqual([
      ['Stage 0', 1, null],
      ['Stage 1', 2, null],
      ['(no stage)', 3, null],
    ])
    expect(answer.structuredContent?.values).toEqual({ stage: { 'Stage 0': 0, 'Stage 1': 1 } })
    expect(upstream.seen.map(({ path }) => path)).toEqual(['$batch', '$batch', 'opportunities'])
    expect(harness.events[0]).toMatchObject({ tool: 'run_report', report: 'pipeline-by-stage', rows: 3, outcome: 'ok' })
  })

  test('a report asks for one row more than it shows, to know whether there is more', async () => {
    const asked: string[] = []
    upstream.answer = ({ query }) => {
      asked.push(query.get('fetchXml') ?? '')
      return { body: { value: [row('a'), row('b')] } }
    }
    const answer = await callTool(harness, 'run_report', { report: 'closing-this-month', top: 1 })
    expect(asked).toContainEqual(expect.stringContaining('<fetch top="2">'))
    expect(answer.structuredContent).toMatchObject({ more: true, cursor: expect.any(String) })
    expect(rowsAsObjects(answer.structuredContent)).toMatchObject([{ name: 'a' }])
  })
})

function shown(key: string, value: unknown, label: string): Record<string, unknown> {
  return { [`${key}@OData.Community.Display.V1.FormattedValue`]: label, [key]: value }
}

/** The rows of the page that a FetchXML asks for. */
function pageOf<T>(rows: readonly T[], fetchXml: string): readonly T[] {
  const [page = 1, count = rows.length] = [/ page="(\d+)"/, / count="(\d+)"/]
    .map((one) => one.exec(fetchXml)?.[1])
    .map(Number)
  return rows.slice((page - 1) * count, page * count)
}

function row(name: string): Record<string, unknown> {
  return {
    '@odata.etag': 'W/"1"',
    opportunityid: ID,
    name,
    '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'Priya',
    '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'systemuser',
    _ownerid_value: ID,
    'salesstage@OData.Community.Display.V1.FormattedValue': 'Qualify',
    salesstage: 0,
    description: null,
  }
}

function counted(total: number): Record<string, unknown> {
  return { [`${CRM}totalrecordcount`]: total, [`${CRM}totalrecordcountlimitexceeded`]: false }
}

/** What it holds is text: it must not end the attribute that it is put into. */
const COOKIE = '<cookie page="1"><name last="&quot;/>" /></cookie>'

/** Two pages; the first leads on by a cookie, encoded as Dataverse does. */
function pageAnswer(fetchXml: string): UpstreamAnswer {
  if (fetchXml.includes('page="2"')) return { body: { value: [row('page 2')], [`${CRM}morerecords`]: false } }
  const encoded = encodeURIComponent(encodeURIComponent(COOKIE))
  const annotation = `<cookie pagenumber="2" pagingcookie="${encoded}" istracking="False" />`
  return {
    body: { value: [row('page 1')], [`${CRM}fetchxmlpagingcookie`]: annotation, [`${CRM}morerecords`]: true },
  }
}
