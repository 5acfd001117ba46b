import type { Person } from '../../sandbox/people.ts'

export type Persona = Extract<Person['persona'], 'sales rep' | 'sales manager' | 'analyst'>
export const PERSONAS: readonly Persona[] = ['sales rep', 'sales manager', 'analyst']

/** What a question tries; each is a way in which answers from a CRM go wrong. */
export type Theme =
  | 'count'
  | 'sum'
  | 'average'
  | 'top'
  | 'period'
  | 'rate'
  | 'currencies'
  | 'people who left'
  | 'overdue'
  | 'quiet'
  | 'missing data'
  | 'duplicates'
  | 'cases'
  | 'activities'
  | 'notes'
  | 'lines'
  | 'territories and goals'
  | 'date words'
  | 'accents'
  | 'odd labels'
  | 'reversed yes and no'
  | 'mine or ours'
  | 'nothing fits'
  | 'no access'
  | 'asks to write'
  | 'ambiguous'
  | 'relations'
  | 'duration'
  | 'share'
  | 'own words'

/** Things whose names an answer lists; a name of the same kind that is not asked for makes a list wrong. */
export type Thing =
  | 'account'
  | 'account number'
  | 'activity'
  | 'article'
  | 'case number'
  | 'competitor'
  | 'contact'
  | 'industry'
  | 'lead'
  | 'lead source'
  | 'marketing list'
  | 'month'
  | 'opportunity'
  | 'order number'
  | 'person'
  | 'product'
  | 'quote number'
  | 'sales stage'
  | 'territory'
  | 'town'

/** `times` is a ratio: so many to one. */
export type Unit = 'GBP' | 'EUR' | '%' | 'days' | 'times'

export type Asked =
  | {
      readonly kind: 'number'
      /** One row; its first column is the answer. */
      readonly sql: string
      readonly unit?: Unit
      /** How far an answer may be off, because the question asks for a rounded one. */
      readonly within?: number
    }
  | {
      readonly kind: 'list'
      readonly of: Thing
      /** The first column is a name; where an order is asked for, the second one is its rank, and equals share one. */
      readonly sql: string
      readonly ordered?: true
    }
  | { readonly kind: 'one of' | 'none'; readonly of: Thing; readonly sql: string }
  | { readonly kind: 'date' | 'yes/no'; readonly sql: string }

export type Reading = {
  /** One of these must stand in the answer, so that the reader knows how it was read. */
  readonly named: readonly string[]
  readonly asked: Exclude<Asked, { readonly kind: 'none' }>
}

export type Question = {
  readonly id: string
  readonly ask: string
  readonly theme: Theme
  /** Who asks it; all three where nothing is said. */
  readonly who?: readonly Persona[]
  /** How a hasty answer goes wrong. */
  readonly trap?: string
} & (Asked | { readonly kind: 'decline' } | { readonly kind: 'ambiguous'; readonly readings: readonly Reading[] })

export const askersOf = ({ who }: Question): readonly Persona[] => who ?? PERSONAS
