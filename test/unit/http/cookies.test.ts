import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { expireCookie, hostCookie, parseCookies } from '../../../shared/http/cookies.ts'

describe('the Cookie header', () => {
  test.each([
    ['none', null, {}],
    ['empty', '', {}],
    ['one', 'a=b', { a: 'b' }],
    ['several', 'a=b; c=d;e=f', { a: 'b', c: 'd', e: 'f' }],
    ['two headers that the host has joined', 'a=b,c=d', { a: 'b', c: 'd' }],
    ['a value with =', 'a=b=c==', { a: 'b=c==' }],
    ['the first of two with one name', 'a=first; a=second', { a: 'first' }],
    ['names are taken as they are', 'A=1; a=2', { A: '1', a: '2' }],
    ['no name', '=b; c=d', { c: 'd' }],
    ['no value', 'a=; b', { a: '' }],
    ['a name that every object has', 'constructor=x', { constructor: 'x' }],
  ])('%s', (_, header, expected) => expect([...parseCookies(header)]).toEqual(Object.entries(expected)))

  test('whatever it holds, it is read without an error', () => {
    fc.assert(fc.property(fc.string(), (header) => expect(parseCookies(header)).toBeInstanceOf(Map)))
  })
})

test('a cookie of ours is bound to host and path by its name, and has one name per flow', () => {
  expect(hostCookie('signin', 'flow-1')).toBe('__Host-signin-flow-1')
  expect(expireCookie('a')).toEqual({ name: 'a', value: '', maxAge: 0 })
})
