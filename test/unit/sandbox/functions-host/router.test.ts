import { describe, expect, test } from '@jest/globals'
import type { RegisteredFunction } from '../../../sandbox/functions-host/worker/core-types.ts'
import { matchRoute, parseRouteTemplate } from '../../../sandbox/functions-host/routing/route-template.ts'
import { createRouter } from '../../../sandbox/functions-host/routing/router.ts'

const httpFunction = (name: string, route: string | undefined, methods: string[] = ['GET']): RegisteredFunction => ({
  id: name,
  metadata: {
    name,
    bindings: { req: { type: 'httpTrigger', direction: 'in', methods, ...(route !== undefined && { route }) } },
  },
  callback: () => undefined,
})

describe('a route template', () => {
  test.each([
    ['a/{b}', '/a/1', { b: '1' }],
    ['a/{b}', '/a', undefined],
    ['a/{b}', '/a/1/2', undefined],
    ['a/{b?}', '/a', {}],
    ['a/{b=x}', '/a', { b: 'x' }],
    ['a/{b:int}', '/a/1x', undefined],
    ['a/{b:int:max(5)}', '/a/4', { b: '4' }],
    ['a/{b:int:max(5)}', '/a/6', undefined],
    ['a/{b:guid}', '/a/0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01', { b: '0a3c1a86-6f0e-4d8e-9a51-5b0f7c1d2e01' }],
    ['a/{b:length(2,3)}', '/a/1234', undefined],
    ['a/{b:length(2)}', '/a/12', { b: '12' }],
    ['v{major}.{minor}', '/v1.2', { major: '1', minor: '2' }],
    ['{*path}', '/', {}],
    ['{*path}', '/a/b', { path: 'a/b' }],
    ['a/{*path}', '/a/b%2Fc/d%20e', { path: 'b%2Fc/d e' }],
    ['A/b', '/a/B/', {}],
    ['a/b', '/a//b', undefined],
    ['', '/', {}],
  ])('%s on %s', (template, path, values) => {
    expect(matchRoute(parseRouteTemplate(template), path)).toEqual(values)
  })

  test('an unknown constraint is refused', () => {
    expect(() => parseRouteTemplate('a/{b:nope}')).toThrow('unknown route constraint')
  })
})

describe('a router', () => {
  test('prefixes, and names a function without a route after itself', () => {
    const router = createRouter([httpFunction('plain', undefined), httpFunction('empty', '')], '/api/')
    expect(router('GET', '/api/plain')?.fn.id).toBe('plain')
    expect(router('GET', '/api/empty')?.fn.id).toBe('empty')
    expect(router('GET', '/plain')).toBeUndefined()
  })

  test('one template may be shared by methods, not by one method twice', () => {
    const shared = createRouter([httpFunction('a', 'x', ['GET']), httpFunction('b', 'X', ['POST'])], '')
    expect(shared('POST', '/x')?.fn.id).toBe('b')
    expect(() => createRouter([httpFunction('a', 'x'), httpFunction('b', 'X')], '')).toThrow('conflicts')
  })

  test.each(['admin/x', '/Runtime/x'])('%s is a route of the host itself', (route) => {
    expect(() => createRouter([httpFunction('a', route)], '')).toThrow('built in routes')
  })
})
