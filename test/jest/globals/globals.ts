import { createRequire } from 'node:module'
import type * as Jest from '@jest/globals'

type Globals = typeof Jest
type Expect = Globals['expect']
type Equal = (one: unknown, other: unknown, testers: readonly unknown[]) => boolean
/** Read by Jest's circus as soon as a file's tests begin. */
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL')

const { equals, iterableEquality } = createRequire(import.meta.url)('@jest/expect-utils') as {
  readonly equals: Equal
  readonly iterableEquality: unknown
}

export let afterAll: Globals['afterAll']
export let afterEach: Globals['afterEach']
export let beforeAll: Globals['beforeAll']
export let beforeEach: Globals['beforeEach']
export let describe: Globals['describe']
export let expect: Expect
export let test: Globals['test']

/** Of what Jest offers under this name the only thing used here: nothing is mocked, and time is an argument. */
export const jest = {
  setTimeout(milliseconds: number): void {
    Reflect.set(globalThis, TIMEOUT, milliseconds)
  },
}

/**
 * Jest makes some three hundred functions and an error for each `expect`, of which the one that is called most says no
 * more than that two values are one, or equal. Here that is found out first; all else, a failure among it, is Jest's.
 */
function quick(jests: Expect): Expect {
  const passed = (): void => {
    const { assertionCalls, numPassingAsserts } = jests.getState()
    jests.setState({ assertionCalls: assertionCalls + 1, numPassingAsserts: numPassingAsserts + 1 })
  }
  class Expectation {
    readonly actual: unknown
    constructor(actual: unknown) {
      this.actual = actual
    }
    toBe(expected: unknown): void {
      if (Object.is(this.actual, expected)) passed()
      else jests(this.actual).toBe(expected)
    }
    toEqual(expected: unknown): void {
      if (equals(this.actual, expected, [iterableEquality])) {
        passed()
        return
      }
      jests(this.actual).toEqual(expected)
      // An iterator gives its values once: whoever compares a second time sees two that are empty.
      throw new Error('Not equal when they were first compared, and equal when they were compared again.')
    }
  }
  for (const name of Object.keys(jests(undefined))) {
    if (name in Expectation.prototype) continue
    const get = function (this: Expectation): unknown {
      return Reflect.get(jests(this.actual), name)
    }
    Object.defineProperty(Expectation.prototype, name, { get })
  }
  const begin = (actual: unknown, ...more: readonly unknown[]): unknown =>
    more.length === 0 ? new Expectation(actual) : Reflect.apply(jests, undefined, [actual, ...more])
  return Object.assign(begin, jests, { extend: isNotOffered, addEqualityTesters: isNotOffered }) as never
}

/** What is found out first would not ask them. */
function isNotOffered(): never {
  throw new Error('expect has no matchers and testers of a test’s own here.')
}

const isOwnFrame = (line: string): boolean => line.startsWith('    at ') && line.includes(import.meta.filename)

/** Whoever failed is shown where the test asserts, not here. */
export function withoutOwnFrames(error: unknown): void {
  if (!(error instanceof Error) || error.stack === undefined) return
  error.stack = error.stack
    .split('\n')
    .filter((line) => !isOwnFrame(line))
    .join('\n')
}

/** What `@jest/globals` means from here on: each test file has its own, also in modules that earlier files loaded. */
export function setGlobals(globals: Globals): void {
  ;({ afterAll, afterEach, beforeAll, beforeEach, describe, test } = globals)
  expect = quick(globals.expect)
}

export function resetTimeout(): void {
  Reflect.deleteProperty(globalThis, TIMEOUT)
}
