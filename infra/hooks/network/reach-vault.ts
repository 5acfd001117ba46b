import { type Hope, withPatience } from '../keys/patience.ts'
import { isKeptOut, type Vault, VaultRefused } from '../keys/vault.ts'
import type { Context } from '../run/context.ts'
import { seconds } from '../run/environment.ts'
import { type Firewall, isPrivate, vaultFirewall } from './firewall.ts'
import { type Guard, whileOpen } from './while-open.ts'

/** A rule acts after some minutes. */
const RULE_WAIT_S = 600
const PASSING_MS = 60_000
const PAUSE_MS = 5_000

/** The address by which the vault knows this machine; undefined: it lets the machine in, whatever else it refuses. */
const refusedAddress = async (vault: Vault): Promise<string | undefined> => {
  try {
    await vault.has('index-key')
    return undefined
  } catch (error) {
    if (!(error instanceof VaultRefused)) throw error
    if (isKeptOut(error) && error.clientAddress !== undefined) return error.clientAddress
    if (!isKeptOut(error) && error.status >= 400 && error.status < 429) return undefined
    throw error
  }
}

const mustBeIn = async (vault: Vault): Promise<void> => {
  const address = await refusedAddress(vault)
  if (address !== undefined)
    throw new VaultRefused(403, 'ForbiddenByFirewall', `this machine is seen as ${address}`, undefined, address)
}

const waitingFor =
  (context: Context, why: string) =>
  (refusal: VaultRefused): Promise<Hope> =>
    Promise.resolve(
      isKeptOut(refusal)
        ? { why, budgetMs: seconds(context, 'NETWORK_WAIT_SECONDS', RULE_WAIT_S) }
        : { why: 'Key Vault is not reached yet', budgetMs: PASSING_MS },
    )

/**
 * Lets this machine's address into the vault, and no other; returns it once the rule acts, or undefined where the machine
 * was in already.
 * @throws VaultRefused when the rule does not act in time; Stop when Azure refuses it
 */
export const admitThisMachine = async (
  context: Context,
  vault: Vault,
  firewall: Firewall,
): Promise<string | undefined> => {
  // Open for nobody: what refuses then names the address that it refuses.
  await firewall.admit([])
  const address = await addressAfter(context, vault)
  if (address === undefined) return undefined
  await firewall.admit([address])
  context.say(`  ${firewall.what}: open for ${address} alone`)
  await withPatience(context, () => mustBeIn(vault), waitingFor(context, `the rule for ${address} does not act yet`))
  return address
}

/** Whoever is let in where nobody is admitted is in the network, unless a rule of before still acts. */
const addressAfter = async (context: Context, vault: Vault): Promise<string | undefined> => {
  const why = 'the vault does not say yet whom it refuses'
  const until = context.now() + PASSING_MS
  for (;;) {
    const address = await withPatience(context, () => refusedAddress(vault), waitingFor(context, why))
    if (address !== undefined || context.now() >= until) return address
    await context.sleep(Math.min(PAUSE_MS, until - context.now()))
  }
}

const isReached = async (vault: Vault): Promise<boolean> => {
  try {
    return (await refusedAddress(vault)) === undefined
  } catch (error) {
    if (!(error instanceof VaultRefused)) throw error
    return !isKeptOut(error)
  }
}

/**
 * Does what needs the vault; where its private network keeps this machine out, between a rule for this machine's address
 * and its removal. On a machine in the network nothing is opened. `work` may be begun twice.
 */
export const reachingVault = async <Result>(
  context: Context,
  vault: Vault,
  work: () => Promise<Result>,
): Promise<Result> => {
  if (!isPrivate(context)) return work()
  if (await isReached(vault)) {
    try {
      return await work()
    } catch (error) {
      // A rule that was taken back a moment ago acted until now.
      if (!(error instanceof VaultRefused && isKeptOut(error))) throw error
    }
  }
  const firewall = vaultFirewall(context)
  const open = async (guard: Guard): Promise<void> => {
    await admitThisMachine(context, vault, guard(firewall))
  }
  return whileOpen(context, { firewalls: [firewall], open }, work)
}
