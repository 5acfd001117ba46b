import { clean } from '../render.ts'
import { type Desk, type Run } from '../desk.ts'
import { findPerson } from '../find-person.ts'
import type { Answer } from '../app/ask-app.ts'
import { confirm } from './confirm.ts'
import { goOn } from './end.ts'
import { shown } from './look.ts'

export const purge: Run = async (desk, [who = '']) => {
  const person = await findPerson(desk.context, who)
  const what = `This ends every connection of ${clean(who)} and deletes what the app’s tables hold of them.`
  await confirm(desk, clean(who), what)
  const deleted = new Map<string, number>()
  let last: Answer = {}
  const ended = await goOn(
    desk,
    { command: 'purge', person },
    (total) => `Ended so far: ${total}; deleted: ${listed(deleted)}.`,
    (answer) => {
      last = answer
      for (const [table, rows] of Object.entries(answer['deleted'] ?? {}))
        deleted.set(table, (deleted.get(table) ?? 0) + Number(rows))
    },
  )
  const { stays } = last
  const all = { command: 'purge', person, ended, deleted: Object.fromEntries(deleted), complete: true, stays }
  shown(desk, all, () => tell(desk, ended, deleted, stays))
}

const listed = (deleted: ReadonlyMap<string, number>): string =>
  [...deleted].map(([table, rows]) => `${rows} of ${clean(table)}`).join(', ') || 'nothing'

function tell({ print }: Desk, ended: number, deleted: ReadonlyMap<string, number>, stays: unknown): void {
  print(`Ended: ${ended}. Rows deleted: ${listed(deleted)}.`)
  print('What stays:')
  for (const one of Array.isArray(stays) ? stays : []) print(`  ${clean(String(one))}`)
  print('They can connect anew unless you take that away: npm run assign -- --remove <person>')
}
