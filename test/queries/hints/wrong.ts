import fc from 'fast-check'

import { call, conditionOn, quoted } from '../agreement/comparison.ts'
import { behind, own, type Place } from '../agreement/place.ts'

export type Language = 'odata' | 'fetchxml'

/** A condition that is wrong, or read otherwise than it was written, where it stands. */
export type Wrong = {
  readonly where: Place
  readonly column: string
  readonly odata: string
  readonly fetchxml: string
}

const inOData = (operator: string, path: string, values: readonly string[]): string => {
  const [first = ''] = values
  if (/^(?:contains|startswith|endswith)$/.test(operator)) return `${operator}(${path},${quoted(first)})`
  if (operator === 'in') return `${path} in (${values.map(quoted).join(',')})`
  if (/^[a-z]/.test(operator)) return `${path} ${operator} ${quoted(first)}`
  const list = /Between$|^(?:Not)?In$|Values$/.test(operator)
  const parameters = list
    ? [`,PropertyValues=${JSON.stringify(values)}`]
    : values.map((one) => `,PropertyValue=${quoted(one)}`)
  return call(operator, path, parameters.join(''))
}

/** An operator in both languages with how many values it takes. */
const OPERATORS: readonly (readonly [odata: string, fetchxml: string, values: number])[] = [
  ['eq', 'eq', 1],
  ['ne', 'ne', 1],
  ['gt', 'gt', 1],
  ['le', 'le', 1],
  ['in', 'in', 2],
  ['contains', 'contains', 1],
  ['startswith', 'begins-with', 1],
  ['Between', 'between', 2],
  ['Today', 'today', 0],
  ['On', 'on', 1],
  ['LastXDays', 'last-x-days', 1],
  ['EqualUserId', 'eq-userid', 0],
  ['ContainValues', 'contain-values', 1],
  ['Under', 'under', 1],
]
const VALUES = [
  'soon',
  '31/12/2026',
  '03/04/2026',
  '3.4.26',
  '13-4-2026 9:30',
  '12,50',
  '50.000',
  '1.5',
  '',
  '50k',
  'Wun',
  '2026-02-30',
  'me',
  'now',
  '-3',
  'Ann Nobody',
  "O'Hara & <Sons>",
  'today',
  '7',
]

/** One column of every kind, in the row itself and behind a lookup. */
const COLUMNS: readonly (readonly [where: Place, column: string])[] = [
  ...[
    'name',
    'estimatedvalue',
    'closeprobability',
    'createdon',
    'estimatedclosedate',
    'statuscode',
    'statecode',
    'salesstage',
    'decisionmaker',
    'ownerid',
    'customerid',
    'opportunityid',
  ].map((column) => [own('opportunity'), column] as const),
  ...['hp_interests', 'parentcustomerid', 'birthdate'].map((column) => [own('contact'), column] as const),
  ...['activitytypecode', 'regardingobjectid'].map((column) => [own('activitypointer'), column] as const),
  ...['to', 'subject'].map((column) => [own('email'), column] as const),
  ...['name', 'revenue', 'numberofemployees', 'createdon', 'industrycode', 'ownerid'].map(
    (column) => [behind('opportunity', 'parentaccountid'), column] as const,
  ),
]

const pick = <Item>(items: readonly Item[]): fc.Arbitrary<Item> => fc.constantFrom(...items)

export const inPlace = (where: Place, column: string): string =>
  where.sort === 'behind' ? `${where.way}${column}` : column
export const attributeIn = (where: Place, column: string): string =>
  `${where.sort === 'behind' ? 'entityname="far" ' : ''}attribute="${column}"`

/** Kinds of columns by operators by values, the same for the same seed. */
export function drawn(count: number, seed: number): readonly Wrong[] {
  const wrong = fc
    .tuple(pick(COLUMNS), pick(OPERATORS), pick(VALUES))
    .map(([[where, column], [odata, fetchxml, arity], value]): Wrong => {
      const values = Array.from({ length: arity }, () => value)
      return {
        where,
        column,
        odata: inOData(odata, inPlace(where, column), values),
        fetchxml: conditionOn(attributeIn(where, column), fetchxml, ...values),
      }
    })
  return [...new Map(fc.sample(wrong, { numRuns: count, seed }).map((one) => [one.odata, one])).values()]
}
