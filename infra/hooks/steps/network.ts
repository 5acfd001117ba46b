import { parseArgs } from 'node:util'
import { openAsMyself } from '../keys/open.ts'
import { explain } from '../keys/refusals.ts'
import { VaultRefused } from '../keys/vault.ts'
import { HOW_TO_CLOSE, isPrivate, tablesFirewall, vaultFirewall } from '../network/firewall.ts'
import { firewallsOf, lookAtAll, openIn } from '../network/left-open.ts'
import { isPublicAddress } from '../network/own-address.ts'
import { admitThisMachine } from '../network/reach-vault.ts'
import { waitForTables } from '../network/reach-tables.ts'
import { closeAll, type Guard, openOrClosed } from '../network/while-open.ts'
import { type Context, Stop } from '../run/context.ts'
import { withAzdValues } from '../tools/azd.ts'
import { signedIn } from '../tools/azure-cli.ts'

/** How it is called. */
export const USAGE = [
  'npm run network -- status                     who reaches vault and tables from outside of the private network',
  'npm run network -- open                       lets this machine’s address in, and no other',
  'npm run network -- open --address <address>   lets that one IPv4 address in, and no other',
  'npm run network -- close                      nobody any more',
]

const status = async (context: Context): Promise<void> => {
  const { looked, unknown } = await lookAtAll(context)
  const open = openIn(looked)
  for (const line of open) context.say(line)
  for (const { message } of unknown) context.say(message)
  if (unknown.length > 0)
    throw new Stop('It is not known whether that is all. To close whatever is open:', HOW_TO_CLOSE)
  if (open.length === 0) context.say('Nobody reaches vault and tables from outside of the private network.')
  else context.say(`To close it:\n  ${HOW_TO_CLOSE[0]}`)
}

const close = async (context: Context): Promise<void> => {
  await closeAll(firewallsOf(context))
  context.say('Nobody reaches vault and tables from outside of the private network now.')
}

const openForThisMachine = async (context: Context, guard: Guard): Promise<string | undefined> => {
  const { vault } = await openAsMyself(context)
  try {
    const address = await admitThisMachine(context, vault, guard(vaultFirewall(context)))
    if (address === undefined) return undefined
    await guard(tablesFirewall(context)).admit([address])
    await waitForTables(context, address)
    return address
  } catch (error) {
    if (error instanceof VaultRefused) throw explain(error, context, undefined)
    throw error
  }
}

const openFor = async (context: Context, guard: Guard, address: string): Promise<string> => {
  if (!isPublicAddress(address))
    throw new Stop(`Not one IPv4 address of the internet: ${JSON.stringify(address)}`, USAGE)
  await Promise.all(firewallsOf(context).map((one) => guard(one).admit([address])))
  return address
}

const open = async (context: Context, given: string | undefined): Promise<void> => {
  const address = await openOrClosed(context, firewallsOf(context), (guard) =>
    given === undefined ? openForThisMachine(context, guard) : openFor(context, guard, given),
  )
  if (address === undefined) {
    await close(context)
    context.say('This machine is in it: nothing has to be opened.')
    return
  }
  context.say(`Vault and tables are open for ${address} alone, until you close them:`)
  for (const command of HOW_TO_CLOSE.slice(0, 1)) context.say(`  ${command}`)
}

const readArgs = (args: readonly string[]): { readonly what: string; readonly address: string | undefined } => {
  try {
    const options = { address: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
    const [what = '', ...more] = positionals
    if (more.length === 0 && (values.address === undefined || what === 'open')) return { what, address: values.address }
  } catch {
    // Said below, as everything that is not understood.
  }
  throw new Stop('Say which:', USAGE)
}

/** `npm run network -- status|open|close`: who reaches a private deployment's vault and tables from outside. */
export const network = async (context: Context): Promise<void> => {
  const { what, address } = readArgs(context.args)
  if (!['status', 'open', 'close'].includes(what)) throw new Stop('Say which:', USAGE)
  const environment = await withAzdValues(context)
  if (!isPrivate(environment))
    throw new Stop('This environment has no private network: everybody reaches vault and tables. To have one:', [
      'azd env set PRIVATE_NETWORK true',
      'azd provision platform',
      'azd deploy',
    ])
  await signedIn(environment)
  if (what === 'open') return open(environment, address)
  return what === 'close' ? close(environment) : status(environment)
}
