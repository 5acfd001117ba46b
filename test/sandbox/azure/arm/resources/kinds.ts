import type { ObjectValue } from '../expression/values.ts'
import { HOST_NAMES } from './names/host-names.ts'
import { HOSTING } from './hosting.ts'
import { KEY_VAULT } from './key-vault.ts'
import { MONITORING } from './monitoring.ts'
import { NETWORK } from './network.ts'
import { PLAIN } from './plain.ts'
import { STORAGE } from './storage.ts'
import { WATCHING } from './watching.ts'
import type { Resource, Wanted, World } from './world.ts'

/** What Azure does about one type of resource. */
export type Kind = {
  /** Refuses what the real service refuses. */
  readonly check?: (wanted: Wanted, world: World, before: Resource | undefined) => void
  /** What the service adds to the properties. */
  readonly runTime?: (wanted: Wanted, world: World, before: Resource | undefined) => ObjectValue
}

const kinds: ReadonlyMap<string, Kind> = new Map(
  [PLAIN, STORAGE, KEY_VAULT, NETWORK, HOSTING, HOST_NAMES, MONITORING, WATCHING].flatMap((some) =>
    Object.entries(some).map(([type, kind]): [string, Kind] => [type.toLowerCase(), kind]),
  ),
)

/** @throws Error for a type that this stand-in was not taught: a rehearsal of it would prove nothing */
export const kindOf = (type: string): Kind => {
  const kind = kinds.get(type.toLowerCase())
  if (kind === undefined)
    throw new Error(
      `The stand-in for Azure Resource Manager does not know ${type}: teach it in test/sandbox/azure/arm/resources/`,
    )
  return kind
}
