import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

type Told = {
  readonly columns?: readonly { readonly name: string; readonly kind?: string }[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly cursor?: string
}

const TABLES = ['account', 'contact', 'opportunity', 'lead', 'incident', 'email', 'activitypointer', 'systemuser']
const LOOKUPS = ['primarycontactid', 'parentcustomerid', 'customerid', 'regardingobjectid', 'ownerid']
const RELATED = ['contact_customer_accounts', 'opportunity_customer_accounts', 'Account_Tasks']
const PAGES = 4

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => {
  await stage.close()
})

/** Answers of one worker, each no larger than it may be. */
function within(worker: Harness, resultBytes: number) {
  const seen = { answers: 0, over: [] as string[] }
  const ask = async (tool: string, args: object): Promise<Told> => {
    const { structuredContent: told } = (await called(worker, tool, args, 'analyst')).answer
    if (told === undefined) return {}
    seen.answers += 1
    const bytes = Buffer.byteLength(JSON.stringify(told))
    if (bytes > resultBytes) seen.over.push(`${tool} ${JSON.stringify(args)}: ${bytes - resultBytes} too many`)
    return told
  }
  return { seen, ask }
}

async function askOfTable(ask: (tool: string, args: object) => Promise<Told>, entity: string): Promise<void> {
  const { columns = [] } = await ask('get_entity_metadata', { entity })
  const names = columns.map(({ name }) => name)
  for (const select of [names.slice(0, 4), names.slice(3, 15), names.slice(0, 30)])
    for (const top of [1, 120]) await ask('query_crm', { entity, select, top, ids: top === 120, count: true })
  for (const lookup of LOOKUPS) await ask('query_crm', { entity, expand: [{ lookup }], top: 100 })
  for (const name of ['ownerid', 'statuscode', 'createdon'])
    await ask('analyze', { entity, measures: ['count()'], by: [name] })
  let cursor: string | undefined
  for (let page = 0; page < PAGES && (page === 0 || cursor !== undefined); page += 1)
    ({ cursor } = await ask('query_crm', page === 0 ? { entity } : { cursor }))
  const found = await ask('query_crm', { entity, ids: true, top: 3 })
  const at = found.columns?.findIndex(({ kind }) => kind === 'id') ?? -1
  for (const row of found.rows ?? []) {
    const id = String(row[at])
    await ask('get_record', { entity, id })
    await ask('fetch', { id: `${entity}/${id}` })
    await ask('timeline', { of: `${entity}/${id}`, top: 50 })
  }
}

test.each([2_000, 3_000, 9_000])('no answer of a tool that reads is larger than %i bytes', async (resultBytes) => {
  const { seen, ask } = within(stage.coldWorker({ resultBytes }), resultBytes)
  await ask('whoami', {})
  await ask('list_entities', {})
  for (const query of ['harbour', 'pine street']) await ask('search', { query })
  for (const report of ['pipeline', 'sales-cycle']) await ask('run_report', { report })
  for (const related of RELATED) await ask('query_crm', { entity: 'account', expand: [{ related }], top: 50 })
  for (const entity of TABLES) await askOfTable(ask, entity)
  expect(seen.answers).toBeGreaterThan(150)
  expect(seen.over).toEqual([])
})
