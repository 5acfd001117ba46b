import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import type { Term } from '../../../shared/dataverse/query/terms/term.ts'

const own = (slug: string, name: string, rest: Partial<Term>): Term => {
  return { slug, name, aliases: [], meaning: 'Ours.', entity: 'opportunity', isOwn: true, ...rest }
}

const OWN: readonly Term[] = [
  own('won', 'won', {
    filter: "statecode eq 'Won' and actualvalue ge 20000",
    date: 'createdon',
    amount: 'estimatedvalue',
    owner: 'Sales Operations',
  }),
  own('open-pipeline', 'open pipeline', {
    filter: "statecode eq 'Open' and salesstage ne 'Qualify'",
    date: 'createdon',
    amount: 'estimatedvalue',
  }),
  own('stalled', 'stalled', { filter: "term eq 'open pipeline' and modifiedon lt 2026-10-01" }),
  own('win-rate', 'win rate', { measure: "term('won') / (won + sum(actualvalue where term eq 'lost'))" }),
  own('deal-size', 'average deal', { aliases: ['Größe'], measure: "term('won') / count(where term eq 'won')" }),
]

/** A company that means other things by some of the words, and has one more. */
export const OWN_TERMS: readonly Term[] = [
  ...OWN,
  ...BUILT_IN_TERMS.filter(({ slug }) => OWN.every((one) => one.slug !== slug)),
]
