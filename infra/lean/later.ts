/** Makes a value when it is first asked for. */
export function later<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}

/** Puts a value in the place of the accessor that gave it. */
export function keep<Value>(owner: object, name: string, value: Value): Value {
  Object.defineProperty(owner, name, { value, enumerable: true, writable: true, configurable: true })
  return value
}
