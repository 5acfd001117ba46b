import { AGE_RULE, oldVersions, type OldVersion } from './api-age.ts'
import { buildTemplate, type Diagnostic, type Template } from './build.ts'
import { localConfig, type ConfigChanges } from './config.ts'

export type LayerCheck = {
  readonly file: string
  /** Errors and warnings but those of the rule that ages. */
  readonly problems: readonly Diagnostic[]
  readonly old: readonly OldVersion[]
  readonly template: Template | undefined
}

/** Compiles layers as azd does, linter included, the Graph types taken from this machine. */
export const checkLayers = async (
  files: readonly string[],
  config?: string,
  changes: ConfigChanges = {},
): Promise<LayerCheck[]> => {
  const used = await localConfig(config, changes)
  return Promise.all(
    files.map(async (file) => {
      const { template, diagnostics } = await buildTemplate(file, { config: used })
      const problems = diagnostics.filter(({ rule }) => rule !== AGE_RULE)
      return { file, problems, old: oldVersions(diagnostics), template }
    }),
  )
}

/** A finding as one line without the compiler's link. */
export const describeProblem = (
  { file, line, level, rule, message }: Diagnostic,
  nameOf: (file: string) => string,
): string => `${nameOf(file)}:${line}: ${level} ${rule}: ${message.replace(/ \[https:[^\]]*\]$/, '')}`
