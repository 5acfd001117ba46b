import type { EventName } from '../../shared/telemetry/events.ts'

export type EventAdvice = {
  readonly means: string
  /** What an administrator does about it; absent where that is nothing. */
  readonly cure?: string
  /** Path below `infra/monitor/queries`, without `.kql`: what shows it. */
  readonly query?: string
}

const BY_ID = 'questions/what-is-behind-id'
const BY_RECORD = 'questions/who-changed-record'
const BY_DAY = 'questions/changes-per-person'

/** Every event there is: one without a row here does not compile. */
export const EVENT_ADVICE: Readonly<Record<EventName, EventAdvice>> = {
  'client.registered': { means: 'a client registered; nothing of it is stored until somebody signs in with it' },
  'client.refused': {
    means: 'a registration, client or address was refused; `settings` names what would admit it',
    cure: 'is it a client that your people use: [its section](clients.md); else nothing',
    query: BY_ID,
  },
  'consent.shown': { means: 'our consent page was shown' },
  'consent.approved': {
    means: 'somebody pressed Continue and went to Microsoft',
    query: 'questions/sign-ins-without-outcome',
  },
  'consent.denied': { means: 'somebody pressed Cancel' },
  'authorize.refused': {
    means: 'a client asked for a sign-in in a way that is not allowed; `code` and `reason` say which',
    cure: 'tell whoever makes the client; nothing of ours is wrong',
    query: BY_ID,
  },
  'signin.completed': {
    means: 'somebody has connected; `scope` says to do what',
    query: 'metrics/sign-in-success',
  },
  'signin.failed': {
    means: 'Microsoft or Dynamics refused a sign-in',
    cure: 'look its `code` up in the first table of this page',
    query: 'questions/why-did-sign-in-fail',
  },
  'entra.fault': {
    means: 'Microsoft refuses the app itself, not a person; refreshes wait, nothing is lost',
    cure: 'look its `code` up in the first table of this page',
    query: 'alerts/sign-in/entra-refuses-app',
  },
  'token.issued': {
    means: 'a client got tokens, at first or by a refresh; `scope` says for what',
    query: 'metrics/refresh-outcomes',
  },
  'token.refused': {
    means: 'a client got none; `reason` says why (`expired`, `revoked`, `entra-refused`, `client-ended` and the like)',
    cure: 'the person connects anew; where it comes hourly for many: [Conditional Access by place](#signing-in-what-microsoft-shows)',
    query: 'metrics/refresh-outcomes',
  },
  'code.reused': {
    means: 'a sign-in code was used twice, with proof: perhaps by somebody else; that connection has ended',
    cure: 'ask the person where they connect from',
    query: 'alerts/sign-in/token-reused',
  },
  'refresh.reused': {
    means: 'a replaced refresh token was used: perhaps by somebody else; that connection has ended',
    cure: 'ask the person where they connect from',
    query: 'alerts/sign-in/token-reused',
  },
  'refresh.repeated': {
    means: 'a refresh token came twice within its grace: a lost answer, or somebody beside its owner',
    cure: 'nothing at first; the third within a week ends the connection by itself',
    query: 'alerts/sign-in/token-reused',
  },
  'grant.revoked': { means: 'a client gave its token back: somebody has disconnected' },
  'grant.ended': {
    means: 'a connection was ended: by its person (`step` `me`), or by an administrator (`manage`)',
    query: 'questions/what-is-behind-id',
  },
  'me.opened': { means: 'somebody signed in to see their own connections' },
  'me.failed': {
    means: 'Microsoft refused a sign-in to the page of one’s own connections',
    cure: 'look its `code` up in the first table of this page',
    query: 'questions/what-is-behind-id',
  },
  'change.previewed': {
    means: 'a change was prepared and shown to whoever asked; nothing was written',
    query: BY_DAY,
  },
  'change.attempted': {
    means: 'a change was sent to Dynamics 365; without one of the next three behind it, a worker died',
    cure: 'look at the record: a new one has the key `changeId`',
    query: 'questions/changes-without-outcome',
  },
  'change.applied': {
    means: 'a change was made; `recordId` and `columns` say of what, never which values',
    query: BY_RECORD,
  },
  'change.refused': {
    means: 'a change was not made; `code` says why',
    cure: '`change_altered` and `invalid_change` again and again: ask the person what their client does',
    query: BY_DAY,
  },
  'change.unknown': {
    means: 'nobody can say whether a change was made; the same call sent again tells',
    cure: 'look at the record: a new one has the key `changeId`',
    query: 'questions/changes-without-outcome',
  },
  'change.declined': { means: 'a person was asked and said no', query: BY_DAY },
  'scope.challenged': {
    means: 'a client was told to ask the person for the permission to write',
    cure: 'nothing; where a client never asks them, `WRITE_SCOPE_AT_CONNECT` has it ask when it connects',
    query: BY_ID,
  },
  'tool.called': {
    means: 'a question was answered, or with `outcome` `error` was not; `code` says why',
    query: 'questions/what-did-person-ask',
  },
  'resource.read': { means: 'a client read a view or a report’s text' },
  'hides.unmatched': {
    means:
      '`MODEL_HIDES` names a table or a column that this environment does not have; `reason` has the entries: they hide nothing',
    cure: 'correct them: [what models do not get](README.md#what-models-do-not-get)',
  },
  'writes.unmatched': {
    means:
      '`WRITE_POLICY` names a table or a column that this environment does not have; `reason` has the entries: they open nothing',
    cure: 'correct them: [switching it on](writing.md#switching-it-on)',
  },
  'prompt.read': { means: 'somebody chose a report from the client’s list of prompts' },
  'reports.loaded': { means: 'an instance read the deployment’s own reports' },
  'reports.unavailable': {
    means: 'table `reports` did not answer; the last good reports go on',
    cure: '`npm run doctor -- https://<your app>/mcp --deep`, line `reports`',
  },
  'report.skipped': {
    means: 'an own report cannot be used; `reason` says why',
    cure: '`npm run reports -- check <folder>`, mend it, then `npm run reports -- upload <folder>`',
  },
  'terms.loaded': { means: 'an instance read the company’s own words' },
  'terms.unavailable': {
    means: 'table `reports` did not give the words; the last good ones go on, at first those that are built in',
    cure: '`npm run doctor -- https://<your app>/mcp --deep`, line `terms`',
  },
  'term.skipped': {
    means: 'an own word cannot be used; `kind` says which, `reason` why; a built-in one of its slug stays',
    cure: '`npm run terms -- check <folder>`, mend it, then `npm run terms -- upload <folder>`',
  },
  'mcp.refused': {
    means: 'a request to `/mcp` was refused before any tool: no token of ours, one that has ended, a foreign web page',
    cure: 'with `grantId` the client refreshes by itself; without, somebody tries tokens: nothing',
    query: BY_ID,
  },
  'manage.called': { means: 'an administrator looked inside, or changed something; `step` is the command' },
  'manage.refused': {
    means: 'somebody was not let into `/manage`; `code` says why',
    cure: '`no-role`: `npm run assign -- --administrator <person>`, if they should be',
    query: BY_ID,
  },
  'switch.set': { means: 'an administrator switched something off or on; `kind` says what' },
  'rate.limited': {
    means: 'failures of one address, client or connection have reached 100, 1,000, … in ten minutes',
    cure: 'find the refusals before it, by the same `clientAddress` or `clientId`',
    query: 'metrics/errors-by-type',
  },
  'limit.reached': {
    means:
      'a person, or all together, used up what a minute or a day allows, or more waited than can be answered; `code` says which',
    cure: 'is it a person at work: raise the setting that the answer names; is it a program: talk to them, or `npm run admin -- end <person>`',
    query: 'metrics/errors-by-type',
  },
  'request.refused': { means: 'a request was malformed; `code` says how', query: BY_ID },
  'request.failed': {
    means: 'the app could not answer: a service did not (503), or the fault is ours (500); `reason` names it',
    cure: '`npm run doctor -- https://<your app>/mcp --deep`; a 500 with its correlation id is worth a report to us',
    query: 'alerts/service/server-errors',
  },
  'config.invalid': {
    means: 'settings are wrong, `settings` names each; the app answers 503 until they are right',
    cure: '`azd env set <NAME> <value>`, then `azd provision platform`',
    query: 'alerts/service/settings-invalid',
  },
  'sweep.completed': {
    means: 'the hourly sweep has deleted what expired; with `outcome` `error` it did not finish',
    cure: 'where it fails twice running: `npm run doctor -- https://<your app>/mcp --deep`, line `storage`',
    query: 'alerts/upkeep/sweep-unfinished',
  },
  'key.checked': {
    means: 'how old the sealing key is',
    cure: 'after a year: runbook, step 9',
    query: 'alerts/upkeep/key-old',
  },
  'credential.checked': {
    means: 'how long the app’s certificate or secret lasts',
    cure: 'before it ends put a new one into the vault; better, use the managed identity',
    query: 'alerts/upkeep/credential-ends',
  },
  'noise.counted': { means: 'so many refusals of one `kind` in a minute were counted instead of written one by one' },
  'audit.failed': {
    means: 'events could not be put into the audit table; they stand in the log of the app',
    cure: 'is the role Monitoring Metrics Publisher on the rule still there: `azd provision platform --no-state`',
    query: 'alerts/upkeep/audit-lost',
  },
}
