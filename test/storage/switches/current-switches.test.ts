import { describe, expect, test } from '@jest/globals'
import { createCurrentSwitches } from '../../../shared/grants/switches/current-switches.ts'
import { type SwitchedOff, StorageUnavailable } from '../../../shared/storage/ports.ts'

const SECOND = 1_000
const MINUTE = 60_000
const OFF: SwitchedOff = { kind: 'tool', row: 'query_crm' }

/** A worker over a table whose readings end when a test says so. */
function stage() {
  const clock = { now: 1_000_000 }
  const table = { rows: [] as readonly SwitchedOff[] }
  const readings: { readonly end: () => void; readonly fail: () => void }[] = []
  /** What a reading finds is what was there when it began. */
  const list = (): Promise<readonly SwitchedOff[]> =>
    new Promise((resolve, reject) => {
      const { rows } = table
      readings.push({ end: () => resolve(rows), fail: () => reject(new StorageUnavailable('away')) })
    })
  const switches = createCurrentSwitches({ store: { list, clientRow: (id) => id }, now: () => clock.now })
  const isOff = async (asked = switches.read()): Promise<boolean> => (await asked).isOff('tool', 'query_crm')
  const warm = async (): Promise<void> => {
    const first = switches.read()
    readings.at(-1)?.end()
    await first
  }
  return { clock, table, readings, switches, isOff, warm }
}
const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve))
const isWaiting = async (asked: Promise<unknown>): Promise<boolean> =>
  (await Promise.race([asked.then(() => 'answered'), settle().then(() => 'waiting')])) === 'waiting'

describe('what a request waits for, by the age of what its worker knows', () => {
  test.each([
    ['just read', 0, false, 1],
    ['of 20 seconds', 20 * SECOND, false, 1],
    ['a little older: read anew, beside the request', 20 * SECOND + 1, false, 2],
    ['of a minute', MINUTE, false, 2],
    ['older than a minute', MINUTE + 1, true, 2],
    ['of an instance that slept for ten minutes', 10 * MINUTE, true, 2],
    ['of a clock that was set back by an hour', -60 * MINUTE, true, 2],
  ])('%s', async (_, age, waits, read) => {
    const { clock, readings, switches, warm } = stage()
    await warm()
    clock.now += age
    expect([await isWaiting(switches.read()), readings.length]).toEqual([waits, read])
  })

  test('a switch acts within a minute on a worker that is used all the time, and no request waits for it', async () => {
    const { clock, table, readings, isOff, warm } = stage()
    await warm()
    table.rows = [OFF]
    let seen = 0
    for (let second = 1; second <= 60 && seen === 0; second += 1) {
      clock.now += SECOND
      if (await isOff()) seen = second
      readings.forEach(({ end }) => end())
      await settle()
    }
    expect(seen).toBeGreaterThan(0)
    expect(seen).toBeLessThanOrEqual(30)
  })

  test('fifty that wait share one reading', async () => {
    const { readings, switches } = stage()
    const all = Promise.all(Array.from({ length: 50 }, () => switches.read()))
    readings[0]?.end()
    expect([new Set(await all).size, readings.length]).toEqual([1, 1])
  })

  test('an instance that wakes does not wait for a reading of before its sleep, nor believe it', async () => {
    const { clock, table, readings, switches, isOff, warm } = stage()
    await warm()
    clock.now += 30 * SECOND
    await switches.read()
    clock.now += 10 * MINUTE
    table.rows = [OFF]
    const woken = isOff()
    readings[2]?.end()
    expect(await woken).toBe(true)
    readings[1]?.end()
    await settle()
    expect([await isOff(), readings.length]).toEqual([true, 3])
  })
})

test('what was known before the clock was set back is never believed again, however young it looks later', async () => {
  const { clock, table, readings, switches, isOff, warm } = stage()
  await warm()
  clock.now -= 30 * MINUTE
  table.rows = [OFF]
  const asked = isOff()
  readings[1]?.end()
  expect(await asked).toBe(true)
  expect([await isOff(), readings.length]).toEqual([true, 2])
  clock.now += 30 * MINUTE
  expect(await isWaiting(switches.read())).toBe(true)
})

describe('what must act at once', () => {
  test('is told by a reading that began after it was asked for', async () => {
    const { table, readings, switches, isOff, warm } = stage()
    await warm()
    const before = switches.fresh()
    table.rows = [OFF]
    const asked = [isOff(switches.fresh()), isOff(switches.fresh())]
    readings[1]?.end()
    await settle()
    readings[2]?.end()
    expect([await isOff(before), ...(await Promise.all(asked)), readings.length]).toEqual([false, true, true, 3])
  })

  test('also when the reading before it fails', async () => {
    const { table, readings, switches, isOff } = stage()
    const before = switches.read()
    table.rows = [OFF]
    const asked = isOff(switches.fresh())
    readings[0]?.fail()
    await expect(before).rejects.toThrow(StorageUnavailable)
    readings[1]?.end()
    expect(await asked).toBe(true)
  })

  test('leaves the worker that set a switch with it, for its other requests', async () => {
    const { table, readings, switches, isOff, warm } = stage()
    await warm()
    table.rows = [OFF]
    const set = switches.fresh()
    readings[1]?.end()
    await set
    expect([await isOff(), readings.length]).toEqual([true, 2])
  })
})

describe('storage that fails', () => {
  test('at the first reading: nothing is decided, and the next request asks again', async () => {
    const { table, readings, switches, isOff } = stage()
    table.rows = [OFF]
    const first = switches.read()
    readings[0]?.fail()
    await expect(first).rejects.toThrow(StorageUnavailable)
    const second = isOff()
    readings[1]?.end()
    expect(await second).toBe(true)
  })

  test('beside requests: what is known holds for its minute, is asked for sparingly, and then nothing is decided', async () => {
    const { clock, table, readings, switches, isOff } = stage()
    table.rows = [OFF]
    const first = switches.read()
    readings[0]?.end()
    await first
    for (let second = 1; second <= 60; second += 1) {
      clock.now += SECOND
      expect(await isOff()).toBe(true)
      readings.slice(1).forEach(({ fail }) => fail())
      await settle()
    }
    expect(readings.length).toBeLessThanOrEqual(1 + 40 / 5)
    clock.now += 1
    const late = switches.read()
    readings.at(-1)?.fail()
    await expect(late).rejects.toThrow(StorageUnavailable)
  })
})

describe('what is found', () => {
  test.each(['constructor', '__proto__', 'toString', '', 'query_crm ', 'QUERY_CRM', 'tool query_crm'])(
    'a tool %j is off only where its own row says so',
    async (name) => {
      const { table, switches, warm } = stage()
      table.rows = [OFF, { kind: 'person', row: name }]
      await warm()
      expect((await switches.read()).isOff('tool', name)).toBe(false)
    },
  )

  test.each([
    ['a message', 'Back at noon.', { message: 'Back at noon.' }],
    ['none', undefined, {}],
    ['blanks alone', ' \n\u200b ', {}],
    ['lines and an escape', 'Back\r\nat\tnoon.\u001b[2J', { message: 'Back at noon.[2J' }],
    ['a text that turns round', 'safe \u202egnp.exe', { message: 'safe gnp.exe' }],
    ['tags that only a model reads', `Hi\u{E0069}\u{E0067}`, { message: 'Hi' }],
    ['one that somebody wrote by hand, of 5,000 characters', 'x'.repeat(5_000), { message: 'x'.repeat(300) }],
    ['an emoji at its end', `${'x'.repeat(299)}😀`, { message: `${'x'.repeat(299)}😀` }],
    ['an emoji that would be cut', `${'x'.repeat(300)}😀`, { message: 'x'.repeat(300) }],
    ['half a character', `xx\ud83d`, { message: 'xx' }],
  ])('everything is off, with %s', async (_, message, everything) => {
    const { table, switches, warm } = stage()
    table.rows = [{ kind: 'everything', row: 'everything', ...(message !== undefined && { message }) }]
    await warm()
    expect((await switches.read()).everything).toEqual(everything)
  })
})
