import { Stop } from '../../hooks/run/context.ts'
import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Answer, askApp } from '../app/ask-app.ts'
import { type Desk, Misuse, type Run } from '../desk.ts'
import { findPerson, isPerson } from '../find-person.ts'
import { rowsIn, shown } from './look.ts'
import { confirm } from './confirm.ts'

const SESSION = /^[A-Za-z0-9_-]{22}$/
const PAUSE_MS = 3_000
const MOST_FAULTS = 3
const HOW = 'Say whom to end: <person>, <session>, client <id>, or all.'

export const end: Run = async (desk, args) => {
  const target = await targetOf(desk, args)
  if ('all' in target) await confirm(desk, 'all', 'This ends every connection of everybody.')
  const ended = await goOn(desk, { command: 'end', ...target }, (total) => `Ended so far: ${total}.`)
  shown(desk, { command: 'end', ended, complete: true }, () => {
    desk.print(`Ended: ${ended}. Nothing can be asked through them any more, on any instance within a minute.`)
    if ('person' in target)
      desk.print('They can connect anew unless you take that away: npm run assign -- --remove <person>')
  })
}

async function targetOf(desk: Desk, [first, second, ...more]: readonly string[]): Promise<Answer> {
  if (first === undefined || more.length > 0) throw new Misuse(HOW)
  if (first === 'client' && second !== undefined) return { client: await findClient(desk, second) }
  if (second !== undefined || first === 'client') throw new Misuse(HOW)
  if (first === 'all') return { all: true }
  if (isPerson(first)) return { person: await findPerson(desk.context, first) }
  if (SESSION.test(first)) return { session: first }
  throw new Misuse(`${quoted(first)} is neither a person (a sign-in name or object id) nor a session. ${HOW}`)
}

/**
 * The client of that id, or the only one whose id begins so, as the table shows it.
 * @param others ids that count beside those of the table
 * @throws Stop, Misuse
 */
export async function findClient(desk: Desk, given: string, others: readonly string[] = []): Promise<string> {
  const text = given.replace(/…$/, '')
  const answer = await askApp(desk, { command: 'clients', startsWith: text })
  const listed = rowsIn(answer, 'clients').map(({ clientId }) => String(clientId))
  const ids = [...new Set([...listed, ...others])]
  if (ids.includes(text)) return text
  const found = text.length < 6 ? [] : ids.filter((id) => id.startsWith(text))
  if (found.length === 1 && found[0] !== undefined) return found[0]
  const what = found.length === 0 ? 'No client has that id' : `${found.length} clients have ids that begin so`
  throw new Stop(`${what}: ${quoted(text)}. See:`, ['npm run admin -- clients'])
}

/**
 * Asks again until all is done: the app works for some seconds at a time.
 * @throws Stop that says how far it came, where storage stays away
 */
export async function goOn(
  desk: Desk,
  body: Answer,
  say: (total: number) => string,
  each: (answer: Answer) => void = () => undefined,
): Promise<number> {
  let total = 0
  let faults = 0
  for (let after: unknown; ;) {
    const answer = await askApp(desk, after === undefined ? body : { ...body, after }).catch((error: unknown) => {
      if (error instanceof Stop && total > 0) throw new Stop(`${say(total)} Then: ${error.message}`)
      throw error
    })
    total += Number(answer['ended'] ?? 0)
    each(answer)
    if (answer['complete'] === true) return total
    faults = answer['fault'] === undefined ? 0 : faults + 1
    if (faults >= MOST_FAULTS)
      throw new Stop(
        `${say(total)} The app’s storage does not answer, so it is not done. What has ended stays ended. Type the same again to go on; what is away says:`,
        ['npm run doctor -- <address> --deep'],
      )
    desk.context.say(say(total))
    if (faults > 0) await desk.context.sleep(PAUSE_MS)
    after = answer['next']
  }
}
