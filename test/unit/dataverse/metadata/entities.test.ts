import { describe, expect, test } from '@jest/globals'
import {
  ENTITIES,
  findEntity,
  nearestEntities,
  unknownEntity,
} from '../../../../shared/dataverse/metadata/read/entity-index.ts'
import { editDistance } from '../../../../shared/config/edit-distance.ts'
import { nearest } from '../../../../shared/dataverse/suggest.ts'
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

  test('at most five, the nearest first', () => {
    const names = ['aaaa', 'aaab', 'aabb', 'aaac', 'aaad', 'aaae', 'aaaf'].map((name) => ({ name, aliases: [] }))
    expect(nearest('aaab', names)).toHaveLength(5)
    expect(nearest('aaab', names)[0]).toBe('aaab')
  })
})

function label(text: string): unknown {
  return { UserLocalizedLabel: { Label: text } }
}
