import type { Platform } from '../seed/platform/platform.ts'
import type { Preferences } from './preferences.ts'
import type { Reader } from '../security/security.ts'

/** One authenticated request to the Web API. */
export type ApiRequest = {
  /** Decoded segments below `/api/data/v9.x/`. */
  readonly path: readonly string[]
  /** Decoded query options. */
  readonly query: ReadonlyMap<string, string>
  /** The query as it was sent, without a skip token: next links repeat it. */
  readonly sentQuery: string
  readonly preferences: Preferences
  readonly reader: Reader
  /** `If-None-Match` as it was sent. */
  readonly ifNoneMatch?: string
  /** `http://…/api/data/v9.2/`. */
  readonly base: string
  readonly platform: Platform
}

/** A request that changes rows. */
export type WriteRequest = ApiRequest & {
  readonly method: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  readonly newId: () => string
}

export type Json = { readonly [key: string]: unknown }
export type Answer = {
  readonly status: number
  readonly body: Json | string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
}
export type MutableJson = Record<string, unknown>
