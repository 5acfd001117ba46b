import { invalidValue, quoted } from '../../../say/refusals.ts'
import type { Asked, ValueContext } from '../asked.ts'

/**
 * Codes of the kinds of activities.
 * @see https://learn.microsoft.com/dynamics365/customer-engagement/developer/entities/activitypointer
 */
const CODES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    4201: 'appointment',
    4202: 'email',
    4204: 'fax',
    4207: 'letter',
    4210: 'phonecall',
    4212: 'task',
    4214: 'serviceappointment',
    4216: 'socialactivity',
    4251: 'recurringappointmentmaster',
    4401: 'campaignresponse',
    4402: 'campaignactivity',
  }),
)

/** A column that holds the logical name of an entity: people write its label, or its object type code. */
export async function logicalNameOf(value: string, asked: Asked, context: ValueContext): Promise<string> {
  const { entityNamed } = context
  const written = value.trim()
  // `Phone Call` is the label in English alone; without its space it is the logical name, whatever the language.
  const joined = written.slice(0, 100).replaceAll(/[\s_-]+/g, '')
  const name = CODES.get(written) ?? (await entityNamed(written))?.name ?? (await entityNamed(joined))?.name
  if (name !== undefined) return name
  // Any other table has a code that is not listed here, and Dataverse knows it.
  if (/^\d{1,6}$/.test(written)) return written
  throw invalidValue(
    `${asked.column.name} holds names of entities, and there is none called ${quoted(written)}.`,
    `Write a logical name: ${asked.say({ values: ['phonecall'] })}; list_entities has them all.`,
  )
}
