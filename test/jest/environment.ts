import { constants, createContext } from 'node:vm'
import { TestEnvironment } from 'jest-environment-node'

/** Jest takes these from outside, so that a buffer of Node is an instance of what tests call by that name. */
const OF_NODE = new Set(['Buffer', 'ArrayBuffer', 'Uint8Array'])

/** Each global at its first use, as some are costly to make; from then on a plain value, which is the fastest to read. */
function defineLazily(global: object, key: string, from: typeof globalThis, descriptor: PropertyDescriptor): void {
  const define = (value: unknown) => {
    const { enumerable = false } = descriptor
    Object.defineProperty(global, key, { configurable: true, enumerable, writable: true, value })
    return value
  }
  Object.defineProperty(global, key, {
    configurable: true,
    enumerable: descriptor.enumerable ?? false,
    get: () => define(Reflect.get(from, key)),
    set: define,
  })
}

/**
 * Jest's environment for Node in a context whose globals are plain: in Jest's own, each mention of `Math` or `Number`
 * asks interceptors, which is seventy times slower. Time is an argument here, so there are no timers to be faked.
 * @see https://nodejs.org/docs/latest-v24.x/api/vm.html#vmconstantsdont_contextify
 */
class PlainEnvironment extends TestEnvironment {
  constructor(...options: ConstructorParameters<typeof TestEnvironment>) {
    super(...options)
    const context = createContext(constants.DONT_CONTEXTIFY)
    const own = new Set(Object.getOwnPropertyNames(context))
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(this.global))) {
      if (!own.has(key) || OF_NODE.has(key)) defineLazily(context, key, this.global, descriptor)
    }
    for (const key of Object.getOwnPropertySymbols(this.global))
      Reflect.set(context, key, Reflect.get(this.global, key))
    Reflect.set(context, 'global', context)
    this.context = context
    this.global = context as typeof this.global
    this.fakeTimers = null
    this.fakeTimersModern = null
  }
}

// eslint-disable-next-line no-restricted-syntax -- Jest looks for a default export here
export default PlainEnvironment
