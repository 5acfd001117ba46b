import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { walkBrowser } from '../../sandbox/chatgpt/browser.ts'
import type { Person } from '../../sandbox/people.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { type Judge, VISITORS } from './judge.ts'
import { type Check, Refused, type Visit } from './visit.ts'

const WITHIN_MS = 60_000
const LONGEST_REASON = 300

async function signIn(url: string, { upn }: Person): Promise<URL> {
  const redirectUri = new URL(url).searchParams.get('redirect_uri') ?? ''
  const arrival = await walkBrowser(url, upn, { redirectUri })
  if (arrival.kind === 'callback') return arrival.url
  throw new Error(`the sign-in ended at a page, HTTP ${arrival.status}: ${arrival.html}`)
}

/** @throws Error when it takes too long: a package that waits for ever must not hold the run */
function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${WITHIN_MS / 1000} s`)), WITHIN_MS)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

async function visit({ mcpUrl, entra, dataverse }: Sandbox, person: Person, check: Check, judge: Judge) {
  const folder = await mkdtemp(join(tmpdir(), 'client-'))
  entra.reset()
  dataverse.reset()
  const scene: Visit = {
    address: mcpUrl,
    person,
    folder,
    signIn: (url) => signIn(url, person),
    endToken: () => dataverse.fault({ upn: person.upn, kind: 'unauthorized', times: 1 }),
  }
  try {
    const problems = judge(person, await withinTime(check(scene)))
    const { 'token.refresh_token': refreshes } = entra.counters()
    return [...problems, ...(refreshes === 1 ? [] : [`${refreshes} refreshes of a token that had ended once`])]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON)

/** @returns `connects`, or `refused: …` in words that can be recorded, or `failed: …` */
export async function resultOf(sandbox: Sandbox, check: Check, judge: Judge): Promise<string> {
  try {
    for (const person of VISITORS) {
      const [problem] = await visit(sandbox, person, check, judge)
      if (problem !== undefined) return `failed: ${oneLine(problem)}`
    }
    return 'connects'
  } catch (error) {
    if (error instanceof Refused) return `refused: ${error.message}`
    return `failed: ${oneLine(error instanceof Error ? error.message : String(error))}`
  }
}
