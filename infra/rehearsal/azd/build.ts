import { relative } from 'node:path'
import { findBicep } from '../../../test/infra/bicep-cli.ts'
import { buildTemplate } from '../../../test/infra/bicep/build.ts'
import { localConfig } from '../../../test/infra/bicep/config.ts'
import { configOf } from '../../../test/infra/bicep/sources.ts'
import type { Build } from './context.ts'
import { AzdError } from './errors.ts'

/**
 * Compiles a layer with the pinned Bicep and the configuration that lies nearest to it, whose Graph types are taken from here
 * instead of from Microsoft's registry.
 * @throws AzdError with the compiler's errors
 */
export const buildBicep: Build = async (file) => {
  const found = await findBicep()
  if (!found.available) throw new AzdError(`failed to compile bicep template: no Bicep: ${found.why}`)
  const { template, diagnostics } = await buildTemplate(file, { config: await localConfig(configOf(file)) })
  const lines = diagnostics.map(
    ({ level, rule, message, file: place, line }) => `${relative('', place)}(${line}) : ${level} ${rule}: ${message}`,
  )
  if (template === undefined) throw new AzdError(`failed to compile bicep template: ${lines.join('\n')}`)
  return { template, warnings: lines }
}
