import { editDistance } from '../../../../../config/edit-distance.ts'

/** Words for people, squashed to letters, by the operators of Dataverse's own that they stand for. */
const WHO = {
  // `{userid}` is a place for the person's own id that was never filled.
  'eq-userid': 'me,myself,currentuser,currentuserid,userid',
  'eq-userteams': 'myteams,currentuserteams',
  'eq-useroruserteams': 'meormyteams',
} as const
export type Who = keyof typeof WHO
const WORDS: ReadonlyMap<string, Who> = new Map(
  (Object.keys(WHO) as Who[]).flatMap((who) => WHO[who].split(',').map((word) => [word, who] as const)),
)
/** English has no other pronouns of the first person. */
const FIRST_PERSON: ReadonlySet<string> = new Set('i,me,my,mine,myself,we,us,our,ours,ourself,ourselves'.split(','))
const LONGEST = 40
/** A shorter word is a letter away from a name. */
const SHORTEST_MISSPELT = 6

/** @param targets the entities that the column may refer to; where no person can stand, a word is a name like any other */
export function whoOf(written: string, targets: readonly string[]): Who | undefined {
  const who = WORDS.get(squashed(written))
  return targets.includes('systemuser') || (targets.includes('team') && who !== 'eq-userid') ? who : undefined
}

/** The words to offer for what nobody is called and what speaks of whoever asks: `mine`, `our team`, `myteam`. */
export function wordsForAsker(written: string, targets: readonly string[]): readonly string[] {
  const [ofPeople, ofTeams] = [targets.includes('systemuser'), targets.includes('team')]
  if (!speaksOfAsker(written) || !(ofPeople || ofTeams)) return []
  if (!ofTeams) return ['me']
  return ofPeople ? ['me-or-my-teams', 'me', 'my-teams'] : ['my-teams']
}

function speaksOfAsker(written: string): boolean {
  const words = written
    .slice(0, LONGEST)
    .toLowerCase()
    .split(/[^\p{L}]/u)
  if (words.some((word) => FIRST_PERSON.has(word))) return true
  const word = squashed(written)
  return word.length >= SHORTEST_MISSPELT && [...WORDS.keys()].some((known) => editDistance(word, known) <= 1)
}

function squashed(written: string): string {
  return written
    .trim()
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[\s_@{}-]/g, '')
}
