import { describe, expect, test } from '@jest/globals'
import { readConfig, type Config } from '../../../shared/config/config.ts'
import { noteTable, noteTables } from '../../../shared/dataverse/change/policy/policy-watch.ts'
import type { WritableTable } from '../../../shared/dataverse/change/writable/writable.ts'
import type { Table } from '../../../shared/dataverse/metadata/model.ts'
import { settingsCheck } from '../../../shared/manage/checks/settings.ts'
import { PRODUCTION } from '../config/environments.ts'

const WHOLE = {
  ...PRODUCTION,
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'InstrumentationKey=x',
  AUDIT_INGESTION_ENDPOINT: 'https://audit-contoso.westeurope-1.ingest.monitor.azure.com',
  AUDIT_RULE_ID: `dcr-${'0'.repeat(32)}`,
  AUDIT_STREAM: 'Custom-DynamicsMcpAudit_CL',
  WRITES: 'on',
  WRITE_ROLES: 'Crm.Write',
  WRITE_POLICY: "{'tables':{'task':{'create':true,'update':['subject']},'lead':{'update':['subjekt']}}}",
}
const configOf = (changes: Readonly<Record<string, string>> = {}): Config => readConfig({ ...WHOLE, ...changes })
const found = async (config: Config) => await settingsCheck(config).run()
const codes = async (config: Config) => (await found(config)).map((one) => ('code' in one ? one.code : one.found))

function see(config: Config, name: string, columns: readonly string[], audited = true): void {
  const table = { entity: { name } } as Table
  const writable = { columns: new Map(columns.map((one) => [one, {}])), audited } as unknown as WritableTable
  noteTable(config.writes!.policy, table, writable)
}

describe('what a policy opens is compared with the environment as changes are asked for', () => {
  test('and what was not, is said', async () => {
    const config = configOf()
    expect(await codes(config)).toEqual([expect.stringContaining('WRITE_POLICY says of task, lead is compared')])
    see(config, 'task', ['subject'])
    expect(await codes(config)).toEqual([expect.stringContaining('says of lead is compared')])
    see(config, 'lead', ['subjekt'])
    expect(await codes(config)).toEqual([expect.stringMatching(/All that WRITE_POLICY names is there\.$/)])
  })

  test('a name that is not there is told, until it is', async () => {
    const config = configOf()
    see(config, 'lead', ['subject'])
    expect(await found(config)).toMatchObject([{ code: 'writes-unmatched', status: 'warning' }])
    expect((await found(config))[0]?.found).toContain('lead.subjekt.')
    see(config, 'lead', ['subject', 'subjekt'])
    expect(await codes(config)).not.toContain('writes-unmatched')
  })

  test('a table that is not there, too', async () => {
    const config = configOf()
    noteTables(config.writes!.policy, (name) => name === 'task')
    expect((await found(config))[0]?.found).toContain('does not have: lead.')
  })

  test('tables without a history of changes are named', async () => {
    const config = configOf()
    see(config, 'task', ['subject'], false)
    expect((await found(config))[0]).toMatchObject({ code: 'writes-unaudited' })
    expect((await found(config))[0]?.found).toContain('changes to task.')
  })
})

test.each([
  ['a hidden table', 'lead', 'lead'],
  ['a hidden column', 'task.subject', 'task.subject'],
  ['a masked column of any table', '*.subjekt=mask', 'lead.subjekt'],
])('%s that the policy opens is a contradiction', async (_what, MODEL_HIDES, named) => {
  const verdict = (await found(configOf({ MODEL_HIDES }))).find((one) => 'code' in one && one.code === 'writes-hidden')
  expect(verdict?.found).toContain(`from models: ${named}.`)
})

test('hiding something else is none', async () => {
  expect(await codes(configOf({ MODEL_HIDES: 'contact, task.description, *.subjec' }))).not.toContain('writes-hidden')
})

test('without an audit table, who changed what stands in a log that has a cap', async () => {
  const none = { AUDIT_INGESTION_ENDPOINT: '', AUDIT_RULE_ID: '', AUDIT_STREAM: '' }
  expect(await codes(configOf(none))).toContain('writes-without-audit')
  expect(await codes(configOf({ ...none, WRITES: 'off' }))).toEqual([expect.not.stringContaining('WRITE')])
})
