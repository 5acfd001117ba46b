import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  ENTITIES,
  findEntity,
  nearestEntities,
  unknownEntity,
} from '../../../../shared/dataverse/metadata/read/entity-index.ts'
import { readableTables } from '../../../../shared/dataverse/metadata/read/access.ts'
import { byUse } from '../../../../shared/dataverse/metadata/usual-entities.ts'
import { editDistance } from '../../../../shared/config/edit-distance.ts'
import { nearest, prepared } from '../../../../shared/dataverse/advice/suggest.ts'
import { INDEX } from '../support/fixtures.ts'

describe('findEntity', () => {
  test.each(['opportunity', 'Opportunity', 'OPPORTUNITIES', ' opportunities '])('"%s"', (name) => {
    expect(findEntity(INDEX, name)?.entitySet).toBe('opportunities')
  })
  test('by label', () => expect(findEntity(INDEX, 'Users')?.name).toBe('systemuser'))
  test.each(['', 'opportunitys', 'noset', '__proto__', "opportunity'", 'opportunities?x'])('not "%s"', (name) => {
    expect(findEntity(INDEX, name)).toBeUndefined()
  })

  test('a label never hides another table’s logical name', () => {
    const definitions = [
      {
        LogicalName: 'new_account',
        EntitySetName: 'new_accounts',
        PrimaryIdAttribute: 'a',
        DisplayName: label('account'),
      },
      { LogicalName: 'account', EntitySetName: 'accounts', PrimaryIdAttribute: 'b', DisplayName: null },
    ]
    expect(findEntity(ENTITIES.schema.parse({ value: definitions }), 'account')?.entitySet).toBe('accounts')
  })

  test('a name that is no identifier never becomes part of a URL', () => {
    const value = [{ LogicalName: 'a', EntitySetName: 'a/../b', PrimaryIdAttribute: 'a', DisplayName: null }]
    expect(ENTITIES.schema.parse({ value }).all).toEqual([])
  })
})

describe('suggestions', () => {
  test.each([
    ['oportunity', 'opportunity'],
    ['acounts', 'account'],
    ['user', 'systemuser'],
    ['Kontact', 'contact'],
  ])('%s → %s', (word, first) => expect(nearestEntities(INDEX, word)[0]).toBe(first))

  test('nothing near is not guessed', () => {
    expect(nearestEntities(INDEX, 'zzzzzzzz')).toEqual([])
    expect(unknownEntity(INDEX, 'zzzzzzzz').nextStep).toContain('list_entities')
  })

  test.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['same', 'same', 0],
  ])('editDistance(%s, %s)', (a, b, distance) => expect(editDistance(a, b)).toBe(distance))

  const wordsOf = (maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...Array.from('abcdeé漢_ Z')), maxLength, size: 'max' })
  /** Of 32 letters at once, none, some, and what is left over of several times as many. */
  const WORD = fc.oneof(wordsOf(12), wordsOf(40), wordsOf(99))

  /** By the definition, a table of all distances. */
  function slowDistance(a: string, b: string): number {
    const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (__, j) => i || j))
    const cell = (i: number, j: number): number => rows[i]?.[j] ?? 0
    for (let i = 1; i <= a.length; i += 1)
      for (let j = 1; j <= b.length; j += 1)
        (rows[i] ?? [])[j] = Math.min(
          cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          cell(i - 1, j) + 1,
          cell(i, j - 1) + 1,
        )
    return cell(a.length, b.length)
  }

  test('a distance is told as far as it is asked for, and no further', () => {
    fc.assert(
      fc.property(WORD, WORD, fc.nat(99), (a, b, most) => {
        const distance = slowDistance(a, b)
        expect(editDistance(a, b)).toBe(distance)
        expect(editDistance(a, b, most)).toBe(distance <= most ? distance : Infinity)
      }),
    )
  })

  /** By the definition: all of them compared whole, then put in order. */
  function slowNearest(
    word: string,
    names: readonly (readonly [name: string, alias: string])[],
    most: number,
  ): string[] {
    const letters = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
    const wanted = letters(word)
    const scoreOf = (name: string): number => {
      const [short = 0, long = 0] = [wanted.length, name.length].toSorted((a, b) => a - b)
      const contains = short >= 4 && (name.includes(wanted) || wanted.includes(name))
      return contains ? 1 - short / long : slowDistance(wanted, name)
    }
    return names
      .map((both) => ({ name: both[0], score: Math.min(...both.map((one) => scoreOf(letters(one)))) }))
      .filter(({ score }) => score <= Math.max(2, wanted.length / 2))
      .toSorted((a, b) => a.score - b.score || a.name.localeCompare(b.name))
      .slice(0, most)
      .map(({ name }) => name)
  }

  test('that most names are left out early changes nothing', () => {
    const named = fc.uniqueArray(fc.tuple(WORD, WORD), { maxLength: 40, selector: ([name]) => name })
    fc.assert(
      fc.property(WORD, named, fc.nat(4), fc.nat(), (part, names, most, at) => {
        const like = names[at % Math.max(1, names.length)]?.[at % 2] ?? ''
        const candidates = names.map(([name, alias]) => ({ name, aliases: [alias] }))
        for (const word of [part, like + part.slice(0, 2), like.slice(1)]) {
          const expected = slowNearest(word, names, most + 1)
          expect(nearest(word, candidates, most + 1)).toEqual(expected)
          expect(nearest(word, candidates.map(prepared), most + 1)).toEqual(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('at most five, the nearest first', () => {
    const names = ['aaaa', 'aaab', 'aabb', 'aaac', 'aaad', 'aaae', 'aaaf'].map((name) => ({ name, aliases: [] }))
    expect(nearest('aaab', names)).toHaveLength(5)
    expect(nearest('aaab', names)[0]).toBe('aaab')
  })
})

function label(text: string): unknown {
  return { UserLocalizedLabel: { Label: text } }
}

describe('the tables that a person may read', () => {
  const index = INDEX
  const guarded = index.all.map(({ name }) => ({
    name,
    description: `about ${name}`,
    readPrivileges: [`read ${name}`],
  }))
  const held = new Set(index.all.map(({ name }) => `read ${name}`).slice(1))

  test('come as people ask for them, and are the same objects for everybody, so that nothing is made for a call', () => {
    const [one, other] = [readableTables(index, guarded, held), readableTables(index, guarded, new Set(held))]
    expect(one).toHaveLength(index.all.length - 1)
    expect(one.every((table, at) => table === other[at])).toBe(true)
    expect(one.map(({ entity }) => entity)).toEqual(one.map(({ entity }) => entity).toSorted(byUse))
    expect(readableTables(index, guarded, new Set())).toEqual([])
  })
})
