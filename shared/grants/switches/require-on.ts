import { type GrantDeps, GrantRefused } from '../types.ts'
import { userIndexOf } from '../sessions/user-index.ts'

/** An administrator has switched everything off: nothing is decided, and no grant changes. */
export class EverythingOff extends Error {
  override readonly name = 'EverythingOff'
  constructor() {
    super('everything is switched off')
  }
}

/**
 * A client that an administrator switched off gets nothing more of its grants, which wait for it as they are. Asked once
 * the grant and its token are known, so that a made-up token costs no read of this. Whether the person is off is not
 * asked here: their connection stays, so that they are told why at each call, and it works on the moment they are on.
 * @throws EverythingOff, GrantRefused `client-ended`, StorageUnavailable
 */
export async function requireOn({ switches }: GrantDeps, grantId: string, clientId: string): Promise<void> {
  const current = await switches.fresh()
  if (current.everything) throw new EverythingOff()
  if (current.isClientOff(clientId)) throw new GrantRefused('client-ended', grantId)
}

/** @throws StorageUnavailable, KeysUnavailable */
export async function isPersonOff(
  { switches, keys }: GrantDeps,
  person: { readonly tenantId: string; readonly userId: string },
): Promise<boolean> {
  const row = userIndexOf(person, await keys.index())
  return (await switches.fresh()).isOff('person', row)
}
