import type * as Jest from '@jest/globals'

type Globals = typeof Jest
/** Read by Jest's circus as soon as a file's tests begin. */
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL')

export let afterAll: Globals['afterAll']
export let afterEach: Globals['afterEach']
export let beforeAll: Globals['beforeAll']
export let beforeEach: Globals['beforeEach']
export let describe: Globals['describe']
export let expect: Globals['expect']
export let test: Globals['test']

/** Of what Jest offers under this name the only thing used here: nothing is mocked, and time is an argument. */
export const jest = {
  setTimeout(milliseconds: number): void {
    Reflect.set(globalThis, TIMEOUT, milliseconds)
  },
}

/** What `@jest/globals` means from here on: each test file has its own, also in modules that earlier files loaded. */
export function setGlobals(globals: Globals): void {
  ;({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = globals)
}

export function resetTimeout(): void {
  Reflect.deleteProperty(globalThis, TIMEOUT)
}
