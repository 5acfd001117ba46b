import { DataverseFault } from '../http/errors.ts'
import type { Column, EntityFile, Undo } from '../schema/schema.ts'
import {
  ENTITIES,
  addColumn,
  addEntity,
  auditColumn,
  auditEntity,
  removeColumn,
  removeEntity,
  renameEntity,
  renameOption,
} from '../schema/schema.ts'
import { metadataId } from './identifier.ts'

/** A change of the schema while the server runs. */
export type Change =
  | { readonly kind: 'add-column'; readonly entity: string; readonly column: Column }
  | { readonly kind: 'remove-column'; readonly entity: string; readonly column: string }
  | { readonly kind: 'add-entity'; readonly entity: EntityFile }
  | { readonly kind: 'remove-entity'; readonly entity: string }
  | { readonly kind: 'rename-entity'; readonly entity: string; readonly displayName: string }
  /** Switches auditing of a table, or of a column of it, on or off. */
  | { readonly kind: 'audit-entity'; readonly entity: string; readonly isAudited: boolean }
  | { readonly kind: 'audit-column'; readonly entity: string; readonly column: string; readonly isAudited: boolean }
  | {
      readonly kind: 'rename-option'
      readonly entity: string
      readonly column: string
      readonly value: number
      readonly label: string
    }
  /** Makes every stamp that was handed out too old to say what has changed since. */
  | { readonly kind: 'expire-stamps' }

/** What one publish did to one item. */
export type Published = {
  readonly version: number
  readonly item: 'Entity' | 'Attribute'
  readonly isDeleted: boolean
  readonly entity: string
  readonly metadataId: string
}

export type Publishing = {
  /** @throws DataverseFault 400 for a change that cannot be made */
  readonly publish: (change: Change) => void
  /** The number that `globalmetadataversion` shows. */
  readonly version: () => number
  /** Stamps below it are expired. */
  readonly oldest: () => number
  readonly since: (version: number) => readonly Published[]
  /** Takes every change back; stamps from before are expired if there was one. */
  readonly restore: () => void
}

const FIRST_VERSION = 4_810_226

type Effect = { readonly undo: Undo; readonly items: readonly Omit<Published, 'version'>[] }

function entityItem(entity: string, isDeleted: boolean): Omit<Published, 'version'> {
  return { item: 'Entity', isDeleted, entity, metadataId: metadataId(entity) }
}

function columnItem(entity: string, column: string, isDeleted: boolean): Omit<Published, 'version'> {
  return { item: 'Attribute', isDeleted, entity, metadataId: metadataId(entity, column) }
}

function apply(change: Exclude<Change, { kind: 'expire-stamps' }>): Effect {
  switch (change.kind) {
    case 'add-column':
      return {
        undo: addColumn(change.entity, change.column),
        items: [columnItem(change.entity, change.column.name, false)],
      }
    case 'remove-column':
      return {
        undo: removeColumn(change.entity, change.column),
        items: [columnItem(change.entity, change.column, true)],
      }
    case 'add-entity':
      return { undo: addEntity(change.entity), items: [entityItem(change.entity.logicalName, false)] }
    case 'remove-entity': {
      const columns = [...(ENTITIES.get(change.entity)?.columns.keys() ?? [])]
      const items = columns.map((column) => columnItem(change.entity, column, true))
      return { undo: removeEntity(change.entity), items: [entityItem(change.entity, true), ...items] }
    }
    case 'rename-entity':
      return { undo: renameEntity(change.entity, change.displayName), items: [entityItem(change.entity, false)] }
    case 'audit-entity':
      return { undo: auditEntity(change.entity, change.isAudited), items: [entityItem(change.entity, false)] }
    case 'audit-column':
      return {
        undo: auditColumn(change.entity, change.column, change.isAudited),
        items: [columnItem(change.entity, change.column, false)],
      }
    case 'rename-option':
      return {
        undo: renameOption(change.entity, change.column, change.value, change.label),
        items: [columnItem(change.entity, change.column, false)],
      }
  }
}

/** Keeps what was published when, so that a client's stamp can be answered with what has changed since. */
export function createPublishing(): Publishing {
  let version = FIRST_VERSION
  let oldest = 0
  let log: Published[] = []
  let undos: Undo[] = []
  const expire = (): void => {
    version++
    oldest = version
    log = []
  }
  const publish = (change: Change): void => {
    if (change.kind === 'expire-stamps') {
      expire()
      return
    }
    try {
      const { undo, items } = apply(change)
      version++
      undos = [undo, ...undos]
      log = [...log, ...items.map((item) => ({ ...item, version }))]
    } catch (error) {
      if (error instanceof RangeError) throw new DataverseFault(400, 'sandbox', error.message)
      throw error
    }
  }
  const restore = (): void => {
    if (undos.length === 0) return
    for (const undo of undos) undo()
    undos = []
    expire()
  }
  return {
    publish,
    version: () => version,
    oldest: () => oldest,
    since: (stamp) => log.filter((one) => one.version > stamp),
    restore,
  }
}

const KINDS = [
  'add-column',
  'remove-column',
  'add-entity',
  'remove-entity',
  'rename-entity',
  'audit-entity',
  'audit-column',
  'rename-option',
  'expire-stamps',
]

/** Reads the body of `POST /__sandbox/publish`. @throws DataverseFault 400 for anything but a change */
export function parseChange(text: string): Change {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const change = value as Partial<Change> | null | undefined
  if (change?.kind === undefined || !KINDS.includes(change.kind)) {
    throw new DataverseFault(400, 'sandbox', `A change is {"kind": ${KINDS.join(' | ')}, "entity", "column", …}.`)
  }
  return change as Change
}
