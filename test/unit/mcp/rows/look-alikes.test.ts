import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows, Values } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'
import type { Harness, ToolAnswer } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

const at = (what: string): string => idOf('look-alike', what)
const NAMES = { plain: 'Zqv Twin', hidden: 'Zqv\u200b Twin' }
/** A priority as people write them, a number, and one whose label begins as its number does. */
const RANKS = [
  { value: 1, label: 'P1' },
  { value: 2, label: 'P2' },
  { value: 3, label: '30' },
]

/** Two accounts that nobody tells apart by their names, each with opportunities of all ranks. */
function lookAlikes(): TableRows {
  const seeded = seed(PEOPLE, new Date())
  const first = (entity: string): Values => seeded.find((row) => row.entity === entity)?.values ?? {}
  return Object.entries(NAMES).flatMap(([key, name]) => {
    const customerid = { entity: 'account', id: at(key) }
    const account = { ...first('account'), accountid: at(key), name, parentaccountid: null }
    const deals = RANKS.map(({ value }) => {
      const own = { opportunityid: at(`${key} ${value}`), name: `Zqv deal ${value}`, hp_rank: value }
      return { entity: 'opportunity', values: { ...first('opportunity'), ...own, customerid } }
    })
    return [{ entity: 'account', values: account }, ...deals]
  })
}

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage(lookAlikes())
  const column = { name: 'hp_rank', schemaName: 'hp_Rank', type: 'Picklist', label: 'Rank', options: RANKS } as const
  stage.dataverse.publish({ kind: 'add-column', entity: 'opportunity', column })
  worker = stage.coldWorker()
})
afterAll(async () => await stage.close())

const asked = async (tool: string, args: object): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'analyst')).answer

const ACCOUNTS = { entity: 'account', filter: "startswith(name,'Zqv')", select: ['name'] }
const DEALS = { entity: 'opportunity', filter: "startswith(name,'Zqv deal')", orderby: 'name', ids: true }
const EXPAND = [{ lookup: 'opportunity_customer_accounts', select: ['hp_rank', 'estimatedvalue', 'finaldecisiondate'] }]
const RANK = { name: 'hp_rank', kind: 'choice' }

test('two names that look the same are two', async () => {
  const { structuredContent } = await asked('query_crm', { ...DEALS, select: ['customerid'] })
  const ids = Object.keys(NAMES).map((key) => `account/${at(key)}`)
  expect(Object.values(structuredContent?.values?.['customerid'] ?? {}).sort()).toEqual(ids.sort())
  const labels = Object.keys(structuredContent?.values?.['customerid'] ?? {})
  expect(new Set(structuredContent?.rows?.map(([label]) => label))).toEqual(new Set(labels))
})

describe('rows that come with a row are what metadata says', () => {
  test.each([
    ['query_crm', ACCOUNTS],
    ['get_record', { entity: 'account', id: at('plain'), select: ['name'] }],
  ])('lists of %s: labels of choices are no amounts and no numbers, empty columns are there', async (tool, args) => {
    const { structuredContent, content } = await asked(tool, { ...args, expand: EXPAND })
    const [{ columns } = {}] = (structuredContent?.columns ?? []).filter((one) => 'columns' in one) as {
      columns?: object[]
    }[]
    expect(columns?.slice(0, 3)).toEqual([
      RANK,
      expect.objectContaining({ name: 'estimatedvalue', kind: 'money' }),
      { name: 'finaldecisiondate', kind: expect.stringMatching(/date|time/) },
    ])
    expect(structuredContent?.values?.['opportunity_customer_accounts.hp_rank']).toEqual({ P1: 1, P2: 2, '30': 3 })
    expect(content[0]?.text).toContain('opportunity_customer_accounts.estimatedvalue: money in £')
  })

  test('rows behind a lookup', async () => {
    const args = { entity: 'opportunity', select: ['name'], top: 2 }
    const expand = [{ lookup: 'customerid', select: ['industrycode', 'description', 'stockexchange'] }]
    const { structuredContent } = await asked('query_crm', { ...args, filter: DEALS.filter, expand })
    expect(structuredContent?.columns?.map(({ name }) => name)).toEqual([
      'name',
      'customerid_account.industrycode',
      'customerid_account.description',
      'customerid_account.stockexchange',
      'customerid_account.accountid',
      'opportunityid',
    ])
  })
})

test.each([['Opportunity'], ['opportunityid'], [' OpportunityId ']])(
  'more than 100 rows come with the ids that were asked for as %j',
  async (name) => {
    const { structuredContent } = await asked('query_crm', { entity: 'opportunity', select: [name], top: 120 })
    expect(structuredContent?.columns).toEqual([{ name: 'opportunityid', kind: 'id' }])
    expect(structuredContent?.rows).toHaveLength(120)
  },
)

test('a column of parties that nobody is in is there', async () => {
  const { structuredContent } = await asked('query_crm', { entity: 'email', select: ['subject', 'to', 'bcc'], top: 3 })
  expect(structuredContent?.columns?.map(({ name }) => name)).toEqual(['subject', 'to', 'bcc', 'activityid'])
  expect(structuredContent?.rows?.map((row) => row[2])).toEqual([null, null, null])
})

test.each([2_500, 6_000, 25_000])('notes fit into a result of %i bytes, too', async (resultBytes) => {
  const args = { entity: 'contact', select: ['fullname', 'parentcustomerid', 'ownerid', 'createdby'], top: 120 }
  const { answer } = await called(stage.coldWorker({ resultBytes }), 'query_crm', args, 'analyst')
  expect(answer.structuredContent?.notes?.length).toBeGreaterThan(0)
  expect(Buffer.byteLength(JSON.stringify(answer.structuredContent))).toBeLessThanOrEqual(resultBytes)
})
