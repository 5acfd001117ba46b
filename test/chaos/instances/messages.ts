import { z } from 'zod'
import { DEPENDENCIES, DEPENDENCY_FAULTS } from '../faults/plan.ts'

/** What the run asks of the process of stand-ins. */
export const orderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fault'),
    dependency: z.enum(DEPENDENCIES),
    fault: z.object({ kind: z.enum(DEPENDENCY_FAULTS), share: z.number() }).optional(),
  }),
  z.object({ kind: z.literal('rotate key') }),
  z.object({ kind: z.literal('end sessions'), upn: z.string() }),
])
export type Order = z.infer<typeof orderSchema>

/** What it is told at its start, as JSON. */
export const standInsInputSchema = z.object({ people: z.int(), seed: z.int(), publicBaseUrl: z.string() })

/** The settings that the app needs to live among the stand-ins. */
export const readySchema = z.object({
  kind: z.literal('ready'),
  settings: z.record(z.string(), z.string()),
  azuritePid: z.number(),
})
/** An order was carried out, or why not. */
export const doneSchema = z.object({ kind: z.literal('done'), problem: z.string().optional() })
