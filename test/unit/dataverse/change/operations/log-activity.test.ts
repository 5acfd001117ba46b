import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { logActivity } from '../../../../../shared/dataverse/change/operations/log-activity.ts'
import { qualifyLead } from '../../../../../shared/dataverse/change/operations/qualify-lead.ts'
import { startSandboxWorker, type SandboxWorker } from '../../support/sandbox-worker.ts'
import { markerId } from '../../../../sandbox/dataverse/seed/markers.ts'
import { contextOf, make, planned, read, send } from './support.ts'

let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(() => worker.close())
beforeEach(() => {
  worker.dataverse.reset()
  worker.restart()
})

test('x', async () => {
  const account = await make(worker, 'accounts', { name: 'Tide & Timber' })
  const contact = await make(worker, 'contacts', { lastname: 'Quayle', firstname: 'Ada' })
  for (const asked of [
    { kind: 'call', regarding: 'Tide & Timber', subject: 'Gate', text: 'Two doors.', due: '2026-12-01T10:00', with: 'Ada Quayle', done: true, minutes: 20 },
    { kind: 'meeting', regarding: `opportunity/${markerId('own')}`, subject: 'Meet', when: '2026-12-01', with: 'Ada Quayle; me' },
    { kind: 'meeting', subject: 'Meet', when: '2026-12-01T10:00', minutes: 45 },
    { kind: 'task', regarding: 'Tide & Timber', subject: 'Do', due: '2026-12-01T10:00' },
    { kind: 'note', entity: 'contact', id: String(contact['contactid']), subject: 'Likes', text: 'Pine.' },
    { subject: 'x' },
    { kind: 'note', subject: 'x' },
    { kind: 'call', subject: 'x', due: '2026-12-01' },
  ]) {
    const plan = await planned(logActivity, asked, contextOf(worker))
    const { entity: _e, ...rest } = plan
    console.log(JSON.stringify(rest, undefined, 1))
    if (plan.problems.length > 0) continue
    console.log(JSON.stringify(await logActivity.request(plan.arguments, contextOf(worker)).then(({ body }) => body)))
    console.log(JSON.stringify(await send(worker, logActivity, plan)).slice(0, 1500))
  }
  const lead = await make(worker, 'leads', { subject: 'Ten doors', lastname: 'Q', companyname: 'Quayle & Co' })
  const plan = await planned(qualifyLead, { id: String(lead['leadid']), currency: 'EUR' }, contextOf(worker))
  const { entity: _e, ...rest } = plan
  console.log(JSON.stringify(rest, undefined, 1))
  console.log(JSON.stringify(await qualifyLead.request(plan.arguments, contextOf(worker)).then(({ body }) => body)))
  console.log(JSON.stringify(await send(worker, qualifyLead, plan)).slice(0, 300))
  console.log(JSON.stringify(await qualifyLead.made?.(plan.arguments, contextOf(worker))))
  expect([account, read]).toBeDefined()
})
