import { describe, expect, test } from '@jest/globals'
import { createCurrentReports } from '../../../shared/reports/catalogue/current-reports.ts'
import type { ReportEntry } from '../../../shared/storage/ports.ts'
import type { AuditEvent } from '../../../shared/telemetry/events.ts'
import { BUILT_IN, ownReport } from './own-report.ts'

const MINUTE = 60_000
const OWN: ReportEntry = { slug: 'recent-quotes', hidden: false, definition: JSON.stringify(ownReport()) }

type Answer = readonly ReportEntry[] | Error | Promise<readonly ReportEntry[]>

/** A worker's reports over answers of storage, given one after the other; the last one stays. */
function stage(answers: Answer[], firstLoadMs = 1_000) {
  const clock = { now: 1_000_000 }
  const events: AuditEvent[] = []
  let asked = 0
  const list = async (): Promise<readonly ReportEntry[]> => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    if (answer instanceof Error) throw answer
    return await answer
  }
  const create = (definitions: typeof BUILT_IN) => ({ slugs: definitions.map(({ slug }) => slug) })
  const reports = createCurrentReports({
    builtIn: BUILT_IN,
    store: { list },
    create,
    now: () => clock.now,
    firstLoadMs,
  })
  const read = async (): Promise<string[]> => (await reports.read((event) => events.push(event))).slugs
  return { clock, events, reports, read, asked: () => asked }
}
const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))

const BUILT = ['first', 'second', 'third']

describe('the reports of a worker', () => {
  test('nothing is read before somebody asks for reports', async () => {
    const { reports, asked, read } = stage([[OWN]])
    expect(reports.known().slugs).toEqual(BUILT)
    expect(reports.counts()).toEqual({ loaded: false, own: 0, hidden: 0, skipped: 0 })
    expect(asked()).toBe(0)
    expect(await read()).toEqual([...BUILT, 'recent-quotes'])
    expect(reports.counts()).toEqual({ loaded: true, own: 1, hidden: 0, skipped: 0 })
  })

  test('twenty at once share one reading and get the same reports', async () => {
    const { reports, asked } = stage([[OWN]])
    const all = await Promise.all(Array.from({ length: 20 }, () => reports.read(() => undefined)))
    expect(new Set(all).size).toBe(1)
    expect(all[0]?.slugs).toContain('recent-quotes')
    expect(asked()).toBe(1)
  })

  test('for ten minutes nobody is asked again; then the request gets the old ones, the next the new', async () => {
    const { clock, asked, read } = stage([[OWN], [{ slug: 'first', hidden: true }]])
    await read()
    clock.now += 10 * MINUTE - 1
    await read()
    expect(asked()).toBe(1)
    clock.now += 1
    expect(await read()).toEqual([...BUILT, 'recent-quotes'])
    await settle()
    expect(await read()).toEqual(['second', 'third'])
    expect(asked()).toBe(2)
  })

  test('a reading that finds the same keeps the very same reports', async () => {
    const { clock, reports } = stage([[OWN], [{ ...OWN }]])
    const before = await reports.read(() => undefined)
    clock.now += 10 * MINUTE
    await reports.read(() => undefined)
    await settle()
    expect(await reports.read(() => undefined)).toBe(before)
  })

  test('storage that fails leaves the built-in ones, is logged, and is asked again after a minute', async () => {
    const { clock, events, asked, read } = stage([new RangeError('secret'), [OWN]])
    expect(await read()).toEqual(BUILT)
    expect(events).toEqual([{ name: 'reports.unavailable', reason: 'RangeError' }])
    clock.now += MINUTE - 1
    await read()
    expect(asked()).toBe(1)
    clock.now += 1
    await read()
    await settle()
    expect(await read()).toEqual([...BUILT, 'recent-quotes'])
  })

  test('storage that fails later leaves the last good ones', async () => {
    const { clock, read } = stage([[OWN], new Error('down')])
    await read()
    clock.now += 10 * MINUTE
    await read()
    await settle()
    expect(await read()).toEqual([...BUILT, 'recent-quotes'])
  })

  test('storage that hangs is waited for once, and what it says late still counts', async () => {
    let answer: (entries: readonly ReportEntry[]) => void = () => undefined
    const late = new Promise<readonly ReportEntry[]>((resolve) => (answer = resolve))
    const { read } = stage([late], 500)
    expect(await read()).toEqual(BUILT)
    const aMoment = new Promise((resolve) => setImmediate(resolve, 'not at once'))
    expect(await Promise.race([read(), aMoment])).toEqual(BUILT)
    answer([OWN])
    await settle()
    expect(await read()).toContain('recent-quotes')
  })

  test('each that is skipped is one line, once, with its slug and reason', async () => {
    const { events, reports, read } = stage([[OWN, { slug: 'bad', hidden: false, definition: '{}' }]])
    await read()
    await read()
    expect(events).toEqual([
      { name: 'reports.loaded', count: 1, reason: '0 hidden' },
      { name: 'report.skipped', report: 'bad', reason: expect.stringMatching(/^slug: /) },
    ])
    expect(reports.counts()).toMatchObject({ own: 1, skipped: 1 })
  })

  test('many that are skipped do not flood the log', async () => {
    const many = Array.from({ length: 200 }, (_, at) => ({ slug: `bad-${at}`, hidden: false }))
    const { events, read } = stage([many])
    await read()
    expect(events.filter(({ name }) => name === 'report.skipped')).toHaveLength(22)
    expect(events.at(-2)?.reason).toBe('180 more were skipped')
    expect(events.at(-1)?.reason).toBe('only the first 200 entries are read')
  })
})
