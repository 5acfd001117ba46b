import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'

import { BUILT_IN_CATALOGUE } from '../../../../shared/reports/catalogue/built-in.ts'
import type { ToolAnswer } from '../support/harness.ts'
import type { Column } from '../../../sandbox/dataverse/schema/schema.ts'
import { openStage as openPlain, type Stage } from '../../../queries/reports/stage.ts'
import { call, MANAGER, NOW, openStage, REP, REPORTS, VIEWS } from './stage.ts'

const TEN_MINUTES = 600_001
let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const codeOf = ({ structuredContent }: ToolAnswer): string | undefined => structuredContent?.error?.code
const withdraw = (): void => stage.harness.dataverse.withdrawProfile(MANAGER.systemUserId ?? '')
const LIST = { entity: 'account', select: ['name', 'creditlimit'], top: 3 }

describe('a profile that is taken away', () => {
  test.each([
    ['an order', { ...LIST, orderby: 'creditlimit desc' }],
    ['a condition', { ...LIST, filter: 'creditlimit ge 20000' }],
    [
      'FetchXML',
      {
        fetchxml:
          '<fetch><entity name="account"><attribute name="name"/><order attribute="creditlimit"/></entity></fetch>',
        top: 3,
      },
    ],
  ])('ends a cursor that was made before by %s', async (_what, args) => {
    const first = await call(stage, 'query_crm', args, MANAGER)
    const cursor = first.structuredContent?.cursor
    expect(cursor).toEqual(expect.any(String))
    withdraw()
    stage.later(TEN_MINUTES)
    expect(codeOf(await call(stage, 'query_crm', { cursor }, MANAGER))).toBe('hidden_column')
  })

  test('leaves a column out of the next page, and names it', async () => {
    const { structuredContent } = await call(stage, 'query_crm', LIST, MANAGER)
    withdraw()
    stage.later(TEN_MINUTES)
    const next = await call(stage, 'query_crm', { cursor: structuredContent?.cursor }, MANAGER)
    expect(next.structuredContent?.rows).toHaveLength(3)
    expect(JSON.stringify(next.structuredContent?.rows)).not.toContain('creditlimit')
    expect(next.structuredContent?.notes?.join()).toContain('creditlimit is hidden from you')
  })

  test('shows no value from that moment on, though what is remembered is ten minutes old', async () => {
    await call(stage, 'query_crm', LIST, MANAGER)
    withdraw()
    const { structuredContent } = await call(stage, 'query_crm', { ...LIST, top: 500 }, MANAGER)
    expect(structuredContent?.rows?.length).toBeGreaterThan(3)
    expect(JSON.stringify(structuredContent?.rows)).not.toContain('creditlimit')
  })

  test('is one person’s: what is remembered of one is not told of another', async () => {
    const refused = { ...LIST, filter: 'creditlimit ge 20000' }
    const both = await Promise.all([call(stage, 'query_crm', refused, MANAGER), call(stage, 'query_crm', refused)])
    expect(both.map(codeOf)).toEqual([undefined, 'hidden_column'])
    const again = await Promise.all([call(stage, 'query_crm', refused), call(stage, 'query_crm', refused, MANAGER)])
    expect(again.map(codeOf)).toEqual(['hidden_column', undefined])
  })
})

describe('a guess', () => {
  const LINK = '<link-entity name="account" from="accountid" to="accountid" alias="twin">%</link-entity>'
  const linked = (inner: string): string =>
    `<fetch><entity name="account"><attribute name="name"/>${LINK.replace('%', inner)}</entity></fetch>`
  const guess = '<filter><condition attribute="creditlimit" operator="ge" value="50000"/></filter>'

  test.each([
    ['by a link of the table with itself', { fetchxml: linked(guess) }],
    [
      'by a link that must have no such row',
      { fetchxml: linked(guess).replace('alias="twin"', 'alias="twin" link-type="not any"') },
    ],
    [
      'by a link that only asks whether there is one',
      { fetchxml: linked(guess).replace('alias="twin"', 'link-type="exists"') },
    ],
    ['by the order of a link', { fetchxml: linked('<order attribute="creditlimit"/>') }],
    ['in other letters', { fetchxml: linked(guess.replace('creditlimit', 'CreditLimit')) }],
    [
      'by how large a group is',
      {
        fetchxml:
          '<fetch aggregate="true"><entity name="account"><attribute name="creditlimit" groupby="true" alias="g"/><attribute name="accountid" aggregate="count" alias="n"/></entity></fetch>',
      },
    ],
    [
      'by a condition beside a total',
      {
        fetchxml: `<fetch aggregate="true"><entity name="account"><attribute name="accountid" aggregate="count" alias="n"/>${guess}</entity></fetch>`,
      },
    ],
    [
      'by the order of a total',
      {
        fetchxml:
          '<fetch aggregate="true"><entity name="account"><attribute name="creditlimit" aggregate="max" alias="m"/><attribute name="ownerid" groupby="true" alias="o"/><order alias="m" descending="true"/></entity></fetch>',
      },
    ],
    [
      'in a condition that always holds',
      { ...LIST, filter: 'creditlimit ge 50000 or statecode eq 0 or statecode eq 1' },
    ],
    ['by a count', { ...LIST, filter: 'creditlimit ne null', count: true }],
  ])('%s: no row, no total, no value', async (_how, args) => {
    const { isError, structuredContent } = await call(stage, 'query_crm', args)
    expect([isError, structuredContent?.rows, structuredContent?.total]).toEqual([true, undefined, undefined])
    expect(structuredContent?.error?.code).toBe('hidden_column')
  })

  test('by another name for the column: it is no column', async () => {
    const fetchxml =
      '<fetch><entity name="account"><attribute name="creditlimit" alias="size"/><order attribute="size"/></entity></fetch>'
    expect(codeOf(await call(stage, 'query_crm', { fetchxml }))).toBe('unknown_column')
  })
})

describe('what it costs', () => {
  const counted = async (args: object): Promise<number> => {
    stage.harness.dataverse.reset()
    await call(stage, 'query_crm', args)
    return stage.harness.dataverse.counters().total
  }

  test('one request, the first time that a table with secured columns is asked for, and none for others', async () => {
    const plain = { entity: 'task', select: ['subject'], top: 1 }
    const secured = { entity: 'account', select: ['name'], top: 1 }
    await counted({ entity: 'lead', select: ['subject'], top: 1 })
    expect([await counted(plain), await counted(plain)]).toEqual([2, 1])
    expect([await counted(secured), await counted(secured)]).toEqual([3, 1])
    expect(await counted({ ...secured, entity: 'contact', select: ['fullname'] })).toBe(2)
    stage.later(TEN_MINUTES)
    expect(await counted(plain)).toBe(2)
  })

  test('at once, one flight for one person', async () => {
    await call(stage, 'query_crm', { entity: 'lead', select: ['subject'], top: 1 })
    stage.harness.dataverse.reset()
    await Promise.all(Array.from({ length: 10 }, () => call(stage, 'query_crm', LIST)))
    expect(stage.harness.dataverse.counters().parts.function).toBe(1)
  })
})

describe('a report that comes with this app', () => {
  let plain: Stage
  beforeAll(async () => {
    plain = await openPlain(NOW, { catalogue: BUILT_IN_CATALOGUE })
  })
  afterAll(() => plain.close())

  test('is refused, too, where what it adds up has been secured', async () => {
    const column: Column = {
      name: 'estimatedvalue_base',
      schemaName: 'EstimatedValue_Base',
      type: 'Money',
      label: 'Est. Revenue (Base)',
      secured: true,
    }
    plain.harness.dataverse.publish({ kind: 'remove-column', entity: 'opportunity', column: column.name })
    plain.harness.dataverse.publish({ kind: 'add-column', entity: 'opportunity', column })
    expect(codeOf(await call(plain, 'run_report', { report: 'pipeline-by-stage' }))).toBe('hidden_column')
    const listed = await call(plain, 'run_report', { report: 'closing-this-month' })
    const { columns, totals, notes } = listed.structuredContent ?? {}
    expect(JSON.stringify([columns, totals])).not.toContain('Base value')
    expect(notes?.join()).toContain('estimatedvalue_base is hidden from you')
    expect(notes?.join()).toContain('Left out: Already past their date, Base value past its date.')
    expect(codeOf(await call(plain, 'run_report', { report: 'pipeline-by-stage' }, MANAGER))).toBeUndefined()
  })
})

test('views and reports exist, so that what is refused above is refused for its column', async () => {
  for (const args of [{ view: VIEWS.asked }, { report: REPORTS.asked }])
    expect([
      codeOf(await call(stage, 'run_report', args, MANAGER)),
      codeOf(await call(stage, 'run_report', args, REP)),
    ]).toEqual([undefined, 'hidden_column'])
})
