import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseFilter } from '../../../../../shared/dataverse/query/from-odata/parse-filter.ts'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import type { ColumnKind } from '../../../../../shared/dataverse/query/model/column-kind.ts'
import { OPERATORS } from '../../../../../shared/dataverse/query/model/operators.ts'
import type { Condition, Filter } from '../../../../../shared/dataverse/query/model/query.ts'
import { printCondition, type Printed } from '../../../../../shared/dataverse/query/say/notation.ts'

const KINDS: readonly ColumnKind[] = ['text', 'number', 'date', 'choice', 'lookup', 'table']
const WORDS = [
  "O'Hara & <Sons>",
  'Größling "Straßenbau"',
  "''",
  'null',
  'me',
  'this-month',
  'next-fiscal-quarter',
  'last-30days',
  'this_month',
  '2026-07',
  '-1.5',
  '5%',
  ' x ',
  'a\tb',
  ']]>',
  '&amp;',
]
/** Text without what neither a filter nor XML can hold. */
const someText = fc.oneof(
  fc.constantFrom(...WORDS),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/\p{Cc}|\p{Cs}|[\ufffe\uffff]/u.test(text)),
)

const conditions = fc
  .record({
    operator: fc.constantFrom(...OPERATORS.keys()),
    kind: fc.constantFrom(...KINDS),
    words: fc.array(someText, { minLength: 3, maxLength: 3 }),
    size: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ operator, kind, words, size }): Printed => {
    const { arity = 0, takes } = OPERATORS.get(operator) ?? {}
    const counts = ['30', '2026']
    const values = takes === 'count' || takes === 'number' ? counts : operator.endsWith('like') ? ['a%b'] : words
    return { subject: 'name', operator, kind, values: values.slice(0, arity === 'list' ? size : arity) }
  })

type Read = Pick<Condition, 'attribute' | 'operator' | 'values'> & { readonly negated: boolean }

/** The one condition of a filter; a word without quotes is its value. */
function only({ conditions: [first], filters: [inner], negated = false }: Filter): Read {
  if (!first && inner) return { ...only(inner), negated: negated !== only(inner).negated }
  const { attribute = '', operator = '', values = [], otherColumn } = first ?? {}
  return { attribute, operator, values: otherColumn === undefined ? values : [otherColumn], negated }
}

/** OData says some operators by a negated one, or by null. */
function asOData({ subject, operator, values }: Printed): Read {
  const { negates, function: called } = OPERATORS.get(operator) ?? {}
  if (operator === 'neq') return { attribute: subject, operator: 'ne', values, negated: false }
  const isNegated = negates !== undefined && called === undefined && !['ne', 'not-null', 'not-in'].includes(operator)
  return { attribute: subject, operator: isNegated ? negates : operator, values, negated: isNegated }
}

const asFetchXml = ({ subject, operator, values }: Printed): Read => ({
  attribute: subject,
  operator,
  values,
  negated: false,
})

describe('what is printed is read as what was meant', () => {
  test('in OData', () => {
    fc.assert(
      fc.property(conditions, (one) => {
        const filter = printCondition(one, 'odata')
        expect([filter, only(parseFilter(filter, () => undefined))]).toEqual([filter, asOData(one)])
      }),
      { numRuns: 3_000 },
    )
  })

  test('in FetchXML', () => {
    fc.assert(
      fc.property(conditions, (one) => {
        const xml = printCondition(one, 'fetchxml')
        const whole = `<fetch><entity name="account"><filter>${xml}</filter></entity></fetch>`
        const [filter] = parseFetch(whole).fetch.entity.filters
        expect([xml, filter && only(filter)]).toEqual([xml, asFetchXml(one)])
      }),
      { numRuns: 3_000 },
    )
  })
})
