import { SWITCH_KINDS } from '../../../shared/grants/switches/kinds.ts'
import { quoted } from '../../doctor/wire/plain-text.ts'
import { type Answer, askApp } from '../app/ask-app.ts'
import { type Desk, Misuse, type Run } from '../desk.ts'
import { findPerson } from '../find-person.ts'
import { clean, column, time } from '../render.ts'
import { confirm } from './confirm.ts'
import { findClient } from './end.ts'
import { printRows, rowsIn, shown } from './look.ts'

const SWITCHES = [
  column('kind', 'kind'),
  column('name', 'name', true),
  time('off since', 'since'),
  column('message', 'message'),
]

export const switches: Run = async (desk, [who]) => {
  const person = who === undefined ? {} : { person: await findPerson(desk.context, who) }
  const answer = await askApp(desk, { command: 'switches', ...person })
  shown(desk, answer, () => {
    const off = rowsIn(answer, 'switches')
    printRows(desk, SWITCHES, off, 'Everything is on.')
    if (who === undefined && off.some(({ kind }) => kind === 'person'))
      desk.print('A person is kept under a mark that tells no name; of one: npm run admin -- switches <person>')
    const { person: asked } = answer as { readonly person?: { readonly off?: unknown } }
    if (asked !== undefined) desk.print(`${clean(who ?? '')} is ${asked.off === true ? 'off' : 'on'}.`)
  })
}

const HOW =
  'Say: switch off|on tool <name>, person <person>, client <id>, writes, registration, or everything, which alone takes --message, for what people are told.'

export const setSwitch: Run = async (desk, args) => {
  const asked = await readSwitch(desk, args)
  if (asked.off && asked.kind === 'everything')
    await confirm(desk, 'everything', 'This turns the app off for everybody.')
  const answer = await askApp(desk, { command: 'switch', ...asked })
  shown(desk, answer, () => {
    const name = args.slice(2).map(clean).join(' ')
    const state = asked.off ? 'off' : 'on'
    const was = answer['changed'] === false ? ' already' : ''
    desk.print(`${asked.kind}${name === '' ? '' : ` ${name}`} is${was} ${state}; every instance knows within a minute.`)
    if (asked.off) desk.print(`To undo: npm run admin -- switch on ${asked.kind}${name === '' ? '' : ` ${name}`}`)
  })
}

type Asked = Answer & { readonly kind: string; readonly off: boolean }

async function readSwitch(desk: Desk, [way, kind = '', name, ...more]: readonly string[]): Promise<Asked> {
  if ((way !== 'off' && way !== 'on') || more.length > 0) throw new Misuse(HOW)
  const off = way === 'off'
  const { message } = desk.options
  if (message !== undefined && !(off && takesMessage(kind)))
    throw new Misuse('--message belongs to “switch off everything”, and to nothing else.')
  const common = { kind, off, ...(message !== undefined && { message }) }
  switch (kind) {
    case 'writes':
    case 'registration':
    case 'everything':
      if (name !== undefined) throw new Misuse(`${kind} takes no name. ${HOW}`)
      return common
    case 'person':
      return { ...common, person: await findPerson(desk.context, named(name)) }
    case 'client':
      return { ...common, name: await findClient(desk, named(name), off ? [] : await clientsOff(desk)) }
    case 'tool':
      return { ...common, name: named(name) }
    default:
      throw new Misuse(`${quoted(kind)} cannot be switched. ${HOW}`)
  }
}

/** One may be off with which nobody has signed in, or whose row was deleted: it must be possible to switch it on. */
async function clientsOff(desk: Desk): Promise<readonly string[]> {
  const off = rowsIn(await askApp(desk, { command: 'switches' }), 'switches')
  return off.filter(({ kind }) => kind === 'client').map(({ name }) => String(name))
}

const takesMessage = (kind: string): boolean =>
  Object.entries(SWITCH_KINDS).some(([name, { hasMessage }]) => name === kind && hasMessage)

function named(name: string | undefined): string {
  if (name === undefined) throw new Misuse(HOW)
  return name
}
