import { describe, expect, test } from '@jest/globals'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { createSearchAvailability } from '../../../../shared/dataverse/search/search-availability.ts'

const refusal = (status: number, code = `HTTP ${status}`): DataverseError =>
  new DataverseError({ kind: 'refused', status, code, text: 'no' })
const ann = { organizationId: 'org', systemUserId: 'ann' }
const ben = { organizationId: 'org', systemUserId: 'ben' }
const elsewhere = { organizationId: 'other', systemUserId: 'ann' }

describe('what is remembered of a refused search', () => {
  test.each([
    ['switched off', refusal(400, '0x80048D0B'), [true, true, false]],
    ['no such endpoint', refusal(404), [true, true, false]],
    ['refused to one person', refusal(403), [true, false, false]],
    ['a search that failed', refusal(500), [false, false, false]],
    ['a search that was wrong', refusal(400, '0x80048D19'), [false, false, false]],
  ])('%s', (_why, error, off) => {
    const availability = createSearchAvailability({ now: () => 0 })
    availability.note(ann, error)
    expect([ann, ben, elsewhere].map((who) => availability.isOff(who))).toEqual(off)
  })

  test('it is forgotten after a while, and never holds more than its bound', () => {
    let time = 0
    const availability = createSearchAvailability({ now: () => time, ttlMs: 1_000, maxEntries: 2 })
    for (const organizationId of ['a', 'b', 'c']) availability.note({ ...ann, organizationId }, refusal(404))
    const off = (): boolean[] => ['a', 'b', 'c'].map((organizationId) => availability.isOff({ ...ann, organizationId }))
    expect(off()).toEqual([false, true, true])
    time = 1_000
    expect(off()).toEqual([false, false, false])
  })
})
