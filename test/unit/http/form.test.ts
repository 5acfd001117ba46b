import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formParameters, jsonObject, singleParameters } from '../../../shared/http/form.ts'
import { WireError } from '../../../shared/http/wire-error.ts'
import { posted } from './incoming.ts'

const FORM = 'application/x-www-form-urlencoded'
const invalidRequest = expect.objectContaining({ name: 'WireError', status: 400, code: 'invalid_request' })
const parametersOf = (query: string) => Object.fromEntries(singleParameters(new URLSearchParams(query)))

describe('parameters', () => {
  test.each([
    ['none', '', {}],
    ['one', 'a=b', { a: 'b' }],
    ['decoded', 'a=b%20c+d%26', { a: 'b c d&' }],
    ['one without a value counts as left out (RFC 6749 §3.1)', 'a=&b=c', { b: 'c' }],
    ['names differ by case', 'a=1&A=2', { a: '1', A: '2' }],
    ['a name that every object has', 'constructor=x&__proto__=y', { constructor: 'x', ['__proto__']: 'y' }],
  ])('%s', (_, query, expected) =>
    expect(new Map(Object.entries(parametersOf(query)))).toEqual(new Map(Object.entries(expected))),
  )

  test.each([
    ['the same value', 'a=b&a=b'],
    ['another value', 'a=b&c=d&a=e'],
    ['an empty one first', 'a=&a=b'],
    ['an empty one last', 'a=b&a='],
    ['two empty ones', 'a=&a='],
    ['encoded differently', 'a=b&%61=c'],
    ['that no endpoint reads', 'x=1&x=2'],
  ])('sent twice: %s', (_, query) => expect(() => parametersOf(query)).toThrow(invalidRequest))
})

describe('a form', () => {
  test.each([FORM, `${FORM}; charset=utf-8`, 'Application/X-WWW-Form-Urlencoded'])('as %s', (type) => {
    expect(Object.fromEntries(formParameters(posted(type, 'a=b')))).toEqual({ a: 'b' })
  })
  test.each([
    undefined,
    '',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    `text/plain, ${FORM}`,
    `${FORM}x`,
  ])('is refused as %s', (type) => expect(() => formParameters(posted(type, 'a=b'))).toThrow(invalidRequest))
})

describe('the size of parameters', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `p${at}=1`).join('&')
  test.each([
    ['fifty', many(50)],
    ['a name of 100 characters', `${'n'.repeat(100)}=1`],
    ['a value of 16 KB', `a=${'v'.repeat(16_384)}`],
  ])('%s may be sent', (_, body) => expect(formParameters(posted(FORM, body)).size).toBeGreaterThan(0))
  test.each([
    ['fifty-one', many(51)],
    ['ten thousand without a name', '&'.repeat(10_000)],
    ['a name of 101 characters', `${'n'.repeat(101)}=1`],
    ['a value beyond 16 KB', `a=${'v'.repeat(16_385)}`],
    ['no UTF-8', new Uint8Array([0x61, 0x3d, 0xff])],
  ])('%s may not', (_, body) => expect(() => formParameters(posted(FORM, body))).toThrow(invalidRequest))
  test('nor in a query', () => expect(() => parametersOf(many(51))).toThrow(invalidRequest))
})

describe('a JSON object', () => {
  test.each(['application/json', 'application/json;charset=UTF-8'])('as %s', (type) => {
    expect(jsonObject(posted(type, '{"a":[1]}'))).toEqual({ a: [1] })
  })
  test.each([
    ['another type', 'text/plain', '{}'],
    ['no type', undefined, '{}'],
    ['a form', FORM, 'a=b'],
    ['an array', 'application/json', '[]'],
    ['null', 'application/json', 'null'],
    ['text', 'application/json', '"a"'],
    ['nothing', 'application/json', ''],
    ['cut off', 'application/json', '{"a":'],
    ['two of them', 'application/json', '{}{}'],
    ['too deep', 'application/json', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['too wide', 'application/json', `{"a":[${'1,'.repeat(1_000)}1]}`],
    ['too long a text', 'application/json', JSON.stringify({ a: 'x'.repeat(16_385) })],
    ['no UTF-8', 'application/json', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('is refused: %s', (_, type, body) => expect(() => jsonObject(posted(type, body))).toThrow(invalidRequest))
})

test('whatever is sent: parameters, an object, or a WireError', () => {
  const body = fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(fc.constantFrom(FORM, 'application/json', 'text/html'), body, (type, bytes) => {
      for (const read of [formParameters, jsonObject]) {
        try {
          expect(typeof read(posted(type, new Uint8Array(bytes)))).toBe('object')
        } catch (error) {
          expect(error).toBeInstanceOf(WireError)
        }
      }
    }),
  )
})
