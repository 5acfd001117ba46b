import { afterAll, beforeAll } from '@jest/globals'
import { main } from '../../../infra/admin/cli.ts'
import { appointAdministrator } from '../../sandbox/azure/desk/appoint.ts'
import { type Desk, startDesk } from '../../sandbox/azure/desk/start-desk.ts'
import type { Sandbox } from '../../sandbox/start-sandbox.ts'
import { callMain } from './caller.ts'
import { ELENA } from '../support/oauth.ts'
import { useSandbox } from '../support/suite.ts'
import { admin, type Ended, jsonIn } from './command.ts'

export type Laptop = {
  readonly sandbox: () => Sandbox
  readonly desk: () => Desk
  /** Calls the command line's own function. */
  readonly type: (...args: readonly string[]) => Promise<Ended>
  /** Runs the program, as administrators do: what it alone can show. */
  readonly program: (...args: readonly string[]) => Promise<Ended>
  readonly json: (...args: readonly string[]) => Promise<Readonly<Record<string, unknown>>>
}

/** Elena administers; a laptop with `az` and `azd` beside a sandbox with an audit table. */
export function useLaptop(): Laptop {
  const sandbox = useSandbox({ deployed: true, audit: true })
  let desk: Desk | undefined
  beforeAll(async () => {
    appointAdministrator(sandbox(), ELENA)
    desk = await startDesk(sandbox(), ELENA)
  })
  afterAll(() => desk?.close())
  const theDesk = (): Desk => {
    if (!desk) throw new Error('the desk is not started')
    return desk
  }
  const type: Laptop['type'] = (...args) => callMain(main, args, theDesk().environment)
  const program: Laptop['program'] = (...args) => admin(args, theDesk().environment)
  return { sandbox, desk: theDesk, type, program, json: async (...args) => jsonIn(await type(...args, '--json')) }
}
