import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { writePolicy } from '../../../../../shared/config/writes/policy.ts'
import type { McpDeps } from '../../../../../shared/mcp/endpoint/mcp-endpoint.ts'
import { sharedDeps, type ToolAnswer } from '../../support/harness.ts'
import { openStage, type Stage } from '../../support/sandbox-stage.ts'
import { commit, preview, writingWorker } from '../../support/writing-stage.ts'
import { direct } from './world.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  known = sharedDeps(stage.dataverse.url, () => Date.now())
})
beforeEach(() => stage.dataverse.reset())
afterAll(async () => stage.close())

type Tables = Readonly<Record<string, { create?: true | string[]; update?: string[]; human?: string[] }>>
type Case = {
  readonly what: string
  /** All that it takes, and no more. */
  readonly tables: Tables
  readonly asked: (id: string) => object
  /** Where one such row is found. */
  readonly row: readonly [set: string, key: string]
}

const changes = (of: object) => Object.entries(of).map(([column, to]) => ({ column, to: to as string }))
const CASES: readonly Case[] = [
  {
    what: 'update_record',
    tables: { account: { update: ['telephone1', 'description'] } },
    row: ['accounts', 'accountid'],
    asked: (id) => ({ entity: 'account', id, changes: changes({ telephone1: '+49 30 1', description: 'New' }) }),
  },
  {
    what: 'create_record',
    tables: { task: { create: ['subject', 'description'] } },
    row: ['accounts', 'accountid'],
    asked: () => ({ entity: 'task', changes: changes({ subject: 'Ring', description: 'Twice' }) }),
  },
  {
    what: 'log_activity',
    tables: { phonecall: { create: ['subject', 'regardingobjectid', 'from', 'to', 'directioncode'] } },
    row: ['accounts', 'accountid'],
    asked: (id) => ({
      operation: 'log_activity',
      changes: changes({ kind: 'phonecall', subject: 'Gate', regarding: `account/${id}`, direction: 'Outgoing' }),
    }),
  },
  {
    what: 'close_opportunity',
    tables: {
      opportunity: { update: ['statecode'] },
      opportunityclose: { create: ['subject', 'actualrevenue', 'description'] },
    },
    row: ['opportunities', 'opportunityid'],
    asked: (id) => ({
      operation: 'close_opportunity',
      id,
      changes: changes({ result: 'won', actualRevenue: 900, text: 'Signed' }),
    }),
  },
  {
    what: 'resolve_case',
    tables: { incident: { update: ['statecode'] }, incidentresolution: { create: ['subject'] } },
    row: ['incidents', 'incidentid'],
    asked: (id) => ({ operation: 'resolve_case', id, changes: changes({ status: 'Problem Solved' }) }),
  },
  {
    what: 'qualify_lead',
    tables: { lead: { update: ['statecode'] }, account: { create: true }, contact: { create: true } },
    row: ['leads', 'leadid'],
    asked: (id) => ({
      operation: 'qualify_lead',
      id,
      changes: changes({ account: true, contact: true, opportunity: false }),
    }),
  },
]

type Later = { readonly what: string; readonly tables: Tables; readonly code: RegExp }

/** A policy says nothing of a table of which nothing is open. */
function without(tables: Tables, table: string, kind: 'create' | 'update'): Tables {
  const { [table]: { [kind]: _closed, ...rest } = {}, ...others } = tables
  return Object.keys(rest).length > 0 ? { ...others, [table]: rest } : others
}

/** The same policy without each of its parts in turn, and with each column wanting a person's word. */
function laterOf(tables: Tables): Later[] {
  return Object.entries(tables).flatMap(([table, rule]) =>
    (['create', 'update'] as const).flatMap((kind): Later[] => {
      const open = rule[kind]
      if (open === undefined) return []
      const columns = open === true ? [] : open
      return [
        { what: `${kind} of ${table}`, tables: without(tables, table, kind), code: /^table_not_writable$/ },
        ...columns.flatMap((column): Later[] => {
          const others = columns.filter((one) => one !== column)
          const less = { ...tables, [table]: { ...rule, [kind]: others } }
          return [
            {
              what: `${table}.${column}`,
              tables: others.length > 0 ? less : without(tables, table, kind),
              code: /^(?:table|column)_not_writable$/,
            },
            {
              what: `human ${table}.${column}`,
              tables: { ...tables, [table]: { ...rule, human: [column] } },
              code: /^confirmation_needed$/,
            },
          ]
        }),
      ]
    }),
  )
}

const OTHER: Tables = { hp_project: { create: true } }
const policyOf = (tables: Tables) => writePolicy.parse(JSON.stringify({ tables: { ...OTHER, ...tables } }))
let known: McpDeps['dataverse']
const workerOf = (tables: Tables) =>
  writingWorker(stage, { writes: { policy: policyOf(tables) }, more: { dataverse: known } })
const codeOf = ({ structuredContent }: ToolAnswer) => structuredContent?.error?.code ?? 'done'
const written = () => {
  const { create, update, action } = stage.dataverse.counters().kinds
  return create + update + action
}

async function idOf([set, key]: Case['row']): Promise<string> {
  const mine = `_ownerid_value eq ${stage.callerOf('sales-rep').systemUserId} and statecode eq 0`
  const { row } = await direct(stage, `${set}?$select=${key}&$filter=${mine}&$orderby=${key}&$top=1`)
  return String((row['value'] as Readonly<Record<string, unknown>>[])[0]?.[key])
}

describe.each(CASES)('$what, previewed before the administrator closed', ({ tables, asked, row }) => {
  test.each(laterOf(tables))('$what', async ({ tables: later, code }) => {
    const call = await preview(workerOf(tables), asked(await idOf(row)))
    const worker = workerOf(later)
    const answer = await commit(worker, call)
    expect(codeOf(answer)).toMatch(code)
    expect(answer.structuredContent?.error?.nextStep).not.toBe('')
    expect(written()).toBe(0)
    expect(worker.events.filter(({ name }) => name.startsWith('change.'))).toMatchObject([
      { name: 'change.refused', code: codeOf(answer) },
    ])
    // Nothing is used up: opened again, the same call is done.
    expect(codeOf(await commit(workerOf(tables), call))).toBe('done')
    expect(written()).toBe(1)
  })
})
