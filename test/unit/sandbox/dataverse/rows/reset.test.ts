import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { column, type Harness, NOW, startHarness } from '../harness.ts'

const DAY_MS = 86_400_000
let harness: Harness
let now = NOW
beforeAll(async () => {
  harness = await startHarness({ now: () => now })
})
beforeEach(() => {
  now = NOW
  harness.dataverse.reset()
})
afterAll(() => harness.close())

async function accounts() {
  const reply = await harness.get('sales manager', 'accounts?$select=name,createdon&$orderby=accountid')
  return { names: column(reply, 'name'), created: column(reply, 'createdon') }
}

test('a reset takes back rows that were added, however often', async () => {
  const seeded = await accounts()
  for (let round = 0; round < 2; round++) {
    harness.dataverse.addBulk({ entity: 'account', count: 3, owner: 'Priya Nair' })
    expect((await accounts()).names).toHaveLength(seeded.names.length + 3)
    harness.dataverse.reset()
    expect(await accounts()).toEqual(seeded)
  }
})

test.each([1, -1])('a reset seeds for the day of the clock, %d days from the last', async (days) => {
  const seeded = await accounts()
  now = new Date(NOW.getTime() + days * DAY_MS)
  expect(await accounts()).toEqual(seeded)
  harness.dataverse.reset()
  const moved = await accounts()
  expect(moved.names).toEqual(seeded.names)
  expect(moved.created).not.toEqual(seeded.created)
})

test('a reset seeds for the day of the clock, a second after the last where midnight was between', async () => {
  now = new Date('2026-11-24T23:59:59.500Z')
  harness.dataverse.reset()
  const seeded = await accounts()
  now = new Date(now.getTime() + 1_000)
  harness.dataverse.reset()
  expect((await accounts()).created).not.toEqual(seeded.created)
})
