import type { Term } from './term.ts'

const builtIn = (term: Omit<Term, 'isOwn' | 'aliases'> & Partial<Pick<Term, 'aliases'>>): Term => {
  const { aliases = [], ...rest } = term
  return { ...rest, aliases, isOwn: false }
}

/** What sales and service mean by their words, as Dynamics itself counts; a deployment puts its own in their place. */
export const BUILT_IN_TERMS: readonly Term[] = [
  builtIn({
    slug: 'open-pipeline',
    name: 'open pipeline',
    aliases: ['pipeline', 'open opportunities'],
    meaning: 'Open opportunities, by their estimated revenue.',
    entity: 'opportunity',
    filter: "statecode eq 'Open'",
    date: 'estimatedclosedate',
    amount: 'estimatedvalue',
  }),
  builtIn({
    slug: 'won',
    name: 'won',
    aliases: ['won opportunities', 'won deals', 'wins'],
    meaning: 'Opportunities closed as won, by their actual revenue.',
    entity: 'opportunity',
    filter: "statecode eq 'Won'",
    date: 'actualclosedate',
    amount: 'actualvalue',
  }),
]
