import * as z from 'zod'
import { parseJson } from '../../../dataverse/web-api/parse-json.ts'

const LONGEST_WORD = 100
const LONGEST = 400
const Refusal = z.looseObject({ error: z.looseObject({ message: z.string() }) })

/**
 * A refusal that the SDK wrote before it made a server object, so that nobody else sees it: it quotes names and headers
 * of the request at any length, and a second time in `data`. The `id` goes back as it came.
 * @param body JSON of one response
 */
export function shortRefusal(body: string): string {
  const { success, data } = Refusal.safeParse(parseJson(body))
  if (!success) return body
  return JSON.stringify(data, (key, value: unknown) =>
    typeof value === 'string' && key !== 'id' ? shortened(value) : value,
  )
}

/** What is quoted stands between the words that say what is wrong with it, so that both ends stay. */
function shortened(text: string): string {
  const words = text.split(' ').map((word) => ends(word, LONGEST_WORD))
  return ends(words.join(' '), LONGEST)
}

function ends(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most / 2).toWellFormed()}…${text.slice(-most / 2).toWellFormed()}`
}
