import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { closeOpportunity } from '../../../../../shared/dataverse/change/operations/close-opportunity.ts'
import { startSandboxWorker, type SandboxWorker } from '../../support/sandbox-worker.ts'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { codes, contextOf, planned, POLICY, read, send } from './support.ts'

let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(() => worker.close())
beforeEach(() => {
  worker.dataverse.reset()
  worker.restart()
})

const DEAL = markerId('own')
const plan = (asked: Parameters<typeof planned>[1], setting = {}) =>
  planned(closeOpportunity, asked, contextOf(worker, setting))

test('x', async () => {
  const one = await plan({ id: DEAL, result: 'won', actualRevenue: 900, closeDate: '2026-11-20', text: 'Signed.' })
  console.log(JSON.stringify({ ...one, entity: 0 }, undefined, 1))
  const sent = await send(worker, closeOpportunity, one)
  console.log(JSON.stringify(sent))
  console.log(JSON.stringify(await read(worker, `opportunities(${DEAL})?$select=statecode,statuscode,actualvalue,actualclosedate`)))
  const two = await plan({ id: DEAL, result: 'lost' })
  console.log(JSON.stringify(two.problems, undefined, 1))
})
