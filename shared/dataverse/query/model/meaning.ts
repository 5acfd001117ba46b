/**
 * What a positive condition means on its column, once its words are read. `name` is a condition on the primary name
 * of whatever a lookup refers to, `party` one on the name or address of an activity's parties.
 */
export type Meaning =
  | { readonly kind: 'test'; readonly operator: string; readonly values: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Meaning[] }
  | { readonly kind: 'name' | 'party'; readonly operator: string; readonly values: readonly string[] }

export function test(operator: string, ...values: readonly string[]): Meaning {
  return { kind: 'test', operator, values }
}

/** One part alone stays as it is. */
function joined(kind: 'and' | 'or', parts: readonly Meaning[]): Meaning {
  const [only, ...others] = parts
  return only && others.length === 0 ? only : { kind, parts }
}

/** Of which one must hold. */
export const oneOf = (parts: readonly Meaning[]): Meaning => joined('or', parts)
/** Of which all must hold. */
export const allOf = (parts: readonly Meaning[]): Meaning => joined('and', parts)

/** One of these values, each once. */
export function isOneOf(values: readonly string[]): Meaning {
  const different = [...new Set(values)]
  return test(different.length === 1 ? 'eq' : 'in', ...different)
}
