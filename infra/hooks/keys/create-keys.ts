import type { Context } from '../run/context.ts'
import { type Hope, withPatience } from './patience.ts'
import { KEY_NAMES, type VaultRefused, type Vault } from './vault.ts'

/**
 * Creates each key unless one of that name exists, and says which. A key is never replaced.
 * @throws VaultRefused when the vault refuses for good
 */
export const createKeys = async (
  context: Context,
  vault: Vault,
  hope: (refusal: VaultRefused) => Promise<Hope | undefined>,
): Promise<void> => {
  for (const name of KEY_NAMES) {
    const createIfAbsent = async (): Promise<string> => {
      if (await vault.has(name)) return 'kept'
      await vault.write(name)
      return 'created'
    }
    context.say(`  ${name}: ${await withPatience(context, createIfAbsent, hope)}`)
  }
}
