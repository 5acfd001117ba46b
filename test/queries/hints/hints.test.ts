// Not in a bare npm test: asks wrong conditions in both languages, and again each that an answer prints.
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { REFUSAL_CODES, type RefusalCode } from '../../../shared/dataverse/refusal-codes.ts'
import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageOf, type Answer, type Stage } from '../agreement/ask.ts'
import { worldAt } from '../agreement/world.ts'
import { asking, eachOf, REP, said, type Arguments } from './asking.ts'
import { FOREIGN, namesIn, printedIn } from './printed.ts'
import { MISTAKES, type Mistake } from './mistakes.ts'
import { sqlOf } from './sql.ts'
import { drawn, type Language, type Wrong } from './wrong.ts'

const SEED = Number(process.env['AGREEMENT_SEED'] ?? 20_261_128)
const DRAWN = Number(process.env['HINTS_DRAWN'] ?? 60)
const REFUSAL_CODE_NAMES = Object.keys(REFUSAL_CODES) as RefusalCode[]

const WORLD = worldAt(NOW)
let stage: Stage
beforeAll(async () => {
  stage = await stageOf(WORLD)
})
afterAll(async () => await stage.close())

const answers = new Map<string, Promise<Answer>>()
const idsOf = (args: Arguments, entity: string): Promise<Answer> => {
  const key = JSON.stringify(args)
  const answer =
    answers.get(key) ?? stage.ask(REP, { ...args, count: true, top: 5000 }, entityNamed(entity).primaryIdAttribute)
  answers.set(key, answer)
  return answer
}

type Tally = { questions: number; refusals: number; hints: number; inSql: number }

/** Asks a wrong condition in one language, and again each condition that the answer prints. */
async function inLanguage(wrong: Wrong, language: Language, tally: Tally, found: string[]): Promise<readonly Answer[]> {
  const { where } = wrong
  const question = wrong[language]
  const { code, hints, text } = await said(stage, asking(where, language, question))
  tally.questions += 1
  if (code !== '') tally.refusals += 1
  if (FOREIGN[language].test(`${code} ${text}`)) found.push(`${question}: foreign words in ${code} ${text}`)
  const answers: Answer[] = []
  for (const condition of hints.flatMap((hint) => printedIn(hint, language))) {
    const answer = await idsOf(asking(where, language, condition), where.entity)
    if ('refused' in answer) found.push(`${question}: ${condition} is refused: ${answer.refused}`)
    answers.push(answer)
    tally.hints += 1
    const sql = language === 'odata' ? sqlOf(condition, where, WORLD) : undefined
    if (sql === undefined) continue
    tally.inSql += 1
    if (JSON.stringify(stage.sql(REP, sql)) !== JSON.stringify(answer))
      found.push(`${question}: SQL gives other rows for ${condition}`)
  }
  return answers
}

test(`what a hint prints is read, and finds the same rows in both languages and in SQL; AGREEMENT_SEED=${SEED}`, async () => {
  const found: string[] = []
  const tally: Tally = { questions: 0, refusals: 0, hints: 0, inSql: 0 }
  await eachOf(drawn(DRAWN, SEED), async (wrong) => {
    const [odata, fetchxml] = [
      await inLanguage(wrong, 'odata', tally, found),
      await inLanguage(wrong, 'fetchxml', tally, found),
    ]
    if (!isDeepStrictEqual(odata, fetchxml)) found.push(`${wrong.odata}: other hints than for ${wrong.fetchxml}`)
  })
  expect([JSON.stringify(tally), found]).toEqual([expect.any(String), []])
  expect(tally.questions).toBeGreaterThan(1.8 * DRAWN)
  expect(tally.refusals).toBeGreaterThan(DRAWN)
  expect(tally.hints).toBeGreaterThan(DRAWN)
  expect(tally.inSql).toBeGreaterThan(DRAWN / 4)
})

test.each(MISTAKES)('$language: $name: $code', async ({ code, args, repaired, language, find }: Mistake) => {
  const { code: given, hints, text } = await said(stage, args)
  expect(`${given}: ${text}`).toMatch(new RegExp(`^${code}: `))
  expect(`${given} ${text}`).not.toMatch(FOREIGN[language])
  if (!repaired) return
  const offered = hints.flatMap((hint) =>
    find ? [find.exec(hint)?.[0] ?? ''] : [...printedIn(hint, language), ...namesIn(hint)],
  )
  expect(offered).not.toEqual([])
  const conditions = hints.flatMap((hint) => printedIn(hint, language))
  for (const one of offered) {
    const again = await said(stage, repaired(one))
    // A name that exists may still lead to a row without the column.
    const wanted = conditions.includes(one) || find ? '' : expect.not.stringMatching(code === '' ? /./ : `^${code}$`)
    expect([one, again.code]).toEqual([one, wanted])
  }
})

/** What no filter, option or FetchXML can be refused with: codes of other tools, of forms that are all sent, of data that is not there. */
const ELSEWHERE: readonly RefusalCode[] = [
  ...([
    'ambiguous_chart',
    'ambiguous_dashboard',
    'ambiguous_view',
    'empty_query',
    'foreign_link',
    'invalid_arguments',
    'invalid_cursor',
    'invalid_id',
    'invalid_key',
  ] as const),
  ...([
    'invalid_parameter',
    'invalid_report',
    'not_found',
    'several_records',
    'too_many_names',
    'too_many_rows',
  ] as const),
  ...(['unknown_argument', 'unknown_key', 'unknown_view', 'unsupported_form', 'unsupported_view'] as const),
  ...(['unknown_chart', 'unsupported_chart', 'unknown_dashboard', 'unsupported_dashboard'] as const),
  ...(['ambiguous_expand', 'ambiguous_name', 'hidden_by_administrator', 'hidden_column'] as const),
  ...(['invalid_group', 'invalid_having', 'invalid_measure', 'invalid_term'] as const),
  // Of changes, each problem of which is followed in test/unit/dataverse/change/plan/problems.test.ts.
  ...(['busy', 'change_altered', 'change_expired', 'changed_meanwhile', 'confirmation_needed'] as const),
  ...(['duplicates_found', 'invalid_change', 'key_taken', 'no_right', 'not_done', 'outcome_unknown'] as const),
  ...(['preview_again', 'preview_needed', 'record_not_found', 'refused', 'refused_by_rule'] as const),
  ...(['column_computed', 'column_not_writable', 'column_secured', 'table_not_writable'] as const),
  ...(['unreachable', 'write_not_allowed', 'writes_off'] as const),
]

test('every code that a query can be refused with is among the mistakes', () => {
  const given = new Set(MISTAKES.map(({ code }) => code))
  const wanted = REFUSAL_CODE_NAMES.filter((code) => !ELSEWHERE.includes(code))
  expect(wanted.filter((code) => !given.has(code))).toEqual([])
  expect(MISTAKES.length + DRAWN).toBeGreaterThan(120)
})
