import * as z from 'zod'
import { Identifier } from '../../metadata/names.ts'
import { definitionOf } from '../../metadata/read/table-part.ts'
import type { Read } from '../../web-api/web-api.ts'

type Transitions = ReadonlyMap<number, readonly number[]>

const Status = z.object({ Value: z.int(), TransitionData: z.string().nullish() })
const Statuses = z.object({
  value: z.array(z.object({ LogicalName: Identifier, OptionSet: z.object({ Options: z.array(Status) }).nullish() })),
})

const TO = /\btostatusid="(-?\d{1,10})"/g

/**
 * By status reason, those that it may become; a reason that says nothing is absent.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions
 */
export function transitionsRead(entity: string): Read<Transitions> {
  const cast = 'Microsoft.Dynamics.CRM.StatusAttributeMetadata'
  return {
    path: `${definitionOf(entity)}/Attributes/${cast}?$select=LogicalName&$expand=OptionSet`,
    schema: Statuses.transform(({ value }) => {
      const reasons = value.flatMap(({ OptionSet }) => OptionSet?.Options ?? [])
      return new Map(reasons.flatMap(({ Value, TransitionData: xml }) => (xml ? [[Value, allowedIn(xml)]] : [])))
    }),
  }
}

function allowedIn(xml: string): readonly number[] {
  return [...xml.matchAll(TO)].map(([, to]) => Number(to))
}
