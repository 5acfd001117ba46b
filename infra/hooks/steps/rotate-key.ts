import { quoted } from '../../doctor/wire/plain-text.ts'
import { HOW_TO_TAKE, namedOfficer } from '../keys/key-officer.ts'
import { openAsMyself } from '../keys/open.ts'
import { withPatience } from '../keys/patience.ts'
import { explain, hopeFor } from '../keys/refusals.ts'
import { type Vault, VaultRefused } from '../keys/vault.ts'
import { reachingVault } from '../network/reach-vault.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional } from '../run/environment.ts'
import { withAzdValues } from '../tools/azd.ts'
import { signedIn } from '../tools/azure-cli.ts'

const DAY_MS = 86_400_000
/** As shared/tokens/vault-keys.ts has it: milliseconds, as long as a connection may lie unused. */
export const readableMs = (idleSeconds: number): number => Math.max(30 * DAY_MS, idleSeconds * 1000)

const day = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

/** What the rotation means for those who are connected, line by line. */
export const consequences = (now: number, idleSeconds: number): string[] => {
  const readable = readableMs(idleSeconds)
  const days = Math.floor(readable / DAY_MS)
  const end = day(now + readable)
  const idleDays = Math.ceil((idleSeconds * 1000) / DAY_MS)
  return [
    `What the replaced key sealed stays readable for ${days} days, until ${end}; each use in that time seals it anew.`,
    `Nobody is cut off: a connection that is unused for ${idleDays} days (REFRESH_IDLE_LIFETIME) has ended by itself by then.`,
    `If that setting was longer before, whoever connected then and does not use it until ${end} has to connect again.`,
  ]
}

const replaced = async (vault: Vault, now: number, idleSeconds: number): Promise<string[]> => {
  const versions = (await vault.versions('sealing-key')).filter(({ enabled }) => enabled)
  return versions.flatMap(({ createdAt }, at) => {
    const next = versions[at - 1]
    if (next === undefined) return [`  in use since ${day(createdAt)}`]
    const until = next.createdAt + readableMs(idleSeconds)
    return [`  made ${day(createdAt)}, ${until > now ? `readable until ${day(until)}` : 'no longer read'}`]
  })
}

/** As shared/config/settings.ts has them. */
const DEFAULT_IDLE_S = 30 * 86_400
const LONGEST_IDLE_S = 90 * 86_400

const idleLifetime = (context: Context): number => {
  const text = optional(context, 'REFRESH_IDLE_LIFETIME') ?? String(DEFAULT_IDLE_S)
  if (/^\d{1,8}$/.test(text) && Number(text) >= 1 && Number(text) <= LONGEST_IDLE_S) return Number(text)
  throw new Stop(
    `REFRESH_IDLE_LIFETIME is ${quoted(text)}; it must be a whole number of seconds from 1 to ${LONGEST_IDLE_S}:`,
    [`azd env set REFRESH_IDLE_LIFETIME ${DEFAULT_IDLE_S}`],
  )
}

type Rotation = {
  readonly vault: Vault
  readonly me: string
  readonly idleSeconds: number
  /** Adds a version, once however often it is asked. */
  readonly addVersion: () => Promise<void>
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done = false
  return async () => {
    if (!done) await work()
    done = true
  }
}

const rotate = async (context: Context, { vault, me, idleSeconds, addVersion }: Rotation): Promise<void> => {
  const hope = hopeFor(context, me)
  if (!(await withPatience(context, () => vault.has('sealing-key'), hope)))
    throw new Stop('There is no sealing-key to rotate. Make it:', ['azd hooks run postprovision --layer platform'])
  await withPatience(context, addVersion, hope)
  context.say('sealing-key: a new version was made; every instance of the app seals with it within ten minutes.')
  for (const line of consequences(context.now(), idleSeconds)) context.say(line)
  context.say('Versions of the key:')
  for (const line of await replaced(vault, context.now(), idleSeconds)) context.say(line)
  context.say('When you are done:')
  context.say('  npm run officer -- give-back')
}

/** `npm run rotate-key`: adds a version of the sealing key, and says what that ends and when. */
export const rotateKey = async (context: Context): Promise<void> => {
  const environment = await withAzdValues(context)
  const idleSeconds = idleLifetime(environment)
  await signedIn(environment)
  const { vault, me } = await openAsMyself(environment)
  const officer = namedOfficer(environment)
  if (officer !== me)
    throw new Stop(
      `Only the key officer may rotate; that is ${officer ?? 'nobody'}, and you are ${me}. Take the right:`,
      [...(officer === undefined ? [] : ['npm run officer -- give-back']), ...HOW_TO_TAKE, 'npm run rotate-key'],
    )
  try {
    const addVersion = once(() => vault.write('sealing-key'))
    await reachingVault(environment, vault, () => rotate(environment, { vault, me, idleSeconds, addVersion }))
  } catch (error) {
    if (error instanceof VaultRefused) throw explain(error, environment, me)
    throw error
  }
}
