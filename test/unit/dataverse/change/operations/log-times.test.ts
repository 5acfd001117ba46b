import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { REP } from '../../../sandbox/dataverse/harness.ts'
import { bodyOf, changesIn, codesOf, lines, openOps, SELLER, type Asked, type Ops } from './support.ts'

let ops: Ops
beforeAll(async () => {
  ops = await openOps()
})
afterAll(() => ops.close())

const plan = (asked: Asked, as = SELLER) => ops.planned('log_activity', { subject: 'x', ...asked }, { as })
const MEETING = { kind: 'meeting' }
const TASK = { kind: 'task' }

describe('times are those of the clock of whoever logs it', () => {
  test.each<[string, string, Asked, Asked, Record<string, unknown>]>([
    [
      'in winter',
      SELLER,
      { ...TASK, due: '2026-12-01T10:00' },
      { due: '2026-12-01T10:00:00+01:00' },
      { scheduledend: '2026-12-01T09:00:00Z' },
    ],
    [
      'in summer',
      SELLER,
      { ...TASK, due: '2027-07-01 10:00' },
      { due: '2027-07-01T10:00:00+02:00' },
      { scheduledend: '2027-07-01T08:00:00Z' },
    ],
    [
      'in London',
      REP,
      { ...TASK, due: '2026-12-01T10:00' },
      { due: '2026-12-01T10:00:00+00:00' },
      { scheduledend: '2026-12-01T10:00:00Z' },
    ],
    [
      'with an offset',
      SELLER,
      { ...TASK, due: '2026-12-01T10:00Z' },
      { due: '2026-12-01T11:00:00+01:00' },
      { scheduledend: '2026-12-01T10:00:00Z' },
    ],
    [
      'from and to',
      SELLER,
      { ...MEETING, when: '2026-12-01T10:00', end: '2026-12-01T11:15' },
      { when: '2026-12-01T10:00:00+01:00', end: '2026-12-01T11:15:00+01:00' },
      { scheduledstart: '2026-12-01T09:00:00Z', scheduledend: '2026-12-01T10:15:00Z' },
    ],
    [
      'until a time of the same day',
      SELLER,
      { ...MEETING, when: '2026-12-01T10:00', end: '11:15' },
      { when: '2026-12-01T10:00:00+01:00', end: '2026-12-01T11:15:00+01:00' },
      { scheduledstart: '2026-12-01T09:00:00Z', scheduledend: '2026-12-01T10:15:00Z' },
    ],
    [
      'for minutes, over a change of the clock',
      SELLER,
      { ...MEETING, when: '2027-03-28T01:30', minutes: 60 },
      { end: '2027-03-28T03:30:00+02:00' },
      { scheduledstart: '2027-03-28T00:30:00Z', scheduledend: '2027-03-28T01:30:00Z' },
    ],
    [
      'all day',
      SELLER,
      { ...MEETING, when: '2026-12-01' },
      { when: '2026-12-01T00:00:00+01:00', end: '2026-12-02T00:00:00+01:00' },
      { scheduledstart: '2026-11-30T23:00:00Z', scheduledend: '2026-12-01T23:00:00Z', isalldayevent: true },
    ],
    [
      'for days, one of which has 23 hours',
      SELLER,
      { ...MEETING, when: '2027-03-27', end: '2027-03-28' },
      { when: '2027-03-27T00:00:00+01:00', end: '2027-03-29T00:00:00+02:00' },
      { scheduledstart: '2027-03-26T23:00:00Z', scheduledend: '2027-03-28T22:00:00Z', isalldayevent: true },
    ],
  ])('%s', async (_what, as, asked, shown, sent) => {
    const planned = await plan(asked, as)
    expect(codesOf(planned)).toEqual([])
    expect(lines(planned)).toMatchObject(shown)
    expect(await bodyOf(ops, planned, { as })).toMatchObject(sent)
    expect((await ops.sent(planned, { as })).status).toBe(201)
  })

  test('and the preview shows both clocks', async () => {
    const { notes } = await plan({ ...TASK, due: '2026-12-01T10:00' })
    expect(notes.join(' ')).toContain('2026-12-01T10:00:00+01:00 in Europe/Berlin, 2026-12-01T09:00:00Z')
  })
})

describe('times are refused', () => {
  test.each<[string, Asked, string[]]>([
    ['that a change of the clock leaves out', { ...TASK, due: '2027-03-28T02:30' }, ['value_invalid']],
    ['that it repeats', { ...TASK, due: '2027-10-31T02:30' }, ['value_invalid']],
    [
      'of a start that there is not',
      { ...MEETING, when: '2027-03-28T02:30', minutes: 30 },
      ['value_invalid', 'required_missing'],
    ],
    ['that are days, where a time is meant', { ...TASK, due: '2026-12-01' }, ['value_invalid']],
    ['that are words', { ...TASK, due: 'soon' }, ['value_invalid']],
    ['that end before they begin', { ...MEETING, when: '2026-12-01T10:00', end: '2026-12-01T09:00' }, ['out_of_range']],
    ['that end twice', { ...MEETING, when: '2026-12-01T10:00', end: '2026-12-01T11:00', minutes: 5 }, ['column_twice']],
    ['of no minutes', { ...MEETING, when: '2026-12-01T10:00', minutes: 0 }, ['required_missing', 'value_invalid']],
    ['without a start', { ...MEETING, minutes: 30 }, ['required_missing', 'required_missing', 'required_missing']],
    ['without an end', { ...MEETING, when: '2026-12-01T10:00' }, ['required_missing']],
  ])('%s', async (_what, asked, codes) => {
    expect(codesOf(await plan(asked)).toSorted()).toEqual(codes.toSorted())
  })

  test.each<[string, Asked]>([
    ['an hour that is left out', { ...TASK, due: '2027-03-28T02:30' }],
    ['an hour that is repeated', { ...TASK, due: '2027-10-31T02:30' }],
    ['a day alone', { ...TASK, due: '2026-12-01' }],
    ['no end', { ...MEETING, when: '2026-01-31T08:00' }],
  ])('and the way on leads there: %s', async (_what, asked) => {
    const [problem] = (await plan(asked)).problems
    const [first] = changesIn(problem?.nextStep ?? '')
    expect(['due', 'end']).toContain(first?.column)
    expect(codesOf(await plan({ ...asked, [first?.column ?? '']: first?.to ?? null }))).toEqual([])
  })
})
