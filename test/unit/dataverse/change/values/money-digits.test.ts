import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ORGANISATION_ID } from '../../../../sandbox/dataverse/seed/platform/rows.ts'
import { ADMINISTRATOR } from '../../../sandbox/dataverse/write/support.ts'
import { changesIn, openStage, policyOf, type Asking, type Stage } from '../stage.ts'
import { OPEN_DEAL } from '../plan/cases.ts'

let stage: Stage
const WHOLE = { name: 'hp_fee', schemaName: 'hp_Fee', type: 'Money', label: 'Fee', precision: 0 } as const
const FEES = [
  { ...WHOLE, name: 'hp_own', schemaName: 'hp_Own', label: 'Own', precisionSource: 0 },
  { ...WHOLE, name: 'hp_org', schemaName: 'hp_Org', label: 'Organization’s', precisionSource: 1 },
  { ...WHOLE, name: 'hp_cur', schemaName: 'hp_Cur', label: 'Currency’s', precisionSource: 2 },
] as const
const PRICES = { name: 'pricingdecimalprecision', schemaName: 'P', type: 'Integer', label: 'Prices' } as const
const asking: Asking = {
  policy: policyOf({
    opportunity: { create: ['name', 'hp_own', 'hp_org', 'hp_cur'], update: ['hp_own', 'hp_org', 'hp_cur'] },
  }),
}

beforeAll(async () => {
  stage = await openStage()
  for (const column of FEES) stage.dataverse.publish({ kind: 'add-column', entity: 'opportunity', column })
  stage.dataverse.publish({ kind: 'add-column', entity: 'organization', column: PRICES })
  const { status, text } = await stage.send(ADMINISTRATOR.persona, 'PATCH', `organizations(${ORGANISATION_ID})`, {
    body: { pricingdecimalprecision: 1 },
    headers: { 'if-match': '*' },
  })
  expect([status, text]).toEqual([204, ''])
})
afterAll(() => stage.close())

// The column’s own digits are 0, the organization’s 1, those of pounds 2.
describe.each([
  ['hp_own', 7, 7.5, 8],
  ['hp_org', 7.5, 7.25, 7.3],
  ['hp_cur', 7.25, 7.255, 7.25],
])('%s', (column, taken, refused, rounded) => {
  const planOf = (to: number, isNew: boolean) => {
    const name = isNew ? [{ column: 'name', to: 'Fenders' }] : []
    const row = isNew ? {} : { id: OPEN_DEAL }
    return stage.plan({ entity: 'opportunity', ...row, changes: [...name, { column, to }] }, asking)
  }

  test.each([true, false])('in a new row: %s', async (isNew) => {
    expect((await planOf(taken, isNew)).problems).toEqual([])
    const { problems } = await planOf(refused, isNew)
    expect(problems).toMatchObject([{ code: 'too_precise', column }])
    // What is offered is what Dataverse would make of it, and is taken.
    expect(changesIn(problems[0]?.nextStep ?? '')).toEqual([{ column, to: rounded }])
    expect((await planOf(rounded, isNew)).problems).toEqual([])
  })
})
