// Not in a bare npm test: reads tens of thousands of rows.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { WireFetch } from '../../../../shared/dataverse/web-api/wire-fetch.ts'
import { askHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { sharedDeps } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'
import { rawRows } from '../support/rows.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  stage.dataverse.addBulk({ entity: 'opportunity', count: 50_001, owner: 'Lena Schäfer' })
})
afterAll(() => stage.close())

const BY_STAGE = (value: number): string =>
  `<fetch aggregate="true"><entity name="opportunity"><attribute name="salesstage" alias="stage" groupby="true"/><attribute name="opportunityid" alias="opportunities" aggregate="count"/><attribute name="estimatedvalue_base" alias="total" aggregate="sum"/><filter><condition attribute="statecode" operator="eq" value="0"/><condition attribute="salesstage" operator="eq" value="${value}"/></filter></entity></fetch>`

describe('above 50,000 rows', () => {
  test('a report adds up here what Dataverse refuses to, says so, and comes to the same', async () => {
    const harness = stage.coldWorker({ toolDeadlineMs: 40_000 })
    const { answer, requests } = await called(harness, 'run_report', { report: 'pipeline-by-stage' }, 'analyst')
    expect(answer.structuredContent?.notes).toEqual([expect.stringMatching(/^More than 50,000 rows: .* added up here/)])
    expect(answer.structuredContent?.more).toBe(false)
    // One for the person, one for the table, one that is refused, then pages of 5,000.
    expect(requests).toBe(3 + 11)
    for (const value of [1, 3]) {
      const part = await called(harness, 'query_crm', { fetchxml: BY_STAGE(value) }, 'analyst')
      const [expected] = rawRows(part.answer.structuredContent)
      expect(expected).toMatchObject({ stage: value, total: expect.any(Number) })
      expect(rawRows(answer.structuredContent).find(({ stage: one }) => one === value)).toEqual(expected)
    }
  })

  test('without time to read them, it says how to ask instead', async () => {
    // Each request takes as long as four of them may.
    let time = Date.now()
    const now = (): number => time
    const slow: WireFetch = async (asked, init) => {
      time += 10_000
      return await askHere(asked, init)
    }
    const limits = { toolDeadlineMs: 40_000, resultBytes: 25_000, defaultTop: 50, maxTop: 500 }
    const dataverse = { ...sharedDeps(stage.dataverse.url, now), fetch: slow }
    const harness = stage.workerWith({ now, limits, dataverse })
    const { answer } = await called(harness, 'run_report', { report: 'pipeline-by-stage' }, 'analyst')
    expect(answer.structuredContent?.error).toMatchObject({
      code: 'too_many_rows',
      nextStep: expect.stringMatching(/owner "me".*query_crm/),
    })
    const own = await called(harness, 'run_report', { report: 'pipeline-by-stage', owner: 'me' }, 'analyst')
    expect(own.answer.isError).toBeUndefined()
  })
})
