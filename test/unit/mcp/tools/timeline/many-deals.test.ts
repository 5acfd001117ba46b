// Not in a bare npm test: reads thousands of rows.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Item } from '../../../../../shared/mcp/tools/timeline/timeline.ts'
import { fetchHere } from '../../../../sandbox/dataverse/http/in-process.ts'
import { unitId } from '../../../../sandbox/dataverse/seed/organisation.ts'
import { idOf, ownedBy, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../../sandbox/dataverse/store/store.ts'
import { person } from '../../../../sandbox/people.ts'
import type { Harness } from '../../support/harness.ts'
import { called, openStage, type Stage } from '../../support/sandbox-stage.ts'
import { account, accountRow } from './rows.ts'

const DEALS = 300
const BUSY = 12
const REP = person('sales rep').systemUserId ?? ''
const OWNER = ownedBy({ entity: 'systemuser', id: REP, unit: unitId('UK Sales'), country: 'UK' })
const dealId = (at: number): string => idOf('many deals/deal', at)
const at = (minutes: number): string => new Date(Date.parse('2026-10-01T00:00:00Z') + minutes * 60_000).toISOString()

function dealRow(deal: number): TableRows[number] {
  const values = { opportunityid: dealId(deal), name: `Deal ${deal}`, statecode: 0, modifiedon: at(deal) }
  return {
    entity: 'opportunity',
    values: { ...values, parentaccountid: reference('account', account('many')), ...OWNER },
  }
}

function auditRows(deal: number): TableRows {
  return Array.from({ length: deal >= DEALS - BUSY ? 130 : 4 }, (_one, change) => ({
    entity: 'audit',
    values: {
      auditid: idOf('many deals/audit', `${deal}/${change}`),
      action: 2,
      operation: 2,
      objectid: reference('opportunity', dealId(deal)),
      objecttypecode: 'opportunity',
      userid: reference('systemuser', REP),
      createdon: at(deal + change),
      attributemask: ',1,',
      changedata: JSON.stringify({
        changedAttributes: [{ logicalName: 'name', oldValue: `old ${change}`, newValue: `new ${change}` }],
      }),
      transactionid: idOf('many deals/transaction', `${deal}/${change}`),
    },
  }))
}

let histories = 0
const watched: typeof fetch = async (input, init) => {
  const text = `${input as string}\n${typeof init?.body === 'string' ? init.body : ''}`
  histories += text.match(/RetrieveRecordChangeHistory/g)?.length ?? 0
  return await fetchHere(input, init)
}

let stage: Stage
let worker: Harness
beforeAll(async () => {
  const deals = Array.from({ length: DEALS }, (_one, deal) => deal)
  stage = await openStage([accountRow('many'), ...deals.map(dealRow), ...deals.flatMap(auditRows)])
  worker = stage.coldWorker({}, watched)
}, 120_000)
afterAll(async () => await stage.close())

test('300 deals with long histories are told in a bounded number of requests, and what is left out is said', async () => {
  const ask = async (args: object) => await called(worker, 'timeline', args, 'analyst')
  await ask({ of: `account/${account('many')}`, top: 1 })
  const seen: string[] = []
  let next: Record<string, unknown> | undefined = { of: `account/${account('many')}`, top: 100 }
  const began = process.cpuUsage()
  while (next) {
    histories = 0
    const { answer, requests } = await ask(next)
    expect([requests, histories]).toEqual([2, 11])
    const told = answer.structuredContent as unknown as { items: Item[]; history: string; cursor?: string }
    expect(told.history).toMatch(/the 10 records that were changed last were looked at/)
    expect(told.history).toMatch(/Only the 100 newest changes were looked at of opportunity\//)
    seen.push(...told.items.map(({ when = '', on, changes = [] }) => `${when} ${on?.id ?? ''} ${changes[0]?.to ?? ''}`))
    next = told.cursor === undefined ? undefined : { cursor: told.cursor, top: 100 }
  }
  const { user, system } = process.cpuUsage(began)
  const whens = seen.map((line) => Date.parse(line.split(' ')[0] ?? ''))
  expect([seen.length, new Set(seen).size]).toEqual([1_000, 1_000])
  expect(whens).toEqual(whens.toSorted((one, other) => other - one))
  expect((user + system) / 1_000).toBeLessThan(20_000)
})
