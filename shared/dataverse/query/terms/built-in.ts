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
    aliases: ['pipeline', 'open opportunities', 'open deals'],
    meaning: 'Open opportunities, by their estimated revenue.',
    entity: 'opportunity',
    filter: "statecode eq 'Open'",
    date: 'estimatedclosedate',
    amount: 'estimatedvalue',
  }),
  builtIn({
    slug: 'weighted-pipeline',
    name: 'weighted pipeline',
    aliases: ['weighted forecast', 'weighted revenue'],
    meaning: 'Open opportunities, by their estimated revenue times their probability.',
    entity: 'opportunity',
    filter: "term eq 'open pipeline'",
    measure: 'sum(estimatedvalue * closeprobability / 100)',
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
  builtIn({
    slug: 'lost',
    name: 'lost',
    aliases: ['lost opportunities', 'lost deals', 'losses'],
    meaning: 'Opportunities closed as lost, by their actual revenue, which few have.',
    entity: 'opportunity',
    filter: "statecode eq 'Lost'",
    date: 'actualclosedate',
    amount: 'actualvalue',
  }),
  builtIn({
    slug: 'win-rate',
    name: 'win rate',
    aliases: ['close rate', 'win percentage'],
    meaning: 'The part of closed opportunities that was won, by their number.',
    entity: 'opportunity',
    filter: "term in ('won','lost')",
    measure: "count(where term eq 'won') / count",
    date: 'actualclosedate',
  }),
  builtIn({
    slug: 'sales-cycle',
    name: 'sales cycle',
    aliases: ['sales cycle length', 'days to close'],
    meaning: 'Days from creation to actual close, on average, of opportunities closed as won.',
    entity: 'opportunity',
    filter: "term eq 'won'",
    measure: 'avg(days(createdon, actualclosedate))',
    date: 'actualclosedate',
  }),
  builtIn({
    slug: 'overdue-opportunity',
    name: 'overdue',
    aliases: ['overdue opportunities', 'past due'],
    meaning: 'Open opportunities whose estimated close date is before today.',
    entity: 'opportunity',
    filter: "term eq 'open pipeline' and estimatedclosedate lt today",
    date: 'estimatedclosedate',
    amount: 'estimatedvalue',
  }),
  builtIn({
    slug: 'stalled',
    name: 'stalled',
    aliases: ['stalled opportunities', 'stalled deals', 'stuck'],
    meaning:
      'Open opportunities of which neither the row nor an activity regarding it was changed in the last 30 days.',
    entity: 'opportunity',
    filter:
      "term eq 'open pipeline' and Microsoft.Dynamics.CRM.OlderThanXDays(PropertyName='modifiedon',PropertyValue=30) and not Opportunity_ActivityPointers/any(a:a/modifiedon eq last-30-days)",
    amount: 'estimatedvalue',
  }),
  builtIn({
    slug: 'overdue-activity',
    name: 'overdue',
    aliases: ['overdue activities', 'past due'],
    meaning: 'Open and scheduled activities that were due before now.',
    entity: 'activitypointer',
    filter: "statecode in ('Open','Scheduled') and scheduledend lt now",
    date: 'scheduledend',
  }),
  builtIn({
    slug: 'overdue-task',
    name: 'overdue',
    aliases: ['overdue tasks', 'past due'],
    meaning: 'Open tasks that were due before now.',
    entity: 'task',
    filter: "statecode eq 'Open' and scheduledend lt now",
    date: 'scheduledend',
  }),
  builtIn({
    slug: 'active-customer',
    name: 'active customer',
    aliases: ['active customers', 'active accounts'],
    meaning: 'Active accounts, whatever their relationship type.',
    entity: 'account',
    filter: "statecode eq 'Active'",
  }),
]
