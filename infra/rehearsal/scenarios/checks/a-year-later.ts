import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { AGE_RULE } from '../../../../test/infra/bicep/api-age.ts'
import { findBicep } from '../../../../test/infra/bicep-cli.ts'
import { buildTemplate } from '../../../../test/infra/bicep/build.ts'
import { describeProblem } from '../../../../test/infra/bicep/check-layers.ts'
import { localConfig } from '../../../../test/infra/bicep/config.ts'
import { AZD_VERSION } from '../../azd/commands/version.ts'
import { layersOf, loadProject } from '../../azd/project/load.ts'
import { must, type Scenario } from '../scenario.ts'

const YEAR = 365
/** Of the rule, where the configuration says nothing that it understands. */
const DEFAULT_LIMIT = 730

type Config = { analyzers: { core: { rules: Record<string, { maxAgeInDays?: number } | undefined> } } }

/** The clock a year ahead is the limit a year lower. */
const configOfThen = (dir: string): Promise<string> => {
  const file = join(dir, 'infra/bicepconfig.json')
  const config = JSON.parse(readFileSync(file, 'utf8')) as Config
  const limit = config.analyzers.core.rules[AGE_RULE]?.maxAgeInDays ?? DEFAULT_LIMIT
  return localConfig(file, { maxAgeInDays: limit - YEAR })
}

export const aYearLater: Scenario = {
  name: 'a-year-later',
  title: 'in a year, with nothing touched, azd still compiles every layer; our own check names what to renew',
  run: async (world) => {
    const { dir } = world.project
    const bicep = await findBicep()
    must(bicep.available, 'there is no Bicep compiler')
    const config = await configOfThen(dir)
    for (const { name, path } of layersOf(loadProject(dir, AZD_VERSION))) {
      const { diagnostics } = await buildTemplate(join(dir, path, 'main.bicep'), { config })
      const errors = diagnostics.filter(({ level }) => level === 'error')
      const error = errors.find(({ rule }) => rule === AGE_RULE) ?? errors[0]
      const why = error && describeProblem(error, (file) => relative(dir, file))
      must(error === undefined, `in a year azd no longer compiles layer ${name}: ${why ?? ''}`)
    }
    const { output } = await world.type(`npm run infra:check -- --max-age ${DEFAULT_LIMIT - YEAR}`)
    const other = output.split('\n').filter((line) => /^FAILED/.test(line) && !/too old, take \d{4}-/.test(line))
    must(other.length === 0, `the check of the templates says: ${other.join('; ')}`)
  },
}
