import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { called, openStage, type Called, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => await stage.close())

const BULK = { entity: 'opportunity', owner: 'Priya Nair' } as const
const fetchxml =
  '<fetch><entity name="opportunity"><attribute name="name"/><filter><condition attribute="name" operator="begins-with" value="Bulk "/></filter></entity></fetch>'
const WAYS = [
  ['an OData query', { entity: 'opportunity', select: ['name'], filter: "startswith(name,'Bulk ')" }],
  ['a FetchXML query', { fetchxml }],
] as const

async function counted(args: object): Promise<Called> {
  const worker = stage.coldWorker()
  await called(worker, 'query_crm', { ...args, top: 1 }, 'analyst')
  return await called(worker, 'query_crm', { ...args, count: true, top: 1 }, 'analyst')
}

test.each([1, 60])('a FetchXML query that ends itself after %d rows is counted beyond its end', async (end) => {
  const xml = '<entity name="contact"><attribute name="fullname"/></entity></fetch>'
  const all = await called(stage.coldWorker(), 'query_crm', { fetchxml: `<fetch>${xml}`, count: true }, 'analyst')
  const args = { fetchxml: `<fetch top="${end}">${xml}`, count: true, top: end }
  const { answer } = await called(stage.coldWorker(), 'query_crm', args, 'analyst')
  const { total, notes = [] } = { ...answer.structuredContent }
  expect(total).toBeGreaterThan(60)
  expect(total).toBe(all.answer.structuredContent?.total)
  expect(answer.structuredContent).toMatchObject({ returned: end, more: true, totalIsCapped: false })
  expect(notes.join('\n')).toContain(`the query itself ends after ${end}`)
})

describe('5,001 rows, more than Dataverse counts in a list', () => {
  beforeAll(() => stage.dataverse.addBulk({ ...BULK, count: 5_001 }))

  test.each(WAYS)('%s is counted in truth, by one request more', async (_what, args) => {
    const { answer, requests } = await counted(args)
    expect(answer.structuredContent).toMatchObject({ total: 5_001, totalIsCapped: false, more: true })
    expect(answer.content[0]?.text).toContain('1 of 5001 rows')
    expect(requests).toBe(2)
  })

  test('who may not read them is told no number', async () => {
    const worker = stage.coldWorker()
    const { answer } = await called(worker, 'query_crm', { ...WAYS[0][1], count: true, top: 1 }, 'without-roles')
    expect(answer.isError).toBe(true)
  })
})

describe('50,001 rows, more than Dataverse adds up', () => {
  beforeAll(() => stage.dataverse.addBulk({ ...BULK, count: 50_001 }))

  test.each(WAYS)('%s says that there are more than the total', async (_what, args) => {
    const { answer } = await counted(args)
    expect(answer.structuredContent).toMatchObject({ total: 50_000, totalIsCapped: true })
    expect(answer.structuredContent?.notes?.join()).toContain('There are more rows than the total says')
    expect(answer.content[0]?.text).toContain('1 of 50000 or more rows')
  })

  test('a sum over them is refused, with what to do', async () => {
    const sum =
      '<fetch aggregate="true"><entity name="opportunity"><attribute name="estimatedvalue_base" aggregate="sum" alias="total"/></entity></fetch>'
    const { answer } = await called(stage.coldWorker(), 'query_crm', { fetchxml: sum }, 'analyst')
    expect(answer.structuredContent?.error).toMatchObject({ code: expect.stringMatching(/^0x8004e023$/i) })
    expect(answer.structuredContent?.error?.nextStep).toMatch(/Narrow the filter/)
  })
})
