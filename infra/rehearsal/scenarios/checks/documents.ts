import { runbookCommands } from '../../documents/runbook.ts'
import { shellTrick } from '../../documents/shells.ts'
import { troubleCommands } from '../../documents/troubleshooting.ts'
import { writingCommands } from '../../documents/writing.ts'
import { RehearsalFailure, type Scenario } from '../scenario.ts'

/** The runbook, and pages in its form. */
const PAGES = [
  undefined,
  'infra/costs.md',
  'infra/custom-domain.md',
  'infra/pipeline.md',
  'infra/private-network.md',
  'infra/repository.md',
]

export const documents: Scenario = {
  name: 'documents',
  title: 'every command of runbook and troubleshooting is typed alike in bash, PowerShell and cmd',
  run: ({ project: { dir } }) => {
    const pages = PAGES.flatMap((page) => runbookCommands(dir, page))
    const lines = [...pages.map(({ line }) => line), ...troubleCommands(dir), ...writingCommands(dir)]
    const bad = lines.flatMap((line) => {
      const trick = shellTrick(line)
      return trick === undefined ? [] : [`not every shell takes "${line}": ${trick}`]
    })
    return bad.length === 0 ? Promise.resolve() : Promise.reject(new RehearsalFailure(bad.join('\n')))
  },
}
