import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'

import { ConfigError, readConfig } from '../../../../shared/config/config.ts'
import { WRITING_MODE } from '../../../sandbox/start-sandbox.ts'
import { SETTINGS } from '../../../../shared/config/settings.ts'
import { writePolicy } from '../../../../shared/config/writes/policy.ts'
import { PRODUCTION } from '../environments.ts'

const POLICY = {
  tables: {
    Task: { create: true, update: ['Subject', ' scheduledend '] },
    contact: { create: ['lastname'], update: false },
    opportunity: { update: ['estimatedvalue'], human: ['estimatedvalue'] },
    lead: { create: [], update: true, human: ['subject'] },
  },
}
const READ = [
  ['task', { create: 'all', update: ['subject', 'scheduledend'], human: [] }],
  ['contact', { create: ['lastname'], update: 'none', human: [] }],
  ['opportunity', { create: 'none', update: ['estimatedvalue'], human: ['estimatedvalue'] }],
  ['lead', { create: 'none', update: 'all', human: ['subject'] }],
]

test('WRITE_POLICY is JSON by tables, names in any case', () => {
  expect([...writePolicy.parse(JSON.stringify(POLICY))]).toEqual(READ)
  expect([...writePolicy.parse(JSON.stringify(POLICY, undefined, 2))]).toEqual(READ)
})

test('with single quotes it is the same, as azd takes no others', () => {
  expect([...writePolicy.parse(JSON.stringify(POLICY).replaceAll('"', "'"))]).toEqual(READ)
})

test('the start that the page for administrators gives is read as it stands there, and opens what it says', () => {
  const page = readFileSync('infra/writing.md', 'utf8')
  const [, typed = ''] = /`azd env set WRITE_POLICY "([^"]+)"`/.exec(page) ?? []
  expect([...writePolicy.parse(typed).keys()]).toEqual(['task', 'phonecall', 'annotation', 'contact', 'opportunity'])
  expect(writePolicy.parse(typed)).toEqual(writePolicy.parse(WRITING_MODE.WRITE_POLICY))
  const names = [...page.matchAll(/`azd env set (\w+) /g)].map(([, name = '']) => name)
  expect(names.filter((name) => !(name in SETTINGS))).toEqual([])
  expect(names).toEqual(expect.arrayContaining(['WRITES', 'WRITE_ROLES']))
})

const task = (opened: unknown): string => JSON.stringify({ tables: { task: opened } })
const WANTED = 'must be JSON like'
const BAD: readonly (readonly [text: string, problem: string])[] = [
  ['', WANTED],
  ['on', WANTED],
  ['{"tables":{"task":{"create":true}}', WANTED],
  [`{'tables':{"task":{'create':true}}}`, WANTED],
  ['null', WANTED],
  ['[]', WANTED],
  ['{}', 'it is wrong at tables'],
  ['{"tables":{}}', 'opens no table'],
  ['{"tables":[]}', 'it is wrong at tables'],
  ['{"tables":{"task":{"create":true}},"role":1}', WANTED],
  ['{"tables":{"task.subject":{"create":true}}}', 'it is wrong at tables.task.subject'],
  ['{"tables":{"ta sk":{"create":true}}}', 'it is wrong at tables.ta sk'],
  ['{"tables":{"*":{"create":true}}}', 'it is wrong at tables.*'],
  ['{"tables":{"task":{"create":true},"TASK":{"update":true}}}', 'has task twice'],
  ['{"tables":{"task":{"create":true},"lead":{"create":true},"task":{"update":true}}}', 'has task twice'],
  [task(true), 'it is wrong at tables.task'],
  [task({}), 'opens nothing of task'],
  [task({ create: false, update: [] }), 'opens nothing of task'],
  [task({ create: 'true' }), 'it is wrong at tables.task.create'],
  [task({ create: ['*'] }), 'it is wrong at tables.task.create.0'],
  [task({ create: ['subject', 'regardingobjectid_account@odata.bind'] }), 'it is wrong at tables.task.create.1'],
  [task({ delete: true }), 'it is wrong at tables.task'],
  [task({ create: true, human: true }), 'it is wrong at tables.task.human'],
  [task({ update: ['subject'], human: ['description'] }), 'names task.description under human'],
  [task({ create: true, update: ['createdon'] }), 'opens task.createdon, which is never written on update'],
]

test.each(BAD)('%s is refused: %s', (text, problem) => {
  const { error, success } = writePolicy.safeParse(text)
  expect(success).toBe(false)
  expect(error?.issues[0]?.message).toContain(problem)
})

test('a policy of any length is refused in no time', () => {
  const before = process.cpuUsage().user
  for (const text of ["'".repeat(50_000), `"${' '.repeat(50_000)}`, '{"a":'.repeat(20_000), `'${'a'.repeat(50_000)}'`])
    expect(writePolicy.safeParse(text).success).toBe(false)
  expect(process.cpuUsage().user - before).toBeLessThan(2_000_000)
})

describe('the settings together', () => {
  const ON = { WRITES: 'on', WRITE_POLICY: SETTINGS.WRITE_POLICY.example, WRITE_ROLES: 'Crm.Write' }
  const problemsOf = (environment: Readonly<Record<string, string>>): readonly string[] => {
    try {
      readConfig({ ...PRODUCTION, ...environment })
      return []
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map(({ setting }) => setting)
      throw error
    }
  }

  test('say nothing while WRITES is off, whatever stands in the others', () => {
    for (const WRITES of ['off', ''])
      expect(readConfig({ ...PRODUCTION, ...ON, WRITES, WRITE_ROLES: '' }).writes).toBeUndefined()
    expect(readConfig(PRODUCTION).writes).toBeUndefined()
  })

  test('are those of their defaults', () => {
    expect(readConfig({ ...PRODUCTION, ...ON }).writes).toMatchObject({
      access: { roles: ['Crm.Write'], groups: [] },
      confirmation: 'host',
      perHour: 60,
      scopeAtConnect: false,
    })
  })

  test.each([
    [{ ...ON, WRITE_POLICY: '' }, ['WRITE_POLICY']],
    [{ ...ON, WRITE_ROLES: '' }, ['WRITE_ROLES']],
    [{ ...ON, WRITE_ROLES: '', WRITE_GROUPS: '5c4b3a29-1817-4605-b4a3-928170605f4e' }, []],
    [{ ...ON, WRITE_ROLES: '', WRITE_GROUPS: 'sales' }, ['WRITE_GROUPS']],
    [{ WRITES: 'on' }, ['WRITE_POLICY', 'WRITE_ROLES']],
    [{ WRITES: 'true' }, ['WRITES']],
    [{ ...ON, WRITES: 'off', WRITE_POLICY: '{}' }, ['WRITE_POLICY']],
    [{ ...ON, WRITES_PER_HOUR: '0' }, ['WRITES_PER_HOUR']],
    [{ ...ON, WRITE_CONFIRMATION: 'none' }, ['WRITE_CONFIRMATION']],
  ])('%j: %j', (environment, problems) => {
    expect(problemsOf(environment)).toEqual(problems)
  })
})
