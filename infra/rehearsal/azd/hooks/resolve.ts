import { existsSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, isAbsolute, resolve } from 'node:path'
import { AzdError } from '../errors.ts'
import type { HookConfig, PlainHook } from '../project/schema.ts'

export type HookKind = 'sh' | 'pwsh' | 'js'
export type ResolvedHook = {
  readonly name: string
  readonly kind: HookKind
  /** A file to run, or for a shell the text of a script. */
  readonly script: { readonly file: string } | { readonly inline: string }
  readonly cwd: string
  readonly continueOnError: boolean
  readonly interactive: boolean
}

const BY_EXTENSION: Readonly<Record<string, HookKind>> = {
  '.sh': 'sh',
  '.ps1': 'pwsh',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
}

/** One system's override replaces what it names. */
const forPlatform = ({ windows, posix, ...own }: HookConfig, platform: NodeJS.Platform): PlainHook => ({
  ...own,
  ...(platform === 'win32' ? windows : posix),
})

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

const mustStayInside = (path: string, projectDir: string, what: string): void => {
  const way = relative(projectDir, path)
  if (way.startsWith('..') || isAbsolute(way))
    throw new AzdError(`${what} '${path}' escapes project root '${projectDir}'`)
}

const kindOf = (name: string, hook: PlainHook, file: string | undefined): HookKind => {
  const kind = hook.kind ?? hook.shell ?? (file === undefined ? undefined : BY_EXTENSION[extname(file)])
  if (kind === undefined)
    throw new AzdError(
      `unable to determine the kind of hook '${name}'. Set 'kind' or 'shell', or use a known file extension`,
    )
  if (kind === 'sh' || kind === 'pwsh' || kind === 'js') return kind
  throw new AzdError(`hooks of kind '${kind}' are not known to this emulation of azd`)
}

/**
 * Where a hook's script is and in which folder it runs: azd's pkg/ext/models.go. Paths are relative to `base` (the project,
 * or the layer's folder) and may not leave the project; a program's folder is its script's, a shell's the base.
 */
export const resolveHook = (
  name: string,
  config: HookConfig,
  { base, projectDir, platform }: { base: string; projectDir: string; platform: NodeJS.Platform },
): ResolvedHook => {
  const hook = forPlatform(config, platform)
  if (hook.run === undefined || hook.run === '') throw new AzdError('run is always required')
  if (hook.secrets !== undefined || hook.config !== undefined)
    throw new AzdError(`'secrets' and 'config' of hook '${name}' are not known to this emulation of azd`)
  const path = resolve(base, hook.run)
  const file = isFile(path) ? path : undefined
  const kind = kindOf(name, hook, file)
  if (file !== undefined) mustStayInside(file, projectDir, `script of hook '${name}'`)
  if (file === undefined && kind === 'js')
    throw new AzdError(
      `inline scripts are not supported for js hooks: '${hook.run}' of hook '${name}' is no file under ${base}`,
    )
  const folder = hook.dir === undefined ? undefined : join(base, hook.dir)
  if (folder !== undefined) mustStayInside(folder, projectDir, `dir of hook '${name}'`)
  return {
    name,
    kind,
    script: file === undefined ? { inline: hook.run } : { file },
    cwd: folder ?? (kind === 'js' && file !== undefined ? dirname(file) : base),
    continueOnError: hook.continueOnError ?? false,
    interactive: hook.interactive ?? false,
  }
}
