import * as z from 'zod'

const Message = z.object({
  method: z.string(),
  params: z.object({ name: z.string().optional() }).optional().catch(undefined),
})
/** A call may be an instance's first, with the slug of a report of the deployment's own. */
const RUNS = new Set(['run_report', 'show_report'])
const LISTS = /^(?:tools\/list|prompts\/.*|resources\/.*)$/

/**
 * Whether a request lists, reads or runs reports: any other never waits for the deployment's own to be read.
 * @param json its body
 */
export function asksForReports(json: unknown): boolean {
  const messages: readonly unknown[] = Array.isArray(json) ? json : [json]
  return messages.some((one) => {
    const message = Message.safeParse(one)
    if (!message.success) return false
    const { method, params } = message.data
    return LISTS.test(method) || (method === 'tools/call' && RUNS.has(params?.name ?? ''))
  })
}
