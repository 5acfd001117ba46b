// fetchxml/aggregate-data.md and webapi/query/aggregate-data.md of MicrosoftDocs/powerapps-docs; money: KA-22864.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { idOf, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import { ANALYST, startHarness, type Harness, type Loose } from '../harness.ts'

const currency = (code: string): ReturnType<typeof reference> =>
  reference('transactioncurrency', idOf('currency', code))
const deal = (index: number, description: string | null, code: string, value: number | null, base: number | null) => ({
  entity: 'opportunity',
  values: {
    opportunityid: idOf('aggregates', index),
    name: 'Aggregated',
    stepname: description,
    transactioncurrencyid: currency(code),
    estimatedvalue: value,
    estimatedvalue_base: base,
    statecode: 0,
    statuscode: 1,
  },
})

let harness: Harness
beforeAll(async () => {
  const rows = [
    deal(1, 'known', 'EUR', 117, 100),
    deal(2, 'known', 'GBP', 50, 50),
    deal(3, 'unknown', 'GBP', null, null),
    deal(4, 'unknown', 'EUR', null, null),
  ]
  harness = await startHarness({ rows })
})
afterAll(() => harness.close())

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const METHODS = ['sum', 'avg', 'min', 'max'] as const

async function fetched(): Promise<Loose[]> {
  const values = METHODS.map((one) => `<attribute name="estimatedvalue" aggregate="${one}" alias="${one}"/>`).join('')
  const count = '<attribute name="estimatedvalue" aggregate="countcolumn" alias="n"/>'
  const xml = `<fetch aggregate="true"><entity name="opportunity"><attribute name="stepname" groupby="true" alias="step"/>${values}${count}<order alias="step"/><filter><condition attribute="name" operator="eq" value="Aggregated"/></filter></entity></fetch>`
  return (await harness.fetchXml(ANALYST, 'opportunities', xml)).body.value as Loose[]
}

async function applied(): Promise<Loose[]> {
  const values = METHODS.map((one) => `estimatedvalue with ${one === 'avg' ? 'average' : one} as ${one}`).join(',')
  const apply = `filter(name eq 'Aggregated')/groupby((stepname),aggregate(${values}))`
  const path = `opportunities?$apply=${encodeURIComponent(apply)}`
  const { body } = await harness.get(ANALYST, path, { prefer: 'odata.include-annotations="*"' })
  return body.value as Loose[]
}

describe.each([
  ['FetchXML', fetched],
  ['$apply', applied],
])('%s', (_language, ask) => {
  test('money is aggregated in the base currency, and shown in it', async () => {
    const [known] = await ask()
    expect(known).toMatchObject({
      sum: 150,
      avg: 75,
      min: 50,
      max: 100,
      [`sum${FORMATTED}`]: '£150.00',
      [`max${FORMATTED}`]: '£100.00',
    })
  })

  test('of nulls alone a sum is 0, and average, minimum and maximum are absent', async () => {
    const [, unknown] = await ask()
    expect(unknown).toMatchObject({ sum: 0, [`sum${FORMATTED}`]: '£0.00' })
    for (const absent of ['avg', 'min', 'max']) expect(unknown).not.toHaveProperty(absent)
  })
})

test('countcolumn counts the values of the column itself', async () => {
  expect((await fetched()).map(({ n }) => n as number)).toEqual([2, 0])
})
