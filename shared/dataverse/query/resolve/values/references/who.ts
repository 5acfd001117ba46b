/** What a word for people stands for: an operator of Dataverse's own, without a value. */
export type Who = 'eq-userid' | 'eq-userteams' | 'eq-useroruserteams'

/** Squashed to their letters; `{userid}` is a place for the person's own id that was never filled. */
const WORDS: ReadonlyMap<string, Who> = new Map(
  Object.entries({
    me: 'eq-userid',
    myself: 'eq-userid',
    currentuser: 'eq-userid',
    currentuserid: 'eq-userid',
    userid: 'eq-userid',
    myteams: 'eq-userteams',
    currentuserteams: 'eq-userteams',
    meormyteams: 'eq-useroruserteams',
  }),
)
const GUID = /^(?:guid)?['"{( ]{0,3}([\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})['"}) ]{0,3}$/i

/** @param targets the entities that the column may refer to; where no person can stand, a word is a name like any other */
export function whoOf(written: string, targets: readonly string[]): Who | undefined {
  const word = written.trim().slice(0, 40).toLowerCase()
  const who = WORDS.get(word.replaceAll(/[\s_@{}-]/g, ''))
  return targets.includes('systemuser') || (targets.includes('team') && who !== 'eq-userid') ? who : undefined
}

/** A bare id in lower case, without what people put around one; undefined for anything else. */
export function bareGuid(text: string): string | undefined {
  return GUID.exec(text.trim())?.[1]?.toLowerCase()
}
