// Not in a bare npm test: writes kinds of values round after round, takes them back and writes them again.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { PlannedChange, Scalar } from '../../../../shared/dataverse/change/model.ts'
import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { changesIn } from '../../dataverse/change/stage.ts'
import { callTool, type Harness } from '../support/harness.ts'
import { openStage, type Stage } from '../support/sandbox-stage.ts'
import { commit, preview, writingWorker, type Call } from '../support/writing-stage.ts'

type Row = Readonly<Record<string, unknown>>
type Values = Readonly<Record<string, (pick: Pick) => Scalar>>
type Pick = <T>(from: readonly T[]) => T

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = writingWorker(stage)
})
afterAll(() => stage.close())

const FORMATTED = '@OData.Community.Display.V1.FormattedValue'
const ROUNDS = 24

/** The same values in each run. */
function picker(seed: number): Pick {
  let state = seed
  return (from) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return from[Math.floor((state / 2_147_483_648) * from.length)]!
  }
}

const PIECES = [
  '"',
  "'",
  '{"column":"x"}',
  '≥',
  '👩‍🚒',
  'שלום',
  'e\u0301',
  'ﬁ',
  '\r\n',
  '\t',
  '<b>',
  '${x}',
  '%00',
  ' ',
  'K',
  '|',
  '\\',
]
const text = (pick: Pick): string => `x${Array.from({ length: pick([1, 3, 9]) }, () => pick(PIECES)).join('')}x`
const some = (pick: Pick, from: readonly string[]): string =>
  from
    .filter(() => pick([true, false]))
    .toReversed()
    .join('; ')
const two = (value: number): string => String(value).padStart(2, '0')
const day = (pick: Pick): string =>
  `${pick([1753, 1850, 1900, 2000, 2024, 2026, 9999])}-${two(pick([1, 3, 6, 12]))}-${two(pick([1, 28, 30]))}`
const CONTACT_ID = '18de04a9-3ed5-41d9-820e-7b383e647ba7'
const LONG = 'ß≥'.repeat(900)

const ACCOUNT: Values = {
  description: (pick) => pick([text(pick), text(pick), LONG, null, '']),
  address1_line1: text,
  numberofemployees: (pick) => pick([0, -0, 7, 1e3, '1e3', '1,250', '007', null]),
  revenue: (pick) => pick([0.3, '0.10', 1e14, 12.34, '12,345.67', '5k', null]),
  address1_latitude: (pick) => pick([-90, 90, 0.1, 51.12345, -0, '1e1', null]),
  industrycode: (pick) => pick(['Accounting', ' consulting ', 3, '4', null]),
  hp_materials: (pick) => pick([some(pick, ['Oak', 'Teak', 'Larch', 'Brass']), '3,1', 'Oak', null]) || null,
  donotemail: (pick) => pick([true, false, 'Allow', 'do not allow', 'yes', 1, null]),
  parentaccountid: (pick) => pick(['Northfold Distillery', null]),
}
const CONTACT: Values = {
  jobtitle: text,
  birthdate: (pick) => pick([day(pick), day(pick), '2024-02-29', null]),
  parentcustomerid: (pick) => pick(['Northfold Distillery', `contact/${CONTACT_ID}`, null]),
  hp_interests: (pick) => some(pick, ['Decking', 'Joinery', 'Training']) || null,
}
const TASK: Values = {
  description: text,
  percentcomplete: (pick) => pick([0, 50, '100', '7']),
  scheduledend: (pick) =>
    pick([
      `${day(pick)}T12:00Z`,
      `${day(pick)}T${two(pick([3, 12, 20]))}:30`,
      `2026-10-25T01:30:00+0${pick([0, 1])}:00`,
      '2026-06-01T10:00+14:00',
      null,
    ]),
  regardingobjectid: (pick) => pick(['Northfold Distillery', null]),
}
const NEW = {
  account: [{ column: 'name', to: 'Fresh "Eyes" ≥ Ltd' }],
  contact: [{ column: 'lastname', to: "O'Ünique" }],
  task: [{ column: 'subject', to: 'שלום' }],
}

const direct = async (entity: string, id: string): Promise<Row> => {
  const address = `${stage.dataverse.url}/api/data/v9.2/${entity}s(${id})`
  const authorization = `Bearer ${stage.callerOf('sales-manager').dataverseToken}`
  const headers = { authorization, prefer: 'odata.include-annotations="*"' }
  return (await (await fetchHere(address, { headers })).json()) as Row
}

const made = async (asked: unknown): Promise<{ readonly call: Call; readonly told: Row }> => {
  const call = await preview(worker, asked, 'sales-manager')
  const { isError, structuredContent } = await commit(worker, call, 'sales-manager')
  if (isError) throw new Error(JSON.stringify(structuredContent))
  return { call, told: structuredContent ?? {} }
}

const rows = new Map<string, string>()

/** One row of each table, made once. */
async function rowOf(entity: keyof typeof NEW): Promise<string> {
  const known = rows.get(entity)
  if (known !== undefined) return known
  const { id } = (await made({ entity, changes: NEW[entity] })).told['record'] as { readonly id: string }
  rows.set(entity, id)
  return id
}

const sorted = (labels: unknown): string => String(labels).split('; ').sort().join('; ')

/** What a row has, told by another reading than the app's. */
function isAsPreviewed(row: Row, { column, to, id }: PlannedChange): boolean {
  const lookup = row[`_${column}_value`]
  if (to === null) return (row[column] ?? lookup ?? null) === null
  if (id !== undefined) return lookup === id && row[`_${column}_value${FORMATTED}`] === to
  const [raw, label] = [row[column], row[column + FORMATTED]]
  if (column === 'scheduledend') return Date.parse(String(raw)) === Date.parse(String(to))
  return raw === to || label === to || sorted(label) === sorted(to)
}

/** Without what is of each change, and what is not of the row itself. */
function valuesIn(row: Row, columns: readonly string[]): readonly unknown[] {
  return columns.map((column) => row[column] ?? row[`_${column}_value`] ?? null)
}

test.each([
  ['account', ACCOUNT],
  ['contact', CONTACT],
  ['task', TASK],
] as const)(
  'what is previewed of an %s stands in the row, is taken back, and is made again',
  async (entity, values) => {
    const pick = picker(entity.length)
    const id = await rowOf(entity)
    const columns = Object.keys(values)
    let written = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await direct(entity, id)
      const changes = Object.entries(values).map(([column, value]) => ({ column, to: value(pick) }))
      const { call, told } = await made({
        entity,
        id,
        changes: changes.map((one, at) => (at === 0 && round % 2 === 0 ? { ...one, to: `x${round}` } : one)),
      })
      const after = await direct(entity, id)
      const asked = call.arguments['changes'] as readonly PlannedChange[]
      expect(asked.filter((change) => !isAsPreviewed(after, change))).toEqual([])
      expect(told['notes']).toEqual([])
      written += asked.length
      const undone = await made(told['undo'])
      expect(valuesIn(await direct(entity, id), columns)).toEqual(valuesIn(before, columns))
      await made(undone.told['undo'])
      expect(valuesIn(await direct(entity, id), columns)).toEqual(valuesIn(after, columns))
    }
    expect(written).toBeGreaterThan(ROUNDS)
  },
  120_000,
)

const REFUSED: readonly (readonly [entity: 'account' | 'task', column: string, values: readonly Scalar[]])[] = [
  [
    'account',
    'numberofemployees',
    ['1,5', '1.500', '0.1', 0.5, '', true, '0x10', 2 ** 31, '12%', '99999999999999999999'],
  ],
  ['account', 'revenue', ['0,30', '1.234', '€5', -1, 1e15, 'a lot']],
  ['task', 'percentcomplete', ['2,5', '1.500', true, '', 101, -1, '50%']],
  [
    'task',
    'scheduledend',
    ['2026-03-29T01:30', '2026-10-25T01:30', '2026-06-01', 'tomorrow', '31/12/2024', '1752-12-31T10:00Z'],
  ],
]

test.each(REFUSED)('what is refused of an %s in %s leads on', async (entity, column, values) => {
  const id = await rowOf(entity)
  for (const to of values) {
    const refused = await callTool(worker, 'preview_change', { entity, id, changes: [{ column, to }] }, 'sales-manager')
    const [problem] = (refused.structuredContent?.['problems'] ?? []) as readonly { readonly nextStep: string }[]
    const offered = changesIn(problem?.nextStep ?? '')
    expect([to, offered.length > 0]).toEqual([to, true])
    for (const change of offered) {
      const { structuredContent } = await callTool(
        worker,
        'preview_change',
        { entity, id, changes: [change] },
        'sales-manager',
      )
      const codes = ((structuredContent?.['problems'] ?? []) as readonly { readonly code: string }[]).map(
        ({ code }) => code,
      )
      expect([change, codes.filter((code) => code !== 'nothing_to_change')]).toEqual([change, []])
    }
  }
})

test('times that Dataverse does not have are refused, and nothing else is said of them', async () => {
  const id = await rowOf('task')
  for (const to of ['1753-01-01T00:00+05:00', '9999-12-31T23:30:00-05:00', '1752-12-31T23:59:59Z']) {
    const refused = await callTool(
      worker,
      'preview_change',
      { entity: 'task', id, changes: [{ column: 'scheduledend', to }] },
      'sales-manager',
    )
    expect([to, refused.isError]).toEqual([to, undefined])
    expect(refused.structuredContent).toMatchObject({ ready: false, problems: [{ column: 'scheduledend' }] })
  }
})
