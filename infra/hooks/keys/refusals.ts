import { plain } from '../../doctor/wire/plain-text.ts'
import { isPrivate } from '../network/firewall.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, seconds } from '../run/environment.ts'
import { HOW_TO_TAKE, namedOfficer, roleIsOnItsWay } from './key-officer.ts'
import type { Hope } from './patience.ts'
import { isKeptOut, KEY_NAMES, type VaultRefused } from './vault.ts'

/** A vault that was made a moment ago, or is busy, answers soon or not at all. */
const PASSING_MS = 60_000
/** Azure: "up to 10 minutes". */
const ROLE_WAIT_S = 600

const isForbiddenByRole = (refusal: VaultRefused): boolean =>
  refusal.status === 403 && refusal.reason !== 'SecretDisabled' && !isKeptOut(refusal)

/**
 * Whether a refusal passes by itself: a role that was just given, a vault that is new or busy. `officer` is set only
 * where the one who asks is the key officer.
 * @see https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
export const hopeFor =
  (context: Context, officer: string | undefined) =>
  async (refusal: VaultRefused): Promise<Hope | undefined> => {
    if (isForbiddenByRole(refusal)) {
      if (officer === undefined || !(await roleIsOnItsWay(context, officer))) return undefined
      const why = 'the role "Key Vault Secrets Officer" is assigned to you, but does not act yet'
      return { why, budgetMs: seconds(context, 'ROLE_WAIT_SECONDS', ROLE_WAIT_S) }
    }
    if (refusal.status === 429) return { why: 'Key Vault has too many requests at the moment', budgetMs: PASSING_MS }
    if (refusal.status >= 500)
      return { why: `Key Vault answers ${refusal.status}: ${plain(refusal.message)}`, budgetMs: PASSING_MS }
    if (refusal.status === 0 && refusal.reason !== 'NotKeyVault')
      return { why: `Key Vault is not reached yet (${plain(refusal.reason)})`, budgetMs: PASSING_MS }
    return undefined
  }

type Cure = { readonly what: string; readonly next: readonly string[] }

const conflict = (vault: string): Cure => ({
  what: 'A key of that name was deleted and can be recovered. Recover it, never replace it: a new one ends every connection.',
  next: [
    ...KEY_NAMES.map((name) => `az keyvault secret recover --vault-name ${vault} --name ${name}`),
    'azd hooks run postprovision --layer platform',
  ],
})

/** In a private network the step has tried a rule already. */
const keptOut = (context: Context, vault: string): Cure =>
  isPrivate(context)
    ? {
        what: `The network of vault ${vault} keeps this machine out. Where a rule for its address was made, requests leave by several addresses; type the same again, or on a machine in the network (infra/private-network.md):`,
        next: ['npm run network -- status', 'azd hooks run postprovision --layer platform'],
      }
    : {
        what: `The network rules of vault ${vault} keep this machine out. Run this step from inside the network, or admit your address:`,
        next: [`az keyvault network-rule add --name ${vault} --ip-address <your address>`],
      }

const forbidden = (refusal: VaultRefused, context: Context, vault: string, officer: string | undefined): Cure => {
  if (isKeptOut(refusal)) return keptOut(context, vault)
  if (refusal.reason === 'SecretDisabled')
    return {
      what: 'The newest version of a key is disabled. Enable it, or the app cannot read it:',
      next: KEY_NAMES.map(
        (name) => `az keyvault secret set-attributes --vault-name ${vault} --name ${name} --enabled true`,
      ),
    }
  if (officer !== undefined)
    return {
      what: `You are named key officer, but have not the role "Key Vault Secrets Officer" on vault ${vault}.`,
      next: ['azd provision platform --no-state'],
    }
  const other = namedOfficer(context)
  return {
    what: `You have not the role "Key Vault Secrets Officer" on vault ${vault}; key officer is ${other ?? 'nobody'}.`,
    next: other === undefined ? HOW_TO_TAKE : ['npm run officer -- give-back', ...HOW_TO_TAKE],
  }
}

const cureOf = (refusal: VaultRefused, context: Context, officer: string | undefined): Cure => {
  const vault = optional(context, 'KEY_VAULT_NAME') ?? '<vault>'
  const again = 'azd hooks run postprovision --layer platform'
  if (refusal.status === 409) return conflict(vault)
  if (refusal.status === 403) return forbidden(refusal, context, vault, officer)
  if (refusal.status === 401)
    return {
      what: 'Key Vault does not accept the token of az: it is of another tenant, or has ended.',
      next: [`az login --tenant ${optional(context, 'AZURE_TENANT_ID') ?? '<tenant>'}`, again],
    }
  if (refusal.reason === 'NotKeyVault')
    return { what: 'That answer is not of Key Vault: is a proxy between this machine and Azure?', next: [again] }
  return { what: 'Key Vault did not do it. Try again in some minutes:', next: [again] }
}

/** What a refusal means, and the commands that mend it. */
export const explain = (refusal: VaultRefused, context: Context, officer: string | undefined): Stop => {
  const { what, next } = cureOf(refusal, context, officer)
  const said = refusal.status === 0 ? refusal.message : `${refusal.status} ${refusal.reason}: ${refusal.message}`
  return new Stop(`Key Vault refused (${plain(said)})\n${what}`, next)
}
