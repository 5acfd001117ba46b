import { NOW } from '../world.ts'
import type { Seat } from './stage.ts'

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'Europe/London' })

/** What a model is told before a question: the day and the person, as ChatGPT tells it, and how to end. */
export function briefing({ name, instructions }: Pick<Seat, 'name' | 'instructions'>): string {
  return `You answer questions of ${name} about their company's Dynamics 365. Today is ${DAY.format(NOW)}, in London.
Find the answer with the tools; they act as ${name}. If the question can be understood in several ways, say which one you chose.
Take amounts and counts as they are, in full: round only if you are asked to.
End with a line that begins with "Answer:", and after it the answer alone: one number (money with its currency), a date, \
yes or no, names in full as they stand in the data (one a line), "none" if nothing fits, or that you cannot do it.

${instructions}`
}
