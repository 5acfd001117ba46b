/** Null members of a list carry nothing, and would break whoever reads the others. */
const withoutNulls = (_name: string, value: unknown): unknown =>
  Array.isArray(value) ? (value as unknown[]).filter((one) => one !== null) : value

/** A text as a JSON object, lists without null members; undefined where it is anything else. */
export const objectOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text, withoutNulls)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
