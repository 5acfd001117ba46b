import { z } from 'zod'

/** What the parent asks of a host process, and what it answers, over the IPC channel. */
export const timerRequestSchema = z.object({ kind: z.literal('timer'), id: z.number(), name: z.string() })
export const timerResultSchema = z.object({
  kind: z.literal('timer-done'),
  id: z.number(),
  error: z.string().optional(),
})
export const readySchema = z.object({ url: z.string() })
export type TimerRequest = z.infer<typeof timerRequestSchema>
export type TimerResult = z.infer<typeof timerResultSchema>
