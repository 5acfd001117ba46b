import type { JSONRPCMessage, McpServer, Transport } from '@modelcontextprotocol/server'
import { writtenResult } from './written-result.ts'

export type WrittenAnswers = {
  /** The same server, whose results are kept here, each with an empty one in its place. */
  readonly keptOf: (server: McpServer) => McpServer
  /** What the SDK wrote, with each result where it belongs. */
  readonly putBack: (written: string) => string
}

/** As the SDK orders the members of a response, and JSON writes them. */
const EMPTY = '{"result":{}'

type Kept = { readonly inPlace: string; readonly answer: string }

/**
 * The results of one request on a way of their own. The SDK makes a text of each, bytes of that and a stream of those,
 * which then are read to their end and made a text again; of a small message that costs little. It decides as before
 * what is answered, and frames it.
 */
export function createWrittenAnswers(): WrittenAnswers {
  const kept: Kept[] = []
  return {
    keptOf: (server) => {
      const connect = server.connect.bind(server)
      server.connect = async (transport) => {
        await connect(transport)
        keepResults(transport, kept)
      }
      return server
    },
    putBack: (written) => putBack(written, kept),
  }
}

function keepResults(transport: Transport, kept: Kept[]): void {
  const send = transport.send.bind(transport)
  transport.send = async (message, options) => await send(emptied(message, kept), options)
}

function emptied(message: JSONRPCMessage, kept: Kept[]): JSONRPCMessage {
  if (!('result' in message)) return message
  const empty = { ...message, result: {} }
  const inPlace = JSON.stringify(empty)
  if (!inPlace.startsWith(EMPTY)) return message
  kept.push({ inPlace, answer: `{"result":${writtenResult(message.result)}${inPlace.slice(EMPTY.length)}` })
  return empty
}

/** Found in what the SDK wrote and never in a result, which may hold whatever somebody wrote into a record. */
function putBack(written: string, kept: readonly Kept[]): string {
  const places = kept
    .map(({ inPlace, answer }) => ({
      at: written.indexOf(inPlace),
      end: written.indexOf(inPlace) + inPlace.length,
      answer,
    }))
    .filter(({ at }) => at >= 0)
    .sort((left, right) => left.at - right.at)
  let done = 0
  let text = ''
  for (const { at, end, answer } of places) {
    text += written.slice(done, at) + answer
    done = end
  }
  return text + written.slice(done)
}
