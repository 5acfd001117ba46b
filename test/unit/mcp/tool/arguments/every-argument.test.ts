// Not in a bare npm test: misspells each argument of each tool in every way.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { listTool } from '../../../../../shared/mcp/tool/tool-listing.ts'
import { createTools } from '../../../../../shared/mcp/tools.ts'
import type { Harness, ToolAnswer } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'
import { misspeltCalls, objectsOf, Schema, type Args, type ListedSchema } from './misspelt.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

const ask = async (tool: string, args: Args): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'sales-manager')).answer

const listed = createTools({ defaultTop: 50, maxTop: 500 }).map((tool) => listTool(tool, 'dynamics.read'))
const schemaOf = (tool: string): ListedSchema => Schema.parse(listed.find(({ name }) => name === tool)?.inputSchema)

const FETCH = '<fetch><entity name="account"><attribute name="name"/></entity></fetch>'
const EXPAND = [{ lookup: 'ownerid', select: ['fullname'] }]
const NAME = 'Adventure Works'

/** Calls that hold every argument of every tool once at least; those that contradict each other in calls of their own. */
const CALLS: readonly (readonly [tool: string, args: Args])[] = [
  [
    'query_crm',
    {
      entity: 'account',
      select: ['name'],
      filter: 'name ne null',
      orderby: 'name',
      expand: EXPAND,
      top: 3,
      count: true,
      ids: true,
    },
  ],
  ['query_crm', { fetchxml: FETCH }],
  ['query_crm', { cursor: 'the one of an earlier result' }],
  [
    'analyze',
    {
      entity: 'opportunity',
      filter: 'name ne null',
      measures: ['count'],
      by: ['ownerid'],
      having: 'count ge 1',
      orderby: 'count desc',
      top: 3,
      compare: ['createdon eq this-year', 'createdon eq last-year'],
    },
  ],
  ['get_record', { entity: 'account', id: NAME, select: ['name'], expand: EXPAND }],
  ['get_record', { entity: 'account', key: [{ column: 'accountnumber', value: 'A-100' }] }],
  ['get_entity_metadata', { entity: 'account', search: 'name' }],
  ['get_entity_metadata', { entity: 'account', cursor: '5-00000000' }],
  ['list_entities', { search: 'account', kind: 'standard' }],
  ['list_entities', { cursor: '5-00000000' }],
  ['whoami', {}],
  ['run_report', { report: 'top-accounts-by-revenue', top: 3, owner: 'me' }],
  ['run_report', { report: 'accounts-no-activity', days: 30, direct: true }],
  ['run_report', { report: 'forecast-by-month', months: 3, mine: true }],
  ['run_report', { view: 'Active Accounts', entity: 'account', top: 3 }],
  ['run_report', { chart: 'Accounts by Industry', entity: 'account' }],
  ['run_report', { dashboard: 'Sales Dashboard' }],
  ['show_report', { report: 'top-accounts-by-revenue', top: 3, owner: 'me' }],
  ['show_report', { report: 'accounts-no-activity', days: 30, direct: true }],
  ['show_report', { report: 'forecast-by-month', months: 3, mine: true }],
  ['show_report', { view: 'Active Accounts', entity: 'account', top: 3, picture: 'table' }],
  ['show_report', { chart: 'Accounts by Industry', entity: 'account' }],
  ['show_report', { dashboard: 'Sales Dashboard' }],
  [
    'show_answer',
    {
      tool: 'analyze',
      arguments: '{"entity":"account","measures":["count"],"by":["ownerid"]}',
      picture: 'columns',
      title: 'Accounts by owner',
    },
  ],
  [
    'timeline',
    {
      of: 'account/00000000-0000-4000-8000-000000000000',
      entity: 'account',
      since: '2026-01-01',
      until: '2026-06-30',
      kinds: ['email'],
      top: 3,
    },
  ],
  ['timeline', { cursor: 'the one of an earlier result' }],
  ['search', { query: 'adventure' }],
  ['fetch', { id: 'account/00000000-0000-4000-8000-000000000000' }],
]

describe('what the list says of arguments', () => {
  test.each(listed.map(({ name }) => name))('%s: each object is closed, each value of one type', (tool) => {
    const objects = objectsOf(schemaOf(tool))
    expect(objects.map(({ properties, additionalProperties }) => [properties, additionalProperties])).toEqual(
      objects.map(() => [expect.any(Object), false]),
    )
  })

  test.each(listed.map(({ name }) => name))('%s: the calls below hold every argument', (tool) => {
    const held = CALLS.flatMap(([name, args]) => (name === tool ? Object.keys(args) : []))
    expect(new Set(held)).toEqual(new Set(Object.keys(schemaOf(tool).properties ?? {})))
  })
})

/** A letter is missing that two arguments have there. */
const AS_NEAR = new Map([['op', '(?:of|top)']])
const EXACT = new Set(['search', 'fetch'])

describe('no argument is dropped in silence', () => {
  test.each(CALLS)('%s %j', async (tool, whole) => {
    const calls = misspeltCalls(schemaOf(tool), whole)
    for (const { args, name, of, isSpelling } of calls) {
      const { isError, content, structuredContent } = await ask(tool, args)
      const text = content.map((one) => one.text).join('\n')
      const said = [...(structuredContent?.interpreted ?? []), ...(structuredContent?.notes ?? [])].join('\n')
      const shown = name.trim().slice(0, 40)
      if (isSpelling && !EXACT.has(tool)) {
        // What an error says is of the value, which was understood.
        if (isError) expect([name, text]).toEqual([name, expect.not.stringMatching(/argument/)])
        else expect([said, text]).toEqual([readAs(shown, of), readAs(shown, of)])
        continue
      }
      // A word that another argument goes by is told of, too: `to` for `top` beside `until`.
      if (/^Error invalid_arguments: Given twice, /.test(text)) continue
      expect([name, isError, text]).toEqual([name, true, expect.stringMatching(/^Error unknown_argument: /)])
      expect(text).toContain(shown)
      if (of !== undefined) expect(text).toMatch(nearestOf(shown, AS_NEAR.get(shown) ?? of))
    }
  })
})

const escaped = (text: string): string => text.replaceAll(/[$^.*+?()[\]{}|\\]/g, String.raw`\$&`)
const quotedAt = (name: string): string => String.raw`"(?:[a-z]+\[0\]\.)?\s?${escaped(name)}\s?…?"`
const readAs = (name: string, of = ''): unknown =>
  expect.stringMatching(new RegExp(`The argument ${quotedAt(name)} was read as ${of}\\.`))
const nearestOf = (name: string, of: string): RegExp =>
  new RegExp(`${quotedAt(name)}: (?:did you mean|use|write) ${of}\\b`)

describe('arguments that other systems have', () => {
  test.each<[string, Args, string, string]>([
    ['query_crm', { condition: 'x' }, '"condition"', '"condition": use filter.'],
    ['query_crm', { '$filter.': 'x' }, '"$filter."', 'did you mean filter?'],
    ['query_crm', { fields: 'x', first: 5, sorting: 'x' }, '"fields", "first", "sorting"', '"sorting": use orderby.'],
    ['query_crm', { skip: 50 }, '"skip"', '"skip": use cursor (no row is skipped'],
    ['query_crm', { resource: 'x', groupBy: 'x' }, '"resource", "groupBy"', '"groupBy": use fetchxml (totals'],
    [
      'query_crm',
      { expand: [{ lookup: 'contact_customer_accounts', select: ['fullname'], filter: 'statecode eq 0' }] },
      '"expand[0].filter"',
      'related rows come unfiltered',
    ],
    ['get_record', { recordId: 'x' }, '"recordId"', '"recordId": use id.'],
    ['get_record', { key: { column: 'name', valu: '1' } }, '"key[0].valu"', 'did you mean value?'],
    [
      'run_report',
      { report: 'pipeline-by-stage', salesperson: 'x' },
      '"salesperson"',
      'use owner (it is "me", "my-teams"',
    ],
    ['search', { q: 'x', Query: 'x' }, '"q", "Query"', '"Query": write query.'],
    ['whoami', { user: 'x' }, '"user"', 'whoami takes no argument.'],
  ])('%s %j', async (tool, args, named, advice) => {
    const whole = tool === 'query_crm' || tool === 'get_record' ? { entity: 'account', ...args } : args
    const { isError, content } = await ask(tool, whole)
    expect(isError).toBe(true)
    expect(content[0]?.text).toMatch(/^Error unknown_argument: /)
    expect(content[0]?.text).toContain(`${named}.`)
    expect(content[0]?.text).toContain(advice)
  })
})

const SAME: readonly (readonly [string, string, unknown])[] = [
  ...['table', 'tableName', 'entity_name', 'logicalName'].map((word) => ['entity', word, 'account'] as const),
  ['filter', 'where', "name ne 'x'"],
  ...['sort', 'sortBy', '$order'].map((word) => ['orderby', word, 'ownerid desc'] as const),
  ...['limit', 'max_rows', 'take'].map((word) => ['top', word, 2] as const),
]
const WHOLE: Readonly<Record<string, Args>> = {
  query_crm: { entity: 'account', filter: 'statecode eq 0', select: ['name', 'createdon'], orderby: 'name', top: 3 },
  analyze: {
    entity: 'account',
    filter: 'statecode eq 0',
    measures: ['count'],
    by: ['ownerid'],
    orderby: 'count',
    top: 3,
  },
}

test.each(Object.entries(WHOLE))(
  '%s takes what SQL and others call the very same, and says so',
  async (tool, whole) => {
    for (const [name, word, value] of SAME) {
      const { [name]: _left, ...rest } = { ...whole, [name]: value }
      const plain = await ask(tool, { ...rest, [name]: value })
      const other = await ask(tool, { ...rest, [word]: value })
      const { interpreted = [], ...answer } = other.structuredContent ?? {}
      expect([word, interpreted]).toEqual([
        word,
        expect.arrayContaining([`The argument "${word}" was read as ${name}.`]),
      ])
      const { interpreted: _said, asOf: _then, ...wanted } = plain.structuredContent ?? {}
      const { asOf: _now, ...got } = answer
      expect([word, got]).toEqual([word, wanted])
      const twice = await ask(tool, {
        ...rest,
        [name]: value,
        [word]: typeof value === 'number' ? 7 : `${String(value)} `,
      })
      expect([word, twice.structuredContent?.error?.code]).toEqual([word, 'invalid_arguments'])
    }
  },
)

test('two spellings are one argument with one value, and refused with two', async () => {
  const same = await ask('query_crm', { entity: 'account', filter: 'name ne null', $filter: 'name ne null', top: 1 })
  expect(same.structuredContent?.interpreted).toEqual(['The argument "$filter" was read as filter.'])
  const other = await ask('query_crm', { entity: 'account', filter: 'name ne null', $filter: 'name eq null' })
  expect(other.structuredContent?.error).toMatchObject({
    code: 'invalid_arguments',
    text: 'Given twice, with different values: "filter" and "$filter".',
  })
})

test('null is an argument left out, at every depth, whatever its name', async () => {
  const args = { entity: 'account', top: 1, select: ['name'], filter: null, where: null }
  const plain = await ask('query_crm', { entity: 'account', top: 1, select: ['name'] })
  expect(await ask('query_crm', args)).toEqual(plain)
  const { isError } = await ask('query_crm', { ...args, expand: [{ ...EXPAND[0], filter: null }] })
  expect(isError).toBeUndefined()
})
