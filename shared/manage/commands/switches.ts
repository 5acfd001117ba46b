import * as z from 'zod'
import type { Config } from '../../config/config.ts'
import type { CurrentSwitches } from '../../grants/switches/current-switches.ts'
import { cleanMessage } from '../../grants/switches/message.ts'
import type { SwitchedOff } from '../../storage/ports.ts'
import type { Keys } from '../../tokens/keys.ts'
import { type Command, defineCommand } from '../command.ts'
import { personIndex } from '../ending/end-person.ts'
import { iso, objectId } from './members.ts'

export type SwitchesDeps = {
  readonly config: Pick<Config, 'entra'>
  readonly switches: CurrentSwitches
  readonly keys: Keys
}

/** So much of an index tells two people apart, and nobody who they are. */
const SHOWN_OF_INDEX = 8

export const personRow = async ({ config, keys }: SwitchesDeps, userId: string): Promise<string> =>
  personIndex({ keys, tenantId: config.entra.tenantId }, userId)

/** A switch as administrators read it. Of a person it has a part of the index, or the id that they asked for. */
export function shownSwitch({ kind, row, since, clientId, message }: SwitchedOff, personName?: string) {
  const whole = clientId ?? row
  return {
    kind,
    name: kind === 'person' ? (personName ?? row.slice(0, SHOWN_OF_INDEX)) : whole,
    ...(since !== undefined && { since: iso(since) }),
    ...(message !== undefined && { message: cleanMessage(message) }),
  }
}

/** `{"command":"switches","person"?}`: what is off, and whether a person is whose object id is given. */
export const createSwitchesCommand = (deps: SwitchesDeps): Command =>
  defineCommand('switches', z.strictObject({ person: objectId.optional() }), async (_context, { person }) => {
    const { all } = await deps.switches.fresh()
    const asked = person === undefined ? undefined : await personRow(deps, person)
    const isAsked = ({ kind, row }: SwitchedOff): boolean => kind === 'person' && row === asked
    return {
      answer: {
        switches: all.map((one) => shownSwitch(one, isAsked(one) ? person : undefined)),
        ...(person !== undefined && { person: { id: person, off: all.some(isAsked) } }),
      },
      noted: { outcome: 'ok', count: all.length },
    }
  })
