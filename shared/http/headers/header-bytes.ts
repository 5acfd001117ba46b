/**
 * Makes a header of any text readable. The host decodes headers as UTF-8, and the Functions library builds a `Request`
 * of them before any code of ours runs, which throws above U+00FF: a cookie that a sibling host has set would turn every
 * page into a bare 500. From now on such text is what it was on the wire, one character a byte, as Node reads it.
 * @see https://fetch.spec.whatwg.org/#concept-header-value
 */
export function readHeadersAsBytes(): void {
  const Native = globalThis.Request
  globalThis.Request = class Request extends Native {
    constructor(input: ConstructorParameters<typeof Native>[0], init?: ConstructorParameters<typeof Native>[1]) {
      super(input, init && isToRead(init.headers) ? { ...init, headers: asBytes(init.headers) } : init)
    }
  }
}

/** A plain record, of which a value is no bytes. */
function isToRead(headers: unknown): headers is Record<string, string> {
  if (typeof headers !== 'object' || headers === null || Object.getPrototypeOf(headers) !== Object.prototype)
    return false
  return Object.values<string>(headers as Record<string, string>).some((value) => !isBytes(value))
}

function asBytes(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isBytes(value) ? value : encode(value)]),
  )
}

const NO_BYTE = /[\u0100-\uffff]/
const isBytes = (value: string) => !NO_BYTE.test(value)
const encode = (value: string) => Buffer.from(value, 'utf8').toString('latin1')
