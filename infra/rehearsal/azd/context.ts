import type { Arm } from '../../../test/sandbox/azure/arm/arm.ts'
import type { GraphClient } from '../../../test/sandbox/azure/arm/deployment/graph-resources.ts'
import type { Resource } from '../../../test/sandbox/azure/arm/resources/world.ts'

/** Everything that azd and its hooks print. */
export type Transcript = { readonly write: (text: string) => void }

/** Who is signed in to azd. */
export type Principal = {
  readonly objectId: string
  readonly name: string
  readonly type: 'User' | 'ServicePrincipal'
}

/** What azd works on: Azure, and what its child processes need to reach it. */
export type Cloud = {
  readonly arm: Arm
  /** Microsoft Graph with the principal's own token, for templates of the Graph extension. */
  readonly graph?: GraphClient
  /** Added to the environment of hooks, so that real host names reach the stand-ins. */
  readonly environment: () => Readonly<Record<string, string>>
  /** Folders put first on the hooks' PATH: the stand-in for `az`. */
  readonly path: readonly string[]
  /** Takes the zip of `azd deploy`: the app runs from it afterwards. */
  readonly deployZip: (site: Resource, zip: Uint8Array) => Promise<void>
}

export type Compiled = { readonly template: unknown; readonly warnings: readonly string[] }
/** `bicep build` as azd runs it; refuses by throwing the compiler's text. */
export type Build = (file: string) => Promise<Compiled>

export type Ran = { readonly code: number; readonly output: string }
/** Starts a program and hands on what it prints. */
export type Run = (
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string
    readonly env: Readonly<Record<string, string>>
    readonly onOutput?: (text: string) => void
  },
) => Promise<Ran>

/** One call of azd on one project. */
export type Context = {
  readonly projectDir: string
  readonly cloud: Cloud
  readonly principal: Principal
  readonly transcript: Transcript
  readonly version: string
  /** `linux` and `darwin` take a hook's `posix` part, `win32` its `windows` part. */
  readonly platform: NodeJS.Platform
  /** azd's own environment. */
  readonly processEnv: Readonly<Record<string, string>>
  readonly build: Build
  readonly run: Run
  /** Milliseconds. */
  readonly now: () => number
}
