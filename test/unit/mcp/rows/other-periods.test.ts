import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { called, LATE_IN_A_YEAR, openStage, type Stage } from '../support/sandbox-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage([], () => LATE_IN_A_YEAR)
})
afterAll(async () => await stage.close())

type Told = { readonly total?: number; readonly error?: { readonly code: string; readonly nextStep?: string } }

const ask = async (filter: string): Promise<Told> => {
  const args = { entity: 'opportunity', select: ['name'], filter, count: true, top: 1 }
  return (await called(stage.coldWorker(), 'query_crm', args, 'analyst')).answer.structuredContent ?? {}
}

/** What is written for a condition, and how many rows it finds. */
async function mended(filter: string): Promise<{ readonly written: string; readonly total: number | undefined }> {
  const { code, nextStep = '' } = { ...(await ask(filter)).error }
  const [, written = ''] = /^Write: (.*)\.$/.exec(nextStep) ?? []
  const { total, error } = await ask(written)
  expect([filter, code, written, error]).toEqual([filter, 'invalid_value', expect.stringMatching(/./), undefined])
  return { written, total }
}

const WORDS = ['H1-2026', 'ytd', 'quarter-to-date', 'last-year-to-date', 'last-ytd', 'FY2026', 'FY2026-P4']
const COLUMNS = ['createdon', 'estimatedclosedate']
const each = COLUMNS.flatMap((column) => WORDS.map((word): [string, string] => [column, word]))

test.each(each)('%s, %s: what is written for a negative finds all other rows', async (column, word) => {
  const { total: all = Number.NaN } = await ask('name ne null')
  const [within, without] = [await mended(`${column} eq ${word}`), await mended(`${column} ne ${word}`)]
  expect(within.total).toBeGreaterThan(0)
  expect(within.total).toBeLessThan(all)
  expect((within.total ?? 0) + (without.total ?? 0)).toBe(all)
  expect((await mended(`${column} not in ('${word}')`)).total).toBe(without.total)
})

test.each(each.filter(([, word]) => !word.startsWith('FY')))(
  '%s, %s: what is written for a comparison is of one end',
  async (column, word) => {
    const { total: dated = Number.NaN } = await ask(`${column} ne null`)
    const totalOf = async (operator: string) => (await mended(`${column} ${operator} ${word}`)).total ?? Number.NaN
    const [lt, le, ge, gt] = [await totalOf('lt'), await totalOf('le'), await totalOf('ge'), await totalOf('gt')]
    const within = await totalOf('eq')
    expect([lt + ge, le + gt, lt + within, gt + within]).toEqual([dated, dated, le, ge])
  },
)

test.each([
  ["createdon in ('H1-2026','2025-12')", 'createdon ge 2025-12-01 and createdon le 2026-06-30'],
  [
    "createdon in ('FY2026-P4','H2 2025')",
    'createdon ge 2025-07-01 and createdon lt 2026-01-01 or createdon ge 2026-10-01 and createdon lt 2027-01-01',
  ],
  [
    "Microsoft.Dynamics.CRM.Between(PropertyName='createdon',PropertyValues=['H2-2025','ytd'])",
    'createdon ge 2025-07-01 and createdon le today',
  ],
])('%s: of several, each is written', async (filter, meant) => {
  const { total } = await ask(meant)
  expect((await mended(filter)).total).toBe(total)
  expect(total).toBeGreaterThan(0)
})

test.each(['createdon ge FY2026', 'createdon eq FY2026-P14', "createdon not in ('ytd','2025')"])(
  '%s: no period is written for what has no such condition',
  async (filter) => {
    expect((await ask(filter)).error?.nextStep).toMatch(/^Write a day that exists/)
  },
)
