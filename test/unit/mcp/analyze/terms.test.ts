import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { BUILT_IN_TERMS } from '../../../../shared/dataverse/query/terms/built-in.ts'
import { createCurrentTerms } from '../../../../shared/reports/terms/current-terms.ts'
import type { ReportEntry } from '../../../../shared/storage/ports.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import type { Harness } from '../support/harness.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const call = async (tool: string, args: Args, of = worker): Promise<Called> => await called(of, tool, args, 'analyst')
const analyze = async (args: Args): Promise<Called['answer']> =>
  (await call('analyze', { entity: 'opportunity', ...args })).answer
const cells = ({ structuredContent }: Called['answer']): unknown => structuredContent?.rows

const SIGNED: ReportEntry = {
  slug: 'signed',
  hidden: false,
  definition: JSON.stringify({
    slug: 'signed',
    name: 'signed',
    meaning: 'Won, and worth something.',
    entity: 'opportunity',
    filter: "term eq 'won' and actualvalue gt 0",
    date: 'actualclosedate',
    amount: 'actualvalue',
    owner: 'Sales Operations',
  }),
}

/** A worker whose words come from a store that counts how often it is read. */
function reading(): { readonly of: Harness; readonly reads: () => number } {
  let reads = 0
  const list = async (): Promise<readonly ReportEntry[]> => {
    reads += 1
    return [SIGNED]
  }
  const terms = createCurrentTerms({ store: { list }, now: () => Date.now() })
  return { of: stage.coldWorker({}, askHere, 'shape', (audit) => terms.read(audit)), reads: () => reads }
}

describe('what a word costs', () => {
  test.each<[string, Args]>([
    ['query_crm', { entity: 'opportunity', filter: "term eq 'signed' and period eq this-year", select: ['name'] }],
    [
      'query_crm',
      { entity: 'account', filter: "opportunity_parent_account/any(o:o/term eq 'signed')", select: ['name'] },
    ],
    [
      'query_crm',
      {
        fetchxml:
          '<fetch><entity name="opportunity"><attribute name="name"/><filter><condition attribute="term" operator="eq" value="signed"/></filter></entity></fetch>',
      },
    ],
    ['analyze', { entity: 'opportunity', measures: ['signed', "term('win rate')"], filter: 'period eq this-year' }],
    ['analyze', { entity: 'opportunity', measures: ['count'], filter: "term eq 'signed'", by: ['month(period)'] }],
  ])('a hot %s with one is one request to Dataverse, and no read of storage: %j', async (tool, args) => {
    const { of, reads } = reading()
    const cold = await call(tool, args, of)
    expect([cold.answer.isError, reads()]).toEqual([undefined, 1])
    const hot = await call(tool, args, of)
    expect([hot.answer.isError, hot.requests, reads()]).toEqual([undefined, 1, 1])
    expect(hot.answer.structuredContent?.rows).toEqual(cold.answer.structuredContent?.rows)
    expect(hot.answer.structuredContent?.interpreted?.filter((one) => one.startsWith('"signed" means'))).toHaveLength(1)
  })

  test.each<[string, Args]>([
    ['query_crm', { entity: 'opportunity', filter: "statecode eq 'Won'", select: ['name'], top: 1 }],
    ['analyze', { entity: 'opportunity', measures: ['sum(actualvalue) as total'], by: ['ownerid'] }],
    ['get_record', { entity: 'account', id: 'Adventure Works' }],
    ['search', { query: 'adventure' }],
  ])('a %s that names none reads no word: %j', async (tool, args) => {
    const { of, reads } = reading()
    await call(tool, args, of)
    expect(reads()).toBe(0)
  })

  test('a column that there is not may be one, and reads them once', async () => {
    const { of, reads } = reading()
    const { answer } = await call('query_crm', { entity: 'opportunity', select: ['no_such_column'] }, of)
    expect([answer.isError, reads()]).toEqual([true, 1])
  })
})

const OF_OPPORTUNITY = BUILT_IN_TERMS.filter(({ entity }) => entity === 'opportunity')

test.each(
  OF_OPPORTUNITY.flatMap(({ name }) => ['count', 'sum', 'avg', 'max', 'distinct'].map((of) => [of, name] as const)),
)('%s(%s) is refused with what is meant, which is right when it is written', async (of, name) => {
  const refused = await analyze({ measures: [`${of}(${name.replaceAll(' ', '_')})`] })
  const step = refused.structuredContent?.error?.nextStep ?? ''
  const [, written = ''] = /^Write: (.*)\.$/.exec(step) ?? []
  expect([refused.isError, written]).toEqual([
    true,
    of === 'count' ? `count(where term eq '${name}')` : `term('${name}')`,
  ])
  const followed = await analyze({ measures: [written] })
  const plain = await analyze(
    of === 'count' ? { measures: ['count'], filter: `term eq '${name}'` } : { measures: [name] },
  )
  expect(cells(followed)).toEqual(cells(plain))
  expect(Array.isArray(cells(followed))).toBe(true)
})

test.each(BUILT_IN_TERMS.map(({ entity, name }) => [entity, name] as const))(
  'of %s: %s counts as many rows in a list, in a figure and in FetchXML',
  async (entity, name) => {
    const filter = `term eq '${name}'`
    const fetchxml = `<fetch aggregate="true"><entity name="${entity}"><attribute name="createdon" aggregate="count" alias="n"/><filter><condition attribute="term" operator="eq" value="${name}"/></filter></entity></fetch>`
    const list = await call('query_crm', { entity, filter, count: true, top: 1 })
    const figure = await call('analyze', { entity, measures: [`count(where ${filter})`] })
    const total = await call('query_crm', { fetchxml })
    const counts = [
      list.answer.structuredContent?.total,
      Number(figure.answer.structuredContent?.rows?.[0]?.[0]),
      Number(rowsAsObjects(total.answer.structuredContent)[0]?.['n']),
    ]
    // Rows of every word are in test/queries/terms, whose world has tasks that are overdue.
    if (['opportunity', 'account'].includes(entity)) expect(counts[0]).toBeGreaterThan(0)
    expect(new Set(counts).size).toBe(1)
    for (const { answer } of [list, figure, total])
      expect(answer.structuredContent?.interpreted?.filter((one) => one.startsWith(`"${name}" means`))).toHaveLength(1)
  },
)

describe('period where no condition stands', () => {
  test.each<[Args, string]>([
    [{ entity: 'opportunity', select: ['name', 'period'], filter: "term eq 'won'" }, 'actualclosedate'],
    [{ entity: 'opportunity', select: ['period'], filter: "term eq 'open pipeline'" }, 'estimatedclosedate'],
    [{ entity: 'opportunity', orderby: 'period desc', filter: "term eq 'won'" }, 'actualclosedate'],
    [{ entity: 'task', select: ['period'] }, 'scheduledend'],
    [
      {
        fetchxml:
          '<fetch><entity name="opportunity"><attribute name="period"/><filter><condition attribute="term" operator="eq" value="won"/></filter></entity></fetch>',
      },
      'actualclosedate',
    ],
    [
      {
        entity: 'task',
        select: ['subject'],
        expand: [{ lookup: 'regardingobjectid_opportunity_task', select: ['period'] }],
      },
      'estimatedclosedate',
    ],
  ])('%j names the column, which is taken', async (args, column) => {
    const { error } = (await call('query_crm', args)).answer.structuredContent ?? {}
    expect(error?.code).toBe('unknown_column')
    const [, first = ''] = /write the column that it means there: (\w+) \(/.exec(error?.nextStep ?? '') ?? []
    expect(first).toBe(column)
    const again = JSON.parse(JSON.stringify(args).replaceAll(/period(?= desc|"|\\)/g, column)) as Args
    expect((await call('query_crm', again)).answer.isError).toBeUndefined()
  })

  test('term names a condition, which is taken', async () => {
    const { error } =
      (await call('query_crm', { entity: 'opportunity', select: ['term'] })).answer.structuredContent ?? {}
    const [, filter] = /no column: (.*)\.$/.exec(error?.nextStep ?? '') ?? []
    expect((await call('query_crm', { entity: 'opportunity', filter, top: 1 })).answer.isError).toBeUndefined()
  })
})

test.each(['resolvedon', 'ResolvedDate', 'closed_on', 'resolution_date'])(
  'when a case was ended is no column of it: %s leads to the row that has it',
  async (name) => {
    const { answer } = await call('analyze', { entity: 'incident', measures: [`avg(days(createdon, ${name}))`] })
    const step = answer.structuredContent?.error?.nextStep ?? ''
    const [, column = '', entity = '', lookup = ''] =
      /When it ended is (\w+) of the entity (\w+), whose (\w+) leads here/.exec(step) ?? []
    const figure = await call('analyze', { entity, measures: [`avg(days(${lookup}/createdon, ${column}))`] })
    expect(Number(figure.answer.structuredContent?.rows?.[0]?.[0])).toBeGreaterThan(0)
  },
)
