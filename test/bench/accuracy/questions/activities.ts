import type { Question } from '../question.ts'
import { LEADERS, REP, TOUCHES, inMonth, owner, user } from './sql.ts'

const touched = (name: string): string => `(select * from (${TOUCHES}) where accountid =
  (select accountid from account where name = '${name}'))`
const DONE = 'coalesce(actualend, createdon)'
const OPEN = 'statecode in (0, 3)'
const OVERDUE = `${OPEN} and date(local(scheduledend)) < today()`

/** What was said, written and planned. */
export const ACTIVITIES: readonly Question[] = [
  {
    id: 'my-open-tasks',
    ask: 'How many open tasks do I have?',
    theme: 'mine or ours',
    who: REP,
    kind: 'number',
    sql: 'select count(*) from task where statecode = 0 and ownerid = me()',
  },
  {
    id: 'due-in-a-week',
    ask: 'How many activities that are open or scheduled fall due from tomorrow to seven days from today, both included?',
    theme: 'date words',
    kind: 'number',
    sql: `select count(*) from activitypointer where ${OPEN}
      and date(local(scheduledend)) between date(today(), '+1 day') and date(today(), '+7 days')`,
  },
  {
    id: 'appointments-to-come',
    ask: 'How many appointments are scheduled?',
    theme: 'odd labels',
    trap: 'an appointment that is still to come is Scheduled, not Open',
    kind: 'number',
    sql: 'select count(*) from appointment where statecode = 3',
  },
  {
    id: 'overdue-activities',
    ask: 'Which activity, of those still open although they were due before today, is overdue for the longest time?',
    theme: 'overdue',
    trap: 'takes one that was called off',
    kind: 'one of',
    of: 'activity',
    sql: `select subject from (select subject, rank() over (order by date(local(scheduledend))) as place
      from activitypointer where ${OVERDUE}) where place = 1`,
  },
  {
    id: 'overdue-calls',
    ask: 'Which phone calls are still open although they were due before today?',
    theme: 'nothing fits',
    trap: 'takes one that was called off, or an overdue task',
    kind: 'none',
    of: 'activity',
    sql: `select subject from phonecall where ${OVERDUE}`,
  },
  {
    id: 'calls-last-month',
    ask: 'How many phone calls ended last month?',
    theme: 'date words',
    kind: 'number',
    sql: `select count(*) from phonecall where statecode = 1 and ${inMonth('local(actualend)', 1)}`,
  },
  {
    id: 'voicemail',
    ask: 'On how many phone calls did we leave a voice mail?',
    theme: 'count',
    kind: 'number',
    sql: 'select count(*) from phonecall where leftvoicemail = 1',
  },
  {
    id: 'incoming-mail',
    ask: 'How many of the e-mails are incoming ones?',
    theme: 'odd labels',
    kind: 'number',
    sql: 'select count(*) from email where directioncode = 0',
  },
  {
    id: 'incoming-calls',
    ask: 'How many phone calls came in, rather than going out?',
    theme: 'odd labels',
    kind: 'number',
    sql: 'select count(*) from phonecall where directioncode = 0',
  },
  {
    id: 'fsc',
    ask: 'In how many phone calls did somebody ask whether teak is FSC-certified?',
    theme: 'notes',
    kind: 'number',
    sql: "select count(*) from phonecall where description like '%FSC%'",
  },
  {
    id: 'high-priority-open',
    ask: 'How many activities that are open or scheduled have high priority?',
    theme: 'count',
    kind: 'number',
    sql: `select count(*) from activitypointer where ${OPEN} and prioritycode = 2`,
  },
  {
    id: 'quiet-accounts',
    ask:
      'For which active accounts was no activity completed in the last 30 days, counting activities about their ' +
      'contacts, deals and cases, and the closing of deals and cases, too?',
    theme: 'quiet',
    trap: 'looks at activities about the account alone',
    kind: 'list',
    of: 'account',
    sql: `select name from account a where statecode = 0 and not exists (select 1 from (${TOUCHES}) t
      where t.accountid = a.accountid and t.statecode = 1 and date(local(t.actualend)) >= date(today(), '-30 days'))`,
  },
  {
    id: 'never-touched',
    ask: 'How many accounts have no activity at all, not even about their contacts, deals or cases?',
    theme: 'quiet',
    who: LEADERS,
    kind: 'number',
    sql: `select count(*) from account where accountid not in (select accountid from (${TOUCHES}))`,
  },
  {
    id: 'nothing-on-the-account-itself',
    ask: 'How many active accounts have no activity that is about the account itself?',
    theme: 'quiet',
    kind: 'number',
    sql: `select count(*) from account a where statecode = 0
      and not exists (select 1 from activitypointer p where p.regardingobjectid = a.accountid)`,
  },
  {
    id: 'activities-of-thistledown',
    ask: 'How many activities of all kinds are there about Thistledown Homes, its contacts, its deals and its cases?',
    theme: 'activities',
    trap: 'leaves out the closings of deals, or the contacts',
    kind: 'number',
    sql: `select count(*) from ${touched('Thistledown Homes')}`,
  },
  {
    id: 'last-touch-of-ashcombe',
    ask: 'When did the last completed activity about Ashcombe Joinery Ltd, its contacts, deals or cases end?',
    theme: 'activities',
    kind: 'date',
    sql: `select max(date(local(${DONE}))) from ${touched('Ashcombe Joinery Ltd')} where statecode = 1`,
  },
  {
    id: 'calls-and-mails-of-wren',
    ask: 'How many e-mails and phone calls together concern Wren & Fowler Architects, its contacts, deals or cases?',
    theme: 'activities',
    kind: 'number',
    sql: `select count(*) from ${touched('Wren & Fowler Architects')} where activitytypecode in ('email', 'phonecall')`,
  },
  {
    id: 'planned-with-ashcombe',
    ask: 'How many activities are still open or scheduled about Ashcombe Joinery Ltd, its contacts, deals and cases?',
    theme: 'activities',
    trap: 'counts what is about the account itself alone, or what is done, too',
    kind: 'number',
    sql: `select count(*) from ${touched('Ashcombe Joinery Ltd')} where ${OPEN}`,
  },
  {
    id: 'next-for-me',
    ask: 'On which date, today or later, is the next of my open or scheduled activities due?',
    theme: 'activities',
    who: REP,
    trap: 'takes an overdue one for the next',
    kind: 'date',
    sql: `select min(date(local(scheduledend))) from activitypointer
      where ${OPEN} and ownerid = me() and date(local(scheduledend)) >= today()`,
  },
  {
    id: 'busiest-caller',
    ask: 'Which person has the most completed phone calls?',
    theme: 'top',
    who: LEADERS,
    kind: 'one of',
    of: 'person',
    sql: `select name from (select ${owner('p')} as name, rank() over (order by count(*) desc) as place
      from phonecall p where statecode = 1 group by 1) where place = 1`,
  },
  {
    id: 'callum-done',
    ask: 'How many tasks did Callum Fraser complete?',
    theme: 'count',
    who: LEADERS,
    kind: 'number',
    sql: `select count(*) from task where statecode = 1 and ownerid = ${user('Callum Fraser')}`,
  },
  {
    id: 'left-with-open-work',
    ask: 'How many open or scheduled activities are in the name of people who have left?',
    theme: 'people who left',
    who: LEADERS,
    kind: 'number',
    sql: `select count(*) from activitypointer where ${OPEN}
      and ownerid in (select systemuserid from systemuser where isdisabled = 1)`,
  },
  {
    id: 'brass-notes',
    ask: 'In the notes, how many say that somebody prefers brass to steel?',
    theme: 'notes',
    kind: 'number',
    sql: "select count(*) from annotation where notetext like '%brass to steel%'",
  },
  {
    id: 'gate-width',
    ask: 'Our notes mention how wide a gate is on a site. How many metres?',
    theme: 'notes',
    kind: 'number',
    sql: `select distinct cast(substr(notetext, instr(notetext, 'gate is ') + 8, 3) as real)
      from annotation where notetext like '%gate is%'`,
  },
  {
    id: 'budget-deals',
    ask: 'Which deals have a note about the budget?',
    theme: 'notes',
    who: LEADERS,
    kind: 'list',
    of: 'opportunity',
    sql: `select o.name from annotation n join opportunity o on o.opportunityid = n.objectid
      where n.subject = 'Budget'`,
  },
  {
    id: 'deckmasters-notes',
    ask: 'How many notes mention Deckmasters?',
    theme: 'notes',
    kind: 'number',
    sql: "select count(*) from annotation where notetext like '%Deckmasters%'",
  },
  {
    id: 'pdf-notes',
    ask: 'How many notes have a PDF attached?',
    theme: 'notes',
    trap: 'goes by the type alone, which one scanner gave as plain text',
    kind: 'number',
    sql: "select count(*) from annotation where mimetype = 'application/pdf' or filename like '%.pdf'",
  },
]
