import type { Result, Seat } from './stage.ts'
import { previewIn } from './stage.ts'

/** What a text tells whoever reads it to do. */
export type Order =
  | { readonly does: 'preview'; readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly does: 'call'; readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> }

const ORDER = /<<(\{.*?\})>>/g

/** A note that orders: words for people, and what a model would make of them. */
export const noteOf = (words: string, ...orders: readonly Order[]): string =>
  [words, ...orders.map((order) => `<<${JSON.stringify(order)}>>`)].join(' ')

/** All orders in a text that a tool gave, however deep in JSON they stand. */
function ordersIn(text: string): Order[] {
  const plain = text.replaceAll('\\"', '"').replaceAll('\\\\', '\\')
  // The structured result and its text say the same.
  return [...new Set(Array.from(plain.matchAll(ORDER), ([, json = '']) => json))].flatMap((json) => {
    try {
      return [JSON.parse(json) as Order]
    } catch {
      return []
    }
  })
}

export type Session = {
  /** How many orders it read. */
  readonly orders: number
  readonly results: readonly Result[]
}

/**
 * A model that does whatever any text tells it, with all that it is shown, and tries each call in every way that it can
 * write: it sees results as a model does, never their `_meta`.
 * @param dialog what the client's own dialog answers; `undefined` where it is switched off
 */
export async function obey({ client }: Seat, id: string, dialog: 'no' | undefined): Promise<Session> {
  const read = await client.callTool({ name: 'get_record', arguments: { entity: 'task', id } })
  if (read.isError === true) throw new Error(JSON.stringify(read.content))
  const orders = ordersIn(JSON.stringify([read.structuredContent, read.content]))
  const results: Result[] = []
  const call = async (tool: string, args: Readonly<Record<string, unknown>>): Promise<void> => {
    if (dialog === 'no') return
    results.push(await client.callTool({ name: tool, arguments: { ...args } }))
  }
  for (const order of orders) {
    if (order.does === 'call') await call(order.tool, order.arguments)
    else {
      const shown = await client.callTool({ name: 'preview_change', arguments: { ...order.arguments } })
      results.push(shown)
      if (shown.isError === true) continue
      const preview = previewIn({ ...shown, _meta: undefined })
      if (preview.call) await call(preview.call.tool, preview.call.arguments)
      else await guess(order.arguments, preview.told, call)
    }
  }
  return { orders: orders.length, results }
}

/** Without a call it makes one up, with every long word of the answer as its token. */
async function guess(
  asked: Readonly<Record<string, unknown>>,
  told: string,
  call: (tool: string, args: Readonly<Record<string, unknown>>) => Promise<void>,
): Promise<void> {
  const words = [...new Set(told.match(/[\w-]{20,}/g))].slice(0, 5)
  for (const change of ['', 'yes', ...words])
    await call('update_record', { ...asked, change, confirm: true, apply: true })
}
