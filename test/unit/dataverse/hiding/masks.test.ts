import { describe, expect, test } from '@jest/globals'

import { MASKS } from '../../../../shared/config/model-hides.ts'
import { maskValue } from '../../../../shared/dataverse/hiding/mask-value.ts'

const VALUES = [
  '',
  'x',
  'short',
  '+44 20 7946 0958',
  'nancy@contoso.com',
  '1984-05-03',
  '1984-05-03T10:00:00Z',
  12345678,
  5,
]
const LEFT: Readonly<Record<(typeof MASKS)[number], readonly unknown[]>> = {
  all: VALUES.map(() => '•••'),
  last4: ['•••', '•••', '•••', '•••0958', '•••ocom', '•••0503', '•••000Z', '•••5678', '•••'],
  domain: ['•••', '•••', '•••', '•••', '•••@contoso.com', '•••', '•••', '•••', '•••'],
  year: ['•••', '•••', '•••', '•••', '•••', '1984', '1984', '•••', '•••'],
  initials: ['•••', 'x.', 's.', '•••', 'n. c.', '•••', '•••', '•••', '•••'],
}

describe.each(MASKS)('the mask %s', (mask) => {
  test('leaves its part of a value, and nothing where it does not fit', () => {
    expect(VALUES.map((value) => maskValue(mask, value))).toEqual(LEFT[mask])
  })

  test('says that there is no value, and of what is no text that there is one', () => {
    const values = [null, undefined, true, { id: 'x' }, ['a@b.example'], 'a@b.example'.repeat(100)]
    expect(values.map((value) => maskValue(mask, value))).toEqual([null, undefined, '•••', '•••', '•••', '•••'])
  })
})

test('initials are of three words at most, whatever script they are in', () => {
  const names = ['Nancy Anderson (sample)', 'Jürgen von der Weiß', '李 小龍', "Hannah O'Brien"]
  expect(names.map((name) => maskValue('initials', name))).toEqual(['N. A. s.', 'J. v. d.', '李. 小.', 'H. O.'])
})
