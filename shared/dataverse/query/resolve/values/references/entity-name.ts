import { invalidValue, quoted } from '../../../say/refusals.ts'
import type { Asked, ValueContext } from '../asked.ts'

/** A column that holds the logical name of an entity: people write its label, or its object type code. */
export async function logicalNameOf(value: string, asked: Asked, context: ValueContext): Promise<string> {
  const { entityNamed } = context
  const written = value.trim()
  // `Phone Call` is the label in English alone; without its space it is the logical name, whatever the language.
  const joined = written.slice(0, 100).replaceAll(/[\s_-]+/g, '')
  const isCode = /^\d{1,6}$/.test(written)
  const name = (await entityNamed(isCode ? `etc=${written}` : written))?.name ?? (await entityNamed(joined))?.name
  if (name !== undefined) return name
  // A table that models may not know has a code, too, and Dataverse knows it.
  if (isCode) return written
  throw invalidValue(
    `${asked.column.name} holds names of entities, and there is none called ${quoted(written)}.`,
    `Write a logical name: ${asked.say({ values: ['phonecall'] })}; list_entities has them all.`,
  )
}
