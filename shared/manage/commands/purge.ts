import * as z from 'zod'
import { type Command, defineCommand } from '../command.ts'
import { ENDING_MS, type EndingDeps } from '../ending/ending.ts'
import { type PersonRows, removePerson } from '../ending/remove-person.ts'
import { tellEnded } from './end.ts'
import { objectId } from './members.ts'

export type PurgeDeps = EndingDeps & {
  /** What other tables hold of a person; one line in `create-manage.ts` each. */
  readonly elsewhere: readonly PersonRows[]
}

/** Ours to say, not to delete: an audit that somebody could have shortened is none. */
const STAYS = [
  'The audit keeps who signed in, asked and read what, by object id, for as long as AUDIT_TOTAL_RETENTION_IN_DAYS says.',
  'The app’s log keeps its events, by object id, for as long as its workspace keeps logs.',
  'Where the person is switched off they stay off: “npm run admin -- switch on person” takes that row away.',
  'Dynamics 365 and Microsoft Entra keep what they hold of the person.',
  'ChatGPT keeps conversations, and the app in its settings; the person or their workspace deletes those.',
]

/** `{"command":"purge","person":…}`: ends their connections, and deletes what rests of them in the app's tables. */
export const createPurgeCommand = (deps: PurgeDeps): Command =>
  defineCommand('purge', z.strictObject({ person: objectId }), async (context, { person }) => {
    const until = deps.now() + ENDING_MS
    const tell = tellEnded(context, person)
    const removed = await removePerson(deps, person, { until, tell, elsewhere: deps.elsewhere })
    return {
      answer: { person, ...removed, stays: STAYS },
      noted: {
        kind: 'person',
        outcome: removed.complete ? 'ok' : 'error',
        count: removed.ended,
        reason: `of person ${person}`,
      },
    }
  })
