import { end } from './commands/end.ts'
import { clients, keys, reports, sessions, terms } from './commands/look.ts'
import { purge } from './commands/purge.ts'
import { asked, people, usage, whoRead, why } from './commands/questions.ts'
import { setSwitch, switches } from './commands/switches.ts'
import type { Command, Options } from './desk.ts'

const APP = ['json', 'url', 'clientId', 'trust'] as const satisfies readonly (keyof Options)[]
const AUDIT = ['json', 'days', 'workspace'] as const satisfies readonly (keyof Options)[]

/** `least` and `most` words behind the name. */
type Known = Command & { readonly least: number; readonly most: number }

/** By the words that are typed. */
export const COMMANDS: Readonly<Record<string, Known>> = {
  people: { takes: '', does: 'who uses the app, from the audit', least: 0, most: 0, options: AUDIT, run: people },
  sessions: { takes: '<person>', does: 'their running connections', least: 1, most: 1, options: APP, run: sessions },
  end: {
    takes: '<person> | <session> | client <id> | all',
    does: 'ends connections, on every instance within a minute',
    least: 1,
    most: 2,
    options: [...APP, 'yes'],
    run: end,
  },
  purge: {
    takes: '<person>',
    does: 'ends their connections, and deletes what the app’s tables hold of them',
    least: 1,
    most: 1,
    options: [...APP, 'yes'],
    run: purge,
  },
  clients: {
    takes: '',
    does: 'every client that somebody signed in with',
    least: 0,
    most: 0,
    options: APP,
    run: clients,
  },
  switches: { takes: '[<person>]', does: 'what is switched off', least: 0, most: 1, options: APP, run: switches },
  switch: {
    takes: 'off|on tool <name> | person <person> | client <id> | writes | registration | everything',
    does: 'switches it off or on, on every instance within a minute',
    least: 2,
    most: 3,
    options: [...APP, 'yes', 'message'],
    run: setSwitch,
  },
  usage: {
    takes: '',
    does: 'calls, sign-ins, reports and errors, from the audit',
    least: 0,
    most: 0,
    options: AUDIT,
    run: usage,
  },
  keys: {
    takes: '',
    does: 'versions of the sealing key, and ends that are known',
    least: 0,
    most: 0,
    options: APP,
    run: keys,
  },
  reports: {
    takes: '',
    does: 'which reports are offered, hidden or refused',
    least: 0,
    most: 0,
    options: APP,
    run: reports,
  },
  terms: {
    takes: '',
    does: 'which words of the company are offered, hidden or refused',
    least: 0,
    most: 0,
    options: APP,
    run: terms,
  },
  'who-read': {
    takes: '<table>/<id>',
    does: 'who read a record, from the audit',
    least: 1,
    most: 1,
    options: AUDIT,
    run: whoRead,
  },
  asked: { takes: '<person>', does: 'what they asked, from the audit', least: 1, most: 1, options: AUDIT, run: asked },
  why: {
    takes: '<time in UTC> | <id>',
    does: 'why a sign-in failed at a time, or what is behind an id, from the audit',
    least: 1,
    most: 2,
    options: AUDIT,
    run: why,
  },
}

const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length))

export const HELP = `Usage: npm run admin -- <command> [options]

What an administrator asks of a deployment, as whoever is signed in to az: the app by the app
role Administrator, the audit by the role Log Analytics Data Reader on its workspace.

${Object.entries(COMMANDS)
  .map(
    ([name, { takes, does }]) =>
      `  ${name.padEnd(width)}  ${takes === '' ? does : `${takes}\n  ${' '.repeat(width)}  ${does}`}`,
  )
  .join('\n')}

A <person> is a sign-in name or an object id of Entra. Times are UTC.

  --json              prints what came back as JSON; for a program that reads it:
                      npm run --silent admin -- <command> --json
  --yes               “end all”, “purge” and “switch off everything” without a question
  --days <n>          how far back the audit is asked, 1 to 4000
  --message <text>    with “switch off everything”: what people are told
  --url <address>     where the app is; else the azd environment says it
  --client-id <id>    the app registration; else the azd environment says it
  --trust <origin>    with --url and --client-id and without an azd environment: the app’s own
                      address, as https://<host>; the token is sent nowhere else
  --workspace <id>    Workspace ID of log-audit-…; else the azd environment says it
  --help              prints this

Ends with 0 when it was done, with 1 when it was not, with 2 for wrong usage.`
