import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Scalar } from '../../../../../shared/dataverse/change/model.ts'
import { readText, type TextLimits } from '../../../../../shared/dataverse/change/values/text.ts'
import { visible } from '../../../../../shared/dataverse/records/visible-text.ts'
import { anyCharacter } from '../../../../jest/any-character.ts'
import { offered, outcomeOf, said, type Outcome } from './support.ts'

const read = (to: Exclude<Scalar, null>, limits: TextLimits = {}): Outcome =>
  outcomeOf((place) => readText(to, limits, place))

describe('a text is taken', () => {
  test.each<[string, Exclude<Scalar, null>, string | null, TextLimits?]>([
    ['as it is', 'Straße & "Söhne" \\ 100%', 'Straße & "Söhne" \\ 100%'],
    ['composed', 'e\u0301', '\u00e9'],
    ['with its lines', 'a\r\nb\rc\n\td', 'a\nb\nc\n\td'],
    ['with joined emoji', '👩\u200d🔧 ok', '👩\u200d🔧 ok'],
    ['with the joiners of Persian', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['of a number', 4711, '4711'],
    ['as long as the column is', 'abcde', 'abcde', { maxLength: 5 }],
    ['that is empty, which empties', '', null],
    ['of blanks, which empties', ' \n ', null],
    ['with a sign of less', 'a < b and 3<4', 'a < b and 3<4', { isMarkup: true }],
    ['with markup where it is drawn as text', '<b>', '<b>'],
    ['of an address', 'anna.berg+x@mail.contoso.com', 'anna.berg+x@mail.contoso.com', { format: 'Email' }],
    ['of a link', 'https://contoso.com/a?b=c', 'https://contoso.com/a?b=c', { format: 'Url' }],
    ['of a link without a scheme', 'www.contoso.com', 'www.contoso.com', { format: 'Url' }],
  ])('%s', (_how, to, value, limits = {}) => {
    const outcome = read(to, limits)
    expect(outcome.problem).toBeUndefined()
    expect(outcome.value).toBe(value)
    expect(outcome.notes).toHaveLength(value === null ? 1 : 0)
  })
})

describe('a text is refused', () => {
  test.each<[string, Exclude<Scalar, null>, string, TextLimits?]>([
    ['a yes', true, 'value_invalid'],
    ['too long', 'abcdef', 'too_long', { maxLength: 5 }],
    ['too long by its pairs of surrogates', '😀😀😀', 'too_long', { maxLength: 5 }],
    ['with a bidi override', 'a\u202eb', 'text_not_plain'],
    ['with an isolate', 'a\u2067b', 'text_not_plain'],
    ['with tag characters', 'a\u{e0041}', 'text_not_plain'],
    ['with a zero-width space', 'pay\u200bpal', 'text_not_plain'],
    ['with a joiner between Latin letters', 'a\u200db', 'text_not_plain'],
    ['with a control character', 'a\u0007b', 'text_not_plain'],
    ['with half a pair', 'a\ud800', 'text_not_plain'],
    ['with a tag', 'see <img src=x onerror=alert(1)>', 'text_not_plain', { isMarkup: true }],
    ['with a closing tag', '</script>', 'text_not_plain', { isMarkup: true }],
    ['with a comment', '<!-- x', 'text_not_plain', { isMarkup: true }],
    ...['anna', 'anna@', '@contoso.com', 'a@b', 'a@b@c.d', 'Anna <a@b.c>', 'a@b..c', 'a b@c.d'].map(
      (address) => [address, address, 'value_invalid', { format: 'Email' }] as [string, string, string, TextLimits],
    ),
    ...['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x', 'a b', 'file:///etc'].map(
      (link) => [link, link, 'value_invalid', { format: 'Url' }] as [string, string, string, TextLimits],
    ),
  ])('%s', (_why, to, code, limits = {}) => {
    const outcome = read(to, limits)
    expect(said(outcome)).toBe(code)
    for (const value of offered(outcome)) expect(read(value ?? '', limits).problem).toBeUndefined()
  })
})

test('what is taken is what a person sees, and is read the same again', () => {
  const limits: TextLimits = { isMarkup: true, maxLength: 200 }
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (text) => {
      const outcome = read(text, limits)
      if (outcome.problem) return offered(outcome).every((one) => read(one ?? '', limits).problem === undefined)
      if (outcome.value === null) return text.normalize('NFC').trim() === ''
      const { value } = outcome
      if (typeof value !== 'string') return false
      return visible(value) === value && !value.includes('\r') && read(value, limits).value === value
    }),
    { numRuns: 1_000 },
  )
})
