import type { Value } from '../../store/store.ts'
import type { SeedRow } from '../tools.ts'
import { authorOf, cycle, idOf, instant, ownedBy, reference, written } from '../tools.ts'
import { varietyAccountId } from './customers.ts'
import type { World } from './owners.ts'
import { ownerAt } from './owners.ts'

export type Kind = 'phonecall' | 'appointment' | 'email' | 'task'
const KINDS: readonly Kind[] = ['email', 'appointment', 'phonecall', 'task']
/** Statuses that are open, completed and cancelled. */
export const STATUSES: Readonly<Record<Kind, readonly (readonly [number, number])[]>> = {
  email: [
    [0, 1],
    [1, 3],
    [2, 5],
  ],
  appointment: [
    [3, 5],
    [1, 3],
    [2, 4],
  ],
  phonecall: [
    [0, 1],
    [1, 2],
    [2, 3],
  ],
  task: [
    [0, 2],
    [1, 5],
    [2, 6],
  ],
}
/** From, to, cc and bcc of a message; organiser, required and optional attendees of a meeting; regarding and owner of both. */
const MASKS: Readonly<Record<Kind, readonly number[]>> = {
  email: [1, 2, 3, 4, 8, 9],
  appointment: [5, 6, 7, 8, 9],
  phonecall: [1, 2, 8, 9],
  task: [8, 9],
}

function partyRow(id: string, mask: number, index: number, owner: Value): SeedRow {
  const account = reference('account', varietyAccountId('Tidewater UK'))
  const contact = reference('contact', idOf('variety/contact', index % 40))
  const party = mask === 8 ? account : mask === 9 || mask === 1 || mask === 7 ? owner : contact
  return {
    entity: 'activityparty',
    values: {
      activitypartyid: idOf('variety/party', `${index}/${mask}`),
      activityid: reference('activitypointer', id),
      partyid: party,
      participationtypemask: mask,
      ...(mask === 2 && { addressused: `office+${index % 40}@tidewater.example` }),
    },
  }
}

/** Who is known by an address alone has a copy of each message. */
function addressRow(id: string, index: number): SeedRow {
  return {
    entity: 'activityparty',
    values: {
      activitypartyid: idOf('variety/party', `${index}/address`),
      activityid: reference('activitypointer', id),
      participationtypemask: 3,
      addressused: `copies+${index}@tidewater.example`,
    },
  }
}

/** Activities of every kind and state with every kind of party. */
export function varietyActivities(world: World): SeedRow[] {
  return Array.from({ length: 48 }, (_, index) => {
    const kind = cycle(KINDS, index)
    const owner = ownerAt(Math.floor(index / 4), world)
    const [statecode, statuscode] = cycle(STATUSES[kind], Math.floor(index / 4))
    const id = idOf('variety/activity', index)
    const common: Record<string, Value> = {
      activityid: id,
      subject: `${kind === 'email' ? "Re: 50% deposit & O'Mara's order" : 'Visit'} ${index}`,
      activitytypecode: kind,
      regardingobjectid:
        index % 6 === 5
          ? reference('opportunity', idOf('variety/opportunity', index))
          : reference('account', varietyAccountId(index % 2 === 0 ? 'Tidewater UK' : 'Übersee Hölzer')),
      ...ownedBy(owner),
      ...written(world.now, authorOf(owner), -80 + index, -(index % 40)),
      scheduledend: index % 5 === 4 ? null : instant(world.now, index - 20),
      actualend: statecode === 1 ? instant(world.now, -index) : null,
      prioritycode: index % 3,
      isregularactivity: true,
      statecode,
      statuscode,
    }
    const own: Record<string, Value> = kind === 'email' || kind === 'phonecall' ? { directioncode: index % 8 < 4 } : {}
    return [
      { entity: kind, values: { ...common, ...own } },
      { entity: 'activitypointer', values: common },
      ...MASKS[kind].map((mask) => partyRow(id, mask, index, reference('systemuser', authorOf(owner)))),
      ...(kind === 'email' ? [addressRow(id, index)] : []),
    ]
  }).flat()
}
