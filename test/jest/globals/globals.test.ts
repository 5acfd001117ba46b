import { createRequire } from 'node:module'
import type * as Jest from '@jest/globals'
import { expect, test } from '@jest/globals'

type Expect = typeof Jest.expect
const { expect: jests } = createRequire(import.meta.url)('expect') as { readonly expect: Expect }

class Named {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}
const circle: Record<string, unknown> = { a: 1 }
circle['self'] = circle

const VALUES: readonly unknown[] = [
  ...[0, -0, 1, Number.NaN, '', 'a', null, undefined, true, 1n, 2n],
  ...[[], [1], [2], [undefined], Array(1), { a: 1 }, { a: 1, b: undefined }, { a: 2 }, { [Symbol.for('s')]: 1 }, {}],
  ...[new Set([1]), new Set([2]), new Map([[1, 2]]), new Map([[1, 3]]), new Uint8Array([1]), new Uint8Array([2])],
  ...[new URL('http://a.example'), new URL('http://b.example'), new Headers({ a: '1' }), new Headers({ a: '2' })],
  ...[new Date(0), new Date(1), new Error('a'), new Error('b'), new TypeError('a'), new Named('a'), { name: 'a' }],
  ...[/a/, /b/, () => 1, Symbol.for('s'), Object.create(null), circle, Promise.resolve(1)],
]
const MATCHERS: readonly unknown[] = [
  ...[expect.any(Number), expect.anything(), expect.objectContaining({ a: 1 }), expect.stringMatching('a')],
  ...[[expect.closeTo(1)], expect.not.arrayContaining([1]), { a: expect.any(Number) }],
]

function toldBy(assert: () => void): string | undefined {
  try {
    assert()
  } catch (error) {
    return (error as Error).message
  }
  return undefined
}

test.each(['toBe', 'toEqual', 'toStrictEqual'] as const)(
  '%s passes, and fails with the words, as in Jest itself',
  (name) => {
    const passing = new Set<boolean>()
    for (const [at, actual] of VALUES.entries())
      for (const expected of [...VALUES.slice(Math.max(at - 3, 0), at + 3), ...MATCHERS]) {
        const told = toldBy(() => expect(actual)[name](expected))
        jests(told).toBe(toldBy(() => jests(actual)[name](expected)))
        jests(toldBy(() => expect(actual).not[name](expected)) === undefined).toBe(told !== undefined)
        passing.add(told === undefined)
      }
    jests([...passing].sort()).toEqual([false, true])
  },
)

test('has all that Jest’s own has, and counts as it does', () => {
  for (const name of Object.keys(jests(1))) jests(name in expect(1)).toBe(true)
  for (const name of Object.keys(jests)) jests(name in expect).toBe(true)
  const { assertionCalls } = expect.getState()
  expect(1).toBe(1)
  expect([1]).toEqual([1])
  expect(1).toBeLessThan(2)
  jests(expect.getState().assertionCalls).toBe(assertionCalls + 3)
})

function* counting(...numbers: readonly number[]): Generator<number> {
  yield* numbers
}

test.each<[string, () => { readonly actual: unknown; readonly expected: unknown }]>([
  ['iterators', () => ({ actual: [1].values(), expected: [2].values() })],
  ['generators', () => ({ actual: counting(1), expected: counting(2) })],
  ['iterators below', () => ({ actual: { of: new Set([1]).keys() }, expected: { of: new Set([2]).keys() } })],
])('toEqual refuses %s that a second look takes for equal', (_, make) => {
  const [one, other] = [make(), make()]
  jests(toldBy(() => jests(one.actual).toEqual(one.expected))).toBeDefined()
  jests(toldBy(() => expect(other.actual).toEqual(other.expected))).toBeDefined()
})

test('takes one value, and neither matchers nor testers that what is found out first would not ask', () => {
  jests(toldBy(() => void Reflect.apply(expect, undefined, [1, 2]))).toBe('Expect takes at most one argument.')
  for (const name of ['extend', 'addEqualityTesters'] as const)
    jests(toldBy(() => void Reflect.apply(expect[name], expect, [{}]))).toMatch('of a test’s own')
})
