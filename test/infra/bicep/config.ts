import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE } from '../bicep-cli.ts'
import { graphExtension } from '../graph-types/extension.ts'
import { AGE_RULE } from './api-age.ts'
import { digestOf, keepFile } from './cache.ts'

/** The configuration that azd compiles with. */
export const PROJECT_CONFIG = join(import.meta.dirname, '../../../infra/bicepconfig.json')

const GRAPH = 'microsoftGraphV1'

type Rule = { level: string; [option: string]: unknown }
type Config = {
  extensions?: Record<string, string>
  analyzers: { core: { rules: Record<string, Rule> } }
}
export type ConfigChanges = {
  /**
   * Days after which an API version is too old; default: what the configuration says. Given, the newest that the compiler
   * knows is named: by itself the rule waits until a version is 90 days old, so that what it says changes from day to day.
   * @see https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter-rule-use-recent-api-versions
   */
  readonly maxAgeInDays?: number
}

const withAge = (config: Config, maxAgeInDays: number): Config => {
  const { core } = config.analyzers
  const rule = { level: 'warning', ...core.rules[AGE_RULE], maxAgeInDays, gracePeriodInDays: 0 }
  return { ...config, analyzers: { core: { ...core, rules: { ...core.rules, [AGE_RULE]: rule } } } }
}

/**
 * Writes a configuration like `base` (default: the project's), its rules included, but with the Graph types of this
 * machine, and returns its path. Needs the Bicep CLI: call `findBicep()` first.
 */
export const localConfig = async (base = PROJECT_CONFIG, { maxAgeInDays }: ConfigChanges = {}): Promise<string> => {
  const config = JSON.parse(await readFile(base, 'utf8')) as Config
  const packageFile = await graphExtension()
  const extensions = { ...config.extensions, [GRAPH]: packageFile }
  const text = JSON.stringify({ ...(maxAgeInDays === undefined ? config : withAge(config, maxAgeInDays)), extensions })
  const file = join(CACHE, 'configs', digestOf([text]), 'bicepconfig.json')
  await keepFile(file, text)
  return file
}
