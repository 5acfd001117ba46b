/** Storage did not answer, or answered with a fault of its own: nothing was decided, the caller may try again. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

/** A row's version; a write that names an older one is refused. */
export type ETag = string

/** Bytes sealed under a token (see `tokens/seal.ts`) and the id of the sealing key that was used. */
export type Sealed = { readonly keyId: string; readonly bytes: Uint8Array }

/** Row `grant`: the authority over all other rows of its partition. Times are epoch milliseconds. */
export type GrantRow = {
  readonly state: 'pending' | 'active' | 'revoked'
  readonly clientId: string
  /** HMAC of tenant and person: the partition of table `users`. */
  readonly userIndex: string
  readonly redirectUri: string
  readonly scope: string
  readonly resource: string
  readonly createdAt: number
  readonly expiresAt: number
  /** Access tokens issued and not yet cleared away, oldest first. */
  readonly access: readonly { readonly hash: string; readonly expiresAt: number }[]
  /** Replaced refresh tokens that came back after their successor was received, and when; those of a week. */
  readonly repeats?: readonly { readonly hash: string; readonly at: number }[]
}

export type CodeRow = {
  readonly expiresAt: number
  readonly used: boolean
  /** Stays with the "used" mark: only who proves possession of a used code ends its grant. */
  readonly codeChallenge?: string
  readonly sealed?: Sealed
}

export type AccessRow = { readonly expiresAt: number; readonly sealed: Sealed }

export type RefreshRow = {
  readonly expiresAt: number
  /** `live` may be used; `rotated` answers with its successor pair; of a `spent` one only the hash is left. */
  readonly state: 'live' | 'rotated' | 'spent'
  /** Hash of the refresh token that this one replaced. */
  readonly predecessor?: string
  /** Hash of the refresh token that replaced this one; absent in rows of 0.1.0. */
  readonly successor?: string
  /** When its client was first seen to hold it: its access token was opened at `/mcp`, or it was itself used. */
  readonly receivedAt?: number
  /** Set when the successor was used: after it the sweep may take the successor pair. */
  readonly graceUntil?: number
  readonly sealed?: Sealed
}

export type GrantRows = {
  readonly code: CodeRow
  readonly access: AccessRow
  readonly refresh: RefreshRow
}

/** Changes of one partition that take effect together, or not at all. */
export type GrantChange = {
  readonly grant: GrantRow
  readonly code?: { readonly hash: string; readonly row: CodeRow }
  readonly putAccess?: { readonly hash: string; readonly row: AccessRow }
  readonly dropAccess?: readonly string[]
  /** That the sweep will look at the grant in any case: else that is noted for the new access token. */
  readonly isNoted?: boolean
  readonly refresh?: readonly { readonly hash: string; readonly row: RefreshRow }[]
}

/** Table `grants`. Every method throws `StorageUnavailable` when the table cannot be reached. */
export type GrantStore = {
  readonly create: (grantId: string, grant: GrantRow, code: { hash: string; row: CodeRow }) => Promise<void>
  readonly readGrant: (grantId: string) => Promise<{ row: GrantRow; etag: ETag } | undefined>
  readonly readRow: <K extends keyof GrantRows>(
    grantId: string,
    kind: K,
    hash: string,
  ) => Promise<GrantRows[K] | undefined>
  /** `false` when row `grant` is no longer the one with that etag: read again. */
  readonly commit: (grantId: string, etag: ETag, change: GrantChange) => Promise<boolean>
  /**
   * Notes in the refresh row of that hash that its pair was received; takes no lock. A row that is gone stays gone: an
   * upsert would bring it back without its secret.
   */
  readonly markReceived: (grantId: string, hash: string, at: number) => Promise<void>
  /** When any row of the grant last changed, by storage's own clock (epoch ms). Lists the partition. */
  readonly lastChange: (grantId: string) => Promise<number | undefined>
  /** Deletes every row of a grant that has ended, row `grant` last. Resolves with how many there were. */
  readonly remove: (grantId: string) => Promise<number>
}

export type AuthMethod = 'none' | 'client_secret_post' | 'client_secret_basic'

/** A registration of 0.1.0, which rests in its row alone. */
export type ClientRow = {
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly authMethod: AuthMethod
  /** Base64url SHA-256; absent for a public client. */
  readonly secretHash?: string
}

export type ClientKind = 'registered' | 'document' | 'static'

/** What is written down of a client that a person signed in with. */
export type ClientUse = {
  readonly kind: ClientKind
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly authMethods: readonly AuthMethod[]
}

/** Table `clients`. */
export type ClientStore = {
  /** Only for client ids that 0.1.0 gave. */
  readonly read: (clientId: string) => Promise<ClientRow | undefined>
  /** Notes a completed sign-in (epoch ms), at most once a day for each client; what is noted has no end. */
  readonly used: (clientId: string, use: ClientUse, at: number) => Promise<void>
  /** What was written down of a client; `undefined` where nobody signed in with it. */
  readonly describe: (clientId: string) => Promise<KnownClient | undefined>
  /** The first `most`, in no order that means something. */
  readonly list: (most: number) => Promise<readonly KnownClient[]>
}

/** A row of table `clients`; 0.1.0 wrote fewer columns. Times are epoch milliseconds. */
export type KnownClient = {
  readonly clientId: string
  readonly name: string
  readonly kind?: string
  readonly redirectUris: readonly string[]
  readonly firstUsedAt?: number
  readonly lastUsedAt?: number
}

/** Something that an administrator has switched off. */
export type SwitchedOff = {
  /** A kind of `grants/switches/kinds.ts`, or one of a later version. */
  readonly kind: string
  /** Of a client what `clientRow` gives, of a person their user index, of a tool its name, else the kind itself. */
  readonly row: string
  /** Epoch milliseconds; absent in a row that somebody wrote by hand. */
  readonly since?: number
  readonly clientId?: string
  /** As the administrator wrote it. */
  readonly message?: string
}

/** Table `switches`: what an administrator has switched off; a row stands for as long as it is off. */
export type SwitchStore = {
  /** Every row, however many they are: one that was left out would be a switch that does nothing. */
  readonly list: () => Promise<readonly SwitchedOff[]>
  /** Writes or replaces a row. */
  readonly put: (off: SwitchedOff) => Promise<void>
  readonly remove: (kind: string, row: string) => Promise<void>
  readonly clientRow: (clientId: string) => string
}

/** Table `logins`: a running sign-in, sealed under Entra's `state`. */
export type LoginStore = {
  readonly create: (stateHash: string, row: { expiresAt: number; sealed: Sealed }) => Promise<void>
  readonly read: (stateHash: string) => Promise<{ expiresAt: number; sealed: Sealed; etag: ETag } | undefined>
  /** `true` for exactly one of several that try. */
  readonly consume: (stateHash: string, etag: ETag) => Promise<boolean>
}

/** Table `users`: which grants a person has, found by an HMAC, with no personal field. */
export type UserStore = {
  readonly add: (
    userIndex: string,
    grantId: string,
    row: { clientId: string; createdAt: number; expiresAt: number },
  ) => Promise<void>
  /** Grant ids of one person, ended ones among them until the sweep takes their rows. */
  readonly list: (userIndex: string) => Promise<readonly string[]>
  /** Forgets one grant of a person. */
  readonly remove: (userIndex: string, grantId: string) => Promise<void>
  /** Of everybody, a page at a time: for administrators. `next` is absent on the last page. */
  readonly page: (after?: string) => Promise<{ readonly rows: readonly UserRow[]; readonly next?: string }>
}

export type UserRow = { readonly userIndex: string; readonly grantId: string; readonly clientId: string }

/** Calls of one minute, changes of one hour, rows of one day (UTC); each of these is numbered from the epoch. */
export type Usage = Readonly<Record<'minute' | 'calls' | 'hour' | 'writes' | 'day' | 'rows', number>>
export type UsageRow = Usage & { readonly etag: ETag }

/** Table `limits`: what each person, and all together, used of what is limited, with no personal field. */
export type LimitStore = {
  /**
   * Changes a row by its ETag, as often as somebody else comes first, and resolves to what then stands there.
   * @param expiresAt epoch milliseconds
   * @param known spares the reading of a row that nobody else has changed
   */
  readonly add: (
    name: string,
    merge: (stands: Usage | undefined) => Usage,
    expiresAt: number,
    known?: UsageRow,
  ) => Promise<UsageRow>
  /** How many rows there were of that name. */
  readonly remove: (name: string) => Promise<number>
}

/** Writes, reads back and deletes a row of no meaning: whether this app may use its tables at all. */
export type StorageProbe = {
  /** The row ends at `expiresAt`, should its deletion fail. @throws ProbeFailed */
  readonly run: (row: string, expiresAt: number) => Promise<void>
}

export type ProbeStep = 'write' | 'read' | 'delete'

export class ProbeFailed extends StorageUnavailable {
  readonly step: ProbeStep
  constructor(step: ProbeStep, options?: ErrorOptions) {
    super(`the probe could not ${step}`, options)
    this.step = step
  }
}

/** What table `reports` holds, by partition: reports of the deployment, and its own words. */
export type EntryKind = 'report' | 'term'

/** An entry of table `reports` as somebody wrote it: nothing of it has been checked. */
export type ReportEntry = {
  readonly slug: string
  readonly hidden: boolean
  /** JSON of a definition. */
  readonly definition?: string
}

/** One kind of table `reports`: what a deployment adds, puts in another's place or hides. The app only reads it. */
export type ReportStore = {
  /** The first `most` entries, by slug. */
  readonly list: (most: number) => Promise<readonly ReportEntry[]>
}

export type SweepResult = { readonly deleted: number; readonly kept: number; readonly finished: boolean }

/** Deletes what has expired (Table Storage has no time to live). */
export type Sweeper = {
  /** Stops, unfinished, once `until` (epoch ms) has passed. */
  readonly sweep: (until: number) => Promise<SweepResult>
}
