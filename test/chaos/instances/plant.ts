import { type IncomingMessage, request as send } from 'node:http'

type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }
/** Changes an answer of the app before the client and the judge see it. */
export type Plant = (
  incoming: Pick<IncomingMessage, 'url' | 'headers'>,
  body: Buffer,
  answer: Answer,
) => Promise<Answer>

export const PLANTS = ['swapped-answers', 'lost-grants', 'empty-errors'] as const
export type PlantName = (typeof PLANTS)[number]

const ONE_IN = 4
const without = (headers: Answer['headers'], body: Buffer): Answer['headers'] => {
  const { 'transfer-encoding': _, ...kept } = headers
  return { ...kept, 'content-length': String(body.length) }
}
const pathOf = ({ url = '/' }: Pick<IncomingMessage, 'url'>): string => url.split('?')[0] ?? '/'
const idOf = (request: string): string | undefined => /"id":"([^"]+)"/.exec(request)?.[1]

/** Hands somebody the rows of whoever asked before, as a server that is shared by requests would. */
function swapAnswers(): Plant {
  let before: { readonly id: string; readonly text: string } | undefined
  let count = 0
  return (_, body, answer) => {
    const id = idOf(body.toString())
    if (answer.status !== 200 || id === undefined || !body.includes('query_crm')) return Promise.resolve(answer)
    const swapped = ++count % ONE_IN === 0 ? before : undefined
    before = { id, text: answer.body.toString() }
    if (!swapped) return Promise.resolve(answer)
    const spoilt = Buffer.from(swapped.text.replaceAll(swapped.id, id))
    return Promise.resolve({ ...answer, headers: without(answer.headers, spoilt), body: spoilt })
  }
}

function revoke(url: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'openai-mcp/1.0.0' }
  return new Promise((resolve) => {
    const call = send(url, { method: 'POST', headers, agent: false }, (reply) => {
      reply.resume().once('end', resolve).once('error', resolve)
    })
    call.once('error', () => resolve())
    call.end(new URLSearchParams(fields).toString())
  })
}

/** Ends a grant behind its owner's back, by its refresh token, as a write that never came to rest would. */
function loseGrants(): Plant {
  let count = 0
  return async (incoming, body, answer) => {
    const form = new URLSearchParams(body.toString())
    const isRefresh = pathOf(incoming) === '/oauth/token' && form.get('grant_type') === 'refresh_token'
    if (!isRefresh || answer.status !== 200 || ++count % ONE_IN !== 0) return answer
    const { refresh_token: token } = JSON.parse(answer.body.toString()) as { refresh_token: string }
    const url = `http://${incoming.headers.host ?? ''}/oauth/revoke`
    await revoke(url, { token, client_id: form.get('client_id') ?? '' })
    return answer
  }
}

function emptyErrors(): Plant {
  let count = 0
  return (incoming, _, answer) => {
    const spoil = pathOf(incoming) === '/mcp' && ++count % ONE_IN === 0
    return Promise.resolve(spoil ? { status: 500, headers: {}, body: Buffer.alloc(0) } : answer)
  }
}

export const createPlant = (name: PlantName): Plant =>
  ({ 'swapped-answers': swapAnswers, 'lost-grants': loseGrants, 'empty-errors': emptyErrors })[name]()
