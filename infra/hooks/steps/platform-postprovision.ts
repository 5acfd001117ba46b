import { createKeys } from '../keys/create-keys.ts'
import { HOW_TO_TAKE, namedOfficer } from '../keys/key-officer.ts'
import { openAsMyself } from '../keys/open.ts'
import { explain, hopeFor } from '../keys/refusals.ts'
import { VaultRefused } from '../keys/vault.ts'
import { closeWhatWasLeft } from '../network/left-open.ts'
import { reachingVault } from '../network/reach-vault.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'
import { setValue } from '../tools/azd.ts'

const makeKeys = async (context: Context, officer: string | undefined, created: boolean): Promise<void> => {
  const { vault, me } = await openAsMyself(context)
  if (created && officer !== me) {
    context.say(`Keys: skipped: both keys exist; key officer is ${officer ?? 'nobody'}, not you (${me}).`)
    return
  }
  const mine = officer === me ? officer : undefined
  context.say('Keys:')
  try {
    await reachingVault(context, vault, () => createKeys(context, vault, hopeFor(context, mine)))
  } catch (error) {
    if (error instanceof VaultRefused) throw explain(error, context, mine)
    throw error
  }
  if (!created) await setValue(context, 'KEYS_CREATED', 'true')
  if (mine === undefined) return
  context.say('You may still write keys. When all is set up, give that right back:')
  context.say('  npm run officer -- give-back')
}

/**
 * After layer platform, also when it was skipped: makes the two keys where they are absent. It asks the vault only for
 * who may write there, and never waits but for a role that is on its way.
 */
export const platformPostprovision = async (context: Context): Promise<void> => {
  await closeWhatWasLeft(context)
  const officer = namedOfficer(context)
  const created = optional(context, 'KEYS_CREATED') === 'true'
  if (created && officer === undefined) {
    context.say('Keys: skipped: both keys exist; nobody is key officer.')
    return
  }
  required(context, 'KEY_VAULT_URL')
  if (officer !== undefined) return makeKeys(context, officer, created)
  try {
    await makeKeys(context, officer, created)
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    context.say(`Keys: skipped: nobody is key officer. (${error.message.split('\n', 1)[0] ?? ''})`)
    context.say('If the keys were made before, all is well; if not, the app cannot start. Then:')
    for (const command of HOW_TO_TAKE) context.say(`  ${command}`)
  }
}
