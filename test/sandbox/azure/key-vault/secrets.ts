import { randomUUID } from 'node:crypto'
import { deletedSecretNotFound, disabledSecret, nameInTheBin, purgeProtected, secretNotFound } from './errors.ts'

export type Attributes = { readonly enabled?: boolean; readonly nbf?: number; readonly exp?: number }
export type NewVersion = {
  readonly value: string
  readonly contentType?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly attributes?: Attributes
}
export type SecretChange = Omit<NewVersion, 'value'>

type Version = {
  readonly id: string
  readonly value: string
  contentType: string | undefined
  tags: Readonly<Record<string, string>> | undefined
  attributes: Attributes & { enabled: boolean; created: number; updated: number }
}
type Secret = { readonly versions: Version[]; deletedAt: number | undefined }

/** What a vault promises about what is deleted. */
export type Recovery = { readonly purgeProtection: boolean; readonly retentionDays: number }
export type Item = Readonly<Record<string, unknown>>

const DAY_SECONDS = 86_400

function recoveryOf({ purgeProtection, retentionDays }: Recovery) {
  const customized = retentionDays === 90 ? '' : 'Customized'
  return {
    recoveryLevel: `${customized}Recoverable${purgeProtection ? '' : '+Purgeable'}`,
    recoverableDays: retentionDays,
  }
}

/** The secrets of one vault, by the rules of versions and soft delete; times in whole seconds, as Key Vault keeps them. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>()
  readonly #url: string
  readonly #recovery: () => Recovery
  readonly #now: () => number

  constructor(url: string, recovery: () => Recovery, now: () => number) {
    this.#url = url
    this.#recovery = recovery
    this.#now = () => Math.floor(now() / 1000)
  }

  /** Names differ in case only on paper: Key Vault ignores it. */
  #live(name: string): Secret {
    const secret = this.#secrets.get(name.toLowerCase())
    if (!secret || secret.deletedAt !== undefined) throw secretNotFound(name)
    return secret
  }

  #deleted(name: string): Secret & { deletedAt: number } {
    const secret = this.#secrets.get(name.toLowerCase())
    if (secret?.deletedAt === undefined) throw deletedSecretNotFound(name)
    return secret as Secret & { deletedAt: number }
  }

  #version(name: string, id: string): Version {
    const { versions } = this.#live(name)
    const version = id === '' ? versions.at(-1) : versions.find((one) => one.id === id)
    if (!version) throw secretNotFound(`${name}/${id}`)
    return version
  }

  #item(name: string, version: Version, withVersion: boolean): Item {
    const { contentType, tags, attributes } = version
    return {
      ...(contentType !== undefined && { contentType }),
      id: `${this.#url}/secrets/${name}${withVersion ? `/${version.id}` : ''}`,
      attributes: { ...attributes, ...recoveryOf(this.#recovery()) },
      ...(tags && { tags }),
    }
  }

  #deletedItem(name: string, { versions, deletedAt = 0 }: Secret, withVersion: boolean): Item {
    const newest = versions.at(-1)
    return {
      ...(newest && this.#item(name, newest, withVersion)),
      recoveryId: `${this.#url}/deletedsecrets/${name}`,
      deletedDate: deletedAt,
      scheduledPurgeDate: deletedAt + this.#recovery().retentionDays * DAY_SECONDS,
    }
  }

  set(name: string, { value, contentType, tags, attributes }: NewVersion): Item {
    const known = this.#secrets.get(name.toLowerCase())
    if (known?.deletedAt !== undefined) throw nameInTheBin(name)
    const at = this.#now()
    const id = randomUUID().replaceAll('-', '')
    const times = { created: at, updated: at }
    const version: Version = { id, value, contentType, tags, attributes: { enabled: true, ...attributes, ...times } }
    if (known) known.versions.push(version)
    else this.#secrets.set(name.toLowerCase(), { versions: [version], deletedAt: undefined })
    return { value, ...this.#item(name, version, true) }
  }

  get(name: string, id = ''): Item {
    const version = this.#version(name, id)
    if (!version.attributes.enabled) throw disabledSecret()
    return { value: version.value, ...this.#item(name, version, true) }
  }

  update(name: string, id: string, { contentType, tags, attributes }: SecretChange): Item {
    const version = this.#version(name, id)
    version.contentType = contentType ?? version.contentType
    version.tags = tags ?? version.tags
    version.attributes = { ...version.attributes, ...attributes, updated: this.#now() }
    return this.#item(name, version, true)
  }

  /** Of a name that never was: an empty list, as Key Vault answers. */
  versions(name: string): Item[] {
    const secret = this.#secrets.get(name.toLowerCase())
    if (!secret || secret.deletedAt !== undefined) return []
    return secret.versions.map((version) => this.#item(name, version, true))
  }

  list(): Item[] {
    return [...this.#secrets].flatMap(([name, { versions, deletedAt }]) => {
      const newest = versions.at(-1)
      return deletedAt === undefined && newest ? [this.#item(name, newest, false)] : []
    })
  }

  delete(name: string): Item {
    const secret = this.#live(name)
    secret.deletedAt = this.#now()
    return this.#deletedItem(name, secret, true)
  }

  getDeleted(name: string): Item {
    return this.#deletedItem(name, this.#deleted(name), true)
  }

  listDeleted(): Item[] {
    return [...this.#secrets].flatMap(([name, secret]) =>
      secret.deletedAt === undefined ? [] : [this.#deletedItem(name, secret, false)],
    )
  }

  recover(name: string): Item {
    const secret: Secret = this.#deleted(name)
    secret.deletedAt = undefined
    return this.#item(name, this.#version(name, ''), true)
  }

  purge(name: string): void {
    this.#deleted(name)
    if (this.#recovery().purgeProtection) throw purgeProtected()
    this.#secrets.delete(name.toLowerCase())
  }
}
