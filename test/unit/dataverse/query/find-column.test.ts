import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../shared/dataverse/errors.ts'
import {
  findColumn,
  nearestColumns,
  requireColumn,
} from '../../../../shared/dataverse/query/resolve/names/find-column.ts'
import { findOption, unknownOption } from '../../../../shared/dataverse/query/resolve/values/find-option.ts'
import { ACCOUNT, INCIDENT, OPPORTUNITY } from '../support/tables.ts'

describe('the column that is meant', () => {
  test.each([
    ['name', 'name'],
    [' EstimatedValue ', 'estimatedvalue'],
    ['_OwnerId_value', 'ownerid'],
    ['owneridname', 'ownerid'],
    ['Est. Revenue', 'estimatedvalue'],
    ['est close date', 'estimatedclosedate'],
    ['revenue', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['...', undefined],
  ])('"%s" is %s', (written, name) => expect(findColumn(OPPORTUNITY, written)?.name).toBe(name))

  test('a label that two columns have is none', () => {
    const email = { ...ACCOUNT.byName.get('emailaddress1')!, name: 'emailaddress2' }
    const table = { ...ACCOUNT, byName: new Map([...ACCOUNT.byName, [email.name, email]]) }
    expect(findColumn(ACCOUNT, 'Email')?.name).toBe('emailaddress1')
    expect(findColumn(table, 'Email')).toBeUndefined()
    expect(nearestColumns(table, 'Email')).toEqual(['emailaddress1', 'emailaddress2'])
  })

  test.each([
    ['closedate', ['estimatedclosedate', 'actualclosedate']],
    ['AMOUNT', ['estimatedvalue', 'actualvalue']],
    ['title', ['name']],
    ['est', ['estimatedvalue', 'estimatedclosedate']],
    ['id', ['opportunityid']],
    ['estimatdvalue', ['estimatedvalue', 'actualvalue']],
    ['zzzzzz', []],
    ['x'.repeat(8_000), []],
  ])('nearest to %.20s', (written, names) => {
    expect(nearestColumns(OPPORTUNITY, written).slice(0, 2)).toEqual(names)
  })

  test('one that there is not, or that cannot be read, is refused with a next step', () => {
    expect(() => requireColumn(INCIDENT, 'casenumber2')).toThrow(QueryError)
    expect(() => requireColumn(OPPORTUNITY, 'traversedpath')).toThrow(
      expect.objectContaining({ code: 'unreadable_column' }),
    )
    expect(() => requireColumn(OPPORTUNITY, 'closedate')).toThrow(
      expect.objectContaining({
        code: 'unknown_column',
        message: 'The entity opportunity has no column "closedate".',
        nextStep: 'Did you mean: estimatedclosedate, actualclosedate?',
      }),
    )
  })
})

describe('the choice that is meant', () => {
  const status = OPPORTUNITY.byName.get('statuscode')!
  test.each([
    ['Won', 3],
    [' ON HOLD ', 2],
    ['onhold', 2],
    ['out sold', 5],
    ['3', 3],
    ['9', undefined],
    ['Wun', undefined],
    ['', undefined],
  ])('"%s" is %s', (written, value) => expect(findOption(status, written)?.value).toBe(value))

  test('a label that two choices have is none, and both are named', () => {
    const column = {
      ...status,
      options: [
        { value: 1, label: 'Open' },
        { value: 2, label: 'open' },
      ],
    }
    expect(findOption(column, 'Open')).toBeUndefined()
    const error = unknownOption(OPPORTUNITY, column, 'Open')
    expect(error.message).toContain('no single choice "Open"')
    expect(error.nextStep).toContain(`The choices of ${column.name} are: 1 Open, 2 open.`)
  })

  test('many choices are cut, none leads to the metadata', () => {
    const options = Array.from({ length: 60 }, (_, value) => ({ value, label: `L${value}` }))
    expect(unknownOption(OPPORTUNITY, { ...status, options }, '?').nextStep).toMatch(/24 L24, and 35 more\.$/)
    expect(unknownOption(OPPORTUNITY, { ...status, options: [] }, 'x').nextStep).toContain('get_entity_metadata')
  })
})
