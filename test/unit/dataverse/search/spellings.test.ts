import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { likeness, nearPatterns } from '../../../../shared/dataverse/search/near-names.ts'
import { isSameNumber, numberPattern, readNumber } from '../../../../shared/dataverse/search/phone-number.ts'
import { quickFindQuery } from '../../../../shared/dataverse/search/quick-find-query.ts'
import { spellingKey, spellingsOf } from '../../../../shared/dataverse/search/spellings.ts'
import { isLike } from '../../../../shared/dataverse/query/to-wire/like-pattern.ts'
import { writeFetch } from '../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { column, entity, table } from '../../mcp/support/tables.ts'

describe('spellings', () => {
  test.each([
    ['pine', ['pine']],
    ['Mueller', ['Mueller', 'müller']],
    ['Müller', ['Müller', 'mueller', 'muller']],
    ['Straße', ['Straße', 'strasse']],
    ['Haakon', ['Haakon', 'håkon']],
    ['Renée', ['Renée', 'renee']],
    ['한국', ['한국']],
    ['42', ['42']],
  ])('of %s', (word, spellings) => {
    expect(spellingsOf(word)).toEqual(spellings)
    expect(new Set(spellings.map(spellingKey)).size).toBe(1)
  })

  test('begin with the word, are few, and differ', () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from('aeouäöüåøéslm'), 'ae', 'oe', 'ue', 'aa'),
      maxLength: 120,
    })
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 8 }), (text, most) => {
        const spellings = spellingsOf(text, most)
        expect(spellings[0]).toBe(text)
        expect(spellings.length).toBeLessThanOrEqual(most)
        expect(new Set(spellings).size).toBe(spellings.length)
      }),
    )
  })
})

/** A number with what people put between its digits. */
const separated = (digits: string) =>
  fc
    .array(fc.constantFrom('', '', ' ', '-', '.', '/', ' - '), { minLength: digits.length, maxLength: digits.length })
    .map((between) =>
      Array.from(digits, (digit, at) => digit + (at < digits.length - 1 ? (between[at] ?? '') : '')).join(''),
    )
const Country = fc.constantFrom('1', '44', '49', '353')
const Significant = fc.stringMatching(/^[1-9]\d{7,10}$/)
const ways = (country: string, significant: string) =>
  fc.oneof(
    separated(`${country}${significant}`).map((text) => `+${text}`),
    separated(`00${country}${significant}`),
    separated(`0${significant}`),
    separated(significant).map((text) => `+${country} (0)${text}`),
    separated(significant),
  )

describe('telephone numbers', () => {
  test('in any two ways are the same, and are found by the pattern of one another', () => {
    const pairs = fc
      .tuple(Country, Significant)
      .chain(([country, significant]) => fc.tuple(ways(country, significant), ways(country, significant)))
    fc.assert(
      fc.property(pairs, ([asked, stored]) => {
        const number = readNumber(asked)
        expect([asked, stored, number && isSameNumber(number, stored)]).toEqual([asked, stored, true])
        expect([asked, stored, number && isLike(stored, numberPattern(number))]).toEqual([asked, stored, true])
      }),
    )
  })

  test.each([
    'Tel. 020 7946 0123',
    '+44 20 7946 0123 (mobile)',
    '020 7946 0123 ext. 9',
    '+44 ( 0 ) 20-7946-0123;ext=4',
  ])('stand among words: %s', (text) => {
    for (const asked of ['020 7946 0123', '+44 20 7946 0123 x12', '2079460123#1']) {
      const number = readNumber(asked)
      expect([asked, number && isSameNumber(number, text)]).toEqual([asked, true])
    }
  })

  test('with one digit changed are others', () => {
    // Led by a 0, what was a whole number would be one of the home country, with a digit less.
    const changed = fc
      .tuple(Significant, fc.nat(7), fc.integer({ min: 1, max: 9 }))
      .map(([significant, at, by]) => {
        const place = significant.length - 1 - at
        const digit = String((Number(significant[place]) + by) % 10)
        return [significant, significant.slice(0, place) + digit + significant.slice(place + 1)] as const
      })
      .filter(([, other]) => !other.startsWith('0'))
    const pairs = fc
      .tuple(Country, changed)
      .chain(([country, [significant, other]]) => fc.tuple(ways(country, significant), ways(country, other)))
    fc.assert(
      fc.property(pairs, ([asked, stored]) => {
        const number = readNumber(asked)
        if (number) expect([asked, stored, isSameNumber(number, stored)]).toEqual([asked, stored, false])
      }),
    )
  })

  test.each([
    'adventure works',
    '123456',
    'ORD-01000-X1',
    '12345678-1234-1234-1234-123456789012',
    '1'.repeat(16),
    '1'.repeat(10_000),
    '+',
    '',
    '٠٢٠٧٩٤٦٠١٢٣',
    '020 7946 0123 and more',
    '2079460123 extra',
    'Tel. 020 7946 0123',
  ])('%.40j is none', (text) => {
    expect(readNumber(text)).toBeUndefined()
  })
})

describe('names that come near', () => {
  test('a name with one letter left out, added, changed or exchanged fits a pattern and is alike', () => {
    const typo = fc
      .tuple(
        fc.stringMatching(/^[b-y]{6,20}$/),
        fc.nat(),
        fc.constantFrom('drop' as const, 'add' as const, 'change' as const, 'swap' as const),
      )
      .map(([word, place, how]) => {
        const at = place % (word.length - 1)
        const [one = '', two = ''] = word.slice(at)
        const middle = { drop: two, add: `${one}z${two}`, change: `z${two}`, swap: two + one }[how]
        return [word, word.slice(0, at) + middle + word.slice(at + 2), how] as const
      })
    fc.assert(
      fc.property(typo, ([word, written, how]) => {
        expect(likeness(`The ${word} Ltd`, [written])).toBeGreaterThan(0)
        if (how !== 'swap')
          expect(nearPatterns(written).some((pattern) => isLike(`The ${word} Ltd`, pattern))).toBe(true)
      }),
    )
  })

  test.each([
    ['', ['x']],
    ['Fabrikam', []],
    ['Fabrikam', ['Northwind']],
    ['A', ['zzqqxxyy']],
  ])('%j is not near %j', (name, words) => {
    expect(likeness(name, words)).toBe(0)
  })
})

test('a query of quick find keeps within what Dataverse takes, whatever is asked', () => {
  const columns = Array.from({ length: 60 }, (_, at) => column(`column${at}`))
  const wide = table(entity('account'), columns, { quickFindColumns: columns.map(({ name }) => name) })
  for (const word of ['a', 'müller', 'ü'.repeat(100), '漢'.repeat(100), 'aeoeue'.repeat(16)])
    for (const count of [1, 3, 8]) {
      const words = Array.from({ length: count }, () => spellingsOf(word))
      const xml = writeFetch(quickFindQuery(wide, ['name'], words, 5))
      expect(xml.match(/<condition/g)?.length).toBeLessThanOrEqual(400)
      expect(xml.match(/<condition/g)?.length).toBeGreaterThanOrEqual(count)
      expect(encodeURIComponent(xml).length).toBeLessThan(60_000)
    }
})
