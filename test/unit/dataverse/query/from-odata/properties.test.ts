import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../../../jest/any-character.ts'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { join, negate } from '../../../../../shared/dataverse/query/from-odata/conditions.ts'
import { parseFilter } from '../../../../../shared/dataverse/query/from-odata/parse-filter.ts'
import { FUNCTION_NAMES, operatorOfFunction } from '../../../../../shared/dataverse/query/model/operators.ts'
import { bareSource, filterOf, type Condition, type Filter } from '../../../../../shared/dataverse/query/model/query.ts'
import { CHARACTERS, filled, superLinear } from '../../../house-rules/linear/timing.ts'
import { printOdata } from './print-tree.ts'

const silent = (): undefined => undefined
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ')

const words = fc.string({ unit: anyCharacter }).map(printable)
const names = fc.array(fc.constantFrom('name', 'statecode', '_ownerid_value', 'x1', 'today'), {
  minLength: 1,
  maxLength: 3,
})
const textLike = fc.tuple(
  fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le', 'contains', 'begins-with', 'ends-with'),
  fc.tuple(words),
)
const without = fc.tuple(fc.constantFrom('null', 'not-null'), fc.constant<[]>([]))
const listed = fc.tuple(fc.constantFrom('in', 'not-in'), fc.array(words, { minLength: 1, maxLength: 3 }))
const ranges = fc.tuple(fc.constant('between'), fc.tuple(words, words))
const called = fc
  .tuple(fc.constantFrom(...FUNCTION_NAMES), fc.tuple(words, words))
  .map(([name, values]): [string, string[]] => {
    const operator = operatorOfFunction(name)!
    return [operator.name, values.slice(0, operator.arity === 'list' ? 2 : operator.arity)]
  })
const condition = fc
  .tuple(names, fc.oneof(textLike, without, listed, ranges, called))
  .map(([segments, [operator, values]]): Condition => ({ ...columnOf(segments), operator, values }))
const columns = fc
  .tuple(names, fc.constantFrom('eq', 'ne', 'lt'), names)
  .map(([segments, operator, other]): Condition => {
    return { ...columnOf(segments), operator, values: [], otherColumn: other.join('/'), orValue: true }
  })

function columnOf(segments: readonly string[]): Pick<Condition, 'attribute' | 'path'> {
  const path = segments.slice(0, -1)
  return { attribute: segments.at(-1) ?? '', ...(path.length > 0 && { path }) }
}

const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(condition, columns).map((one) => filterOf('and', { conditions: [one] })),
    tie('tree').map(negate),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
      .map(([type, filters]) => join(type, filters)),
    fc
      .tuple(fc.constantFrom('any', 'not any'), fc.option(tie('tree'), { nil: undefined }))
      .map(([type, body]) =>
        body || type === 'any'
          ? filterOf('and', { links: [{ ...bareSource(''), way: 'tasks', type, filters: body ? [body] : [] }] })
          : filterOf('and', { links: [{ ...bareSource(''), way: 'tasks', type: 'any', filters: [] }] }),
      ),
  ),
}))

test('what is written is read as the same tree, and everything in it is what was put in', () => {
  fc.assert(
    fc.property(tree, (filter) => expect(parseFilter(printOdata(filter), silent)).toEqual(filter)),
    { numRuns: 500 },
  )
})

const PIECES = [
  ...["'", '"', ' ', "name eq 'x'", ' and ', ' or ', 'not ', '(', ')', 'contains(name,', "'x'", '&$top=1', '%27'],
  ...['\u2019', 'statuscode', ' eq ', 'Won', 'me', 'createdon', 'today', ' in (', ' between ', ' like ', ',', '.', '-'],
  ...[
    '2026-01-31',
    '50k',
    '50,000',
    '£',
    '=',
    '<>',
    '[',
    ']',
    '{',
    '@p',
    '$filter=',
    '/any(o:',
    '/all(t:o/',
    '\0',
    '\ud800',
  ],
  ...['In(', 'PropertyName=', ' is ', ' null', 'last 3 days', 'Q3 2026', 'true'],
]

test('any text is read or refused, and what is read can be printed and read again', () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: anyCharacter }),
  )
  fc.assert(
    fc.property(texts, (text) => {
      let filter: Filter
      try {
        filter = parseFilter(text, silent)
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError)
        return
      }
      expect(parseFilter(printOdata(filter), silent)).toEqual(filter)
    }),
    { numRuns: 3_000 },
  )
})

describe('a text takes a time that grows no faster than it', () => {
  test.each([
    ['a filter', (text: string) => parseFilter(text, silent)],
    ['a value', (text: string) => parseFilter(`x eq ${text}`, silent)],
  ])('%s', async (_, take) => {
    expect(await superLinear(take, [...CHARACTERS, ...PIECES], filled, { longest: 6_400 })).toEqual([])
  })
})
