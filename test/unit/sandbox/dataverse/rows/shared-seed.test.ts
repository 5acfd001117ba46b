import { afterEach, expect, test } from '@jest/globals'
import { createPublishing } from '../../../../sandbox/dataverse/metadata/publishing.ts'
import { createRows, type Rows } from '../../../../sandbox/dataverse/store/seeded.ts'
import { valueOf } from '../../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../../sandbox/people.ts'
import { NOW, startHarness } from '../harness.ts'

const publishing = createPublishing()
afterEach(() => publishing.restore())

const REMOVED = { kind: 'remove-column', entity: 'opportunity', column: 'name' } as const

/** The rows that a Dataverse of this moment begins with. */
const rowsAt = (at: Date): Rows => createRows({ people: PEOPLE, now: () => at, hasSearch: () => true, added: () => [] })
/** They name columns by their places in the schema. */
const masks = (rows: Rows) =>
  rows
    .store()
    .rows('audit')
    .map((row) => valueOf(row, 'attributemask'))
const minutesLater = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000)

test('what one Dataverse publishes before it is asked anything is in the rows of none after it', async () => {
  const at = minutesLater(1)
  const { dataverse, close } = await startHarness({ now: () => at })
  dataverse.publish(REMOVED)
  await close()
  expect(masks(rowsAt(at))).toEqual(masks(rowsAt(NOW)))
})

test('nor in those of one that is asked meanwhile, once it is taken back', () => {
  const at = minutesLater(2)
  const as = masks(rowsAt(NOW))
  publishing.publish(REMOVED)
  expect(masks(rowsAt(at))).not.toEqual(as)
  publishing.restore()
  expect(masks(rowsAt(at))).toEqual(as)
})

test('a row that is added to one is in no other of the same moment, begun before or after', () => {
  const [one, other] = [rowsAt(NOW), rowsAt(NOW)]
  const [account] = one.store().rows('account')
  const values = { ...account?.values, name: 'Changed' }
  const before = other
    .store()
    .rows('account')
    .map(({ values }) => values)
  one.touch()
  one.store().add([{ entity: 'account', values }])
  for (const rows of [other, rowsAt(NOW)])
    expect(
      rows
        .store()
        .rows('account')
        .map(({ values }) => values),
    ).toEqual(before)
  expect(one.store().rows('account')[0]?.values['name']).toBe('Changed')
  one.reset()
  expect(
    one
      .store()
      .rows('account')
      .map(({ values }) => values),
  ).toEqual(before)
})
