import { closingOperation } from './closing/close-record.ts'

const MESSAGES: Readonly<Partial<Record<string, string>>> = { won: 'WinOpportunity', lost: 'LoseOpportunity' }
const REVENUE = 'actualRevenue'

/**
 * A deal is won or lost by messages of its own, which leave an activity about it.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions
 */
export const closeOpportunity = closingOperation({
  tool: 'close_opportunity',
  entity: 'opportunity',
  record: 'opportunityclose',
  lookup: 'opportunityid',
  parameter: 'OpportunityClose',
  arguments: [
    { name: 'subject', column: 'subject' },
    { name: REVENUE, column: 'actualrevenue', also: ['revenue', 'actualvalue'] },
    { name: 'closeDate', column: 'actualend', also: ['actualclosedate', 'date'] },
    { name: 'text', column: 'description', also: ['note', 'reason text'] },
    { name: 'competitor', column: 'competitorid' },
  ],
  results: ['won', 'lost'],
  message: (result) => MESSAGES[result] ?? '',
  does: (result) => (result === undefined ? 'Close' : result === 'won' ? 'Win' : 'Lose'),
  subject: (result) => `Opportunity ${result}`,
  also: ['actualvalue', 'actualclosedate'],
  notes: ({ values }, result) => [
    ...(result === 'won' && !values.has(REVENUE)
      ? ['No actual revenue is given: Dynamics 365 decides what stands there afterwards.']
      : []),
    ...(values.has('closeDate') ? [] : ['No close date is given: Dynamics 365 sets it, usually to today.']),
    'A closed opportunity cannot be changed until somebody opens it again in Dynamics 365.',
  ],
})
