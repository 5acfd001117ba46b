import { schemaRevision } from '../schema/schema.ts'

type Keep<Value> = (key: string, make: () => Value) => Value

/** Keeps what is worked out of the schema, which cold workers ask for again and again, until a change is published. */
export function keptUntilPublished<Value>(): Keep<Value> {
  const kept = new Map<string, Value>()
  let revision = schemaRevision()
  return (key, make) => {
    if (revision !== schemaRevision()) kept.clear()
    revision = schemaRevision()
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = make()
    kept.set(key, made)
    return made
  }
}
