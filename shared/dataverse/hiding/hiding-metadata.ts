import type { HidingRule } from '../../config/model-hides.ts'
import { QueryError } from '../errors.ts'
import type { EntityIndex, Hiding, ListedEntity, Metadata, Person, Table } from '../metadata/model.ts'
import { findEntity, unknownEntity } from '../metadata/read/entity-index.ts'
import { hidesIn, type Hides } from './hides.ts'
import { KEPT, maskValue } from './mask-value.ts'
import { keptTable } from './refusals.ts'
import { indexView, tableView } from './table-view.ts'

/** What the rules mean for each list of tables that was read, and each table, worked out once. */
export type HidingViews = {
  readonly hidesOf: (index: EntityIndex) => Hides
  readonly indexOf: (index: EntityIndex) => EntityIndex
  readonly tableOf: (table: Table, index: EntityIndex) => Table
}

export function createHidingViews(rules: readonly HidingRule[]): HidingViews {
  const hides = once((index: EntityIndex) => hidesIn(index, rules))
  const indexes = once((index: EntityIndex) => indexView(index, hides(index)))
  // A table is read anew more rarely than the list of all tables; by a new list a kind or a name may be another.
  const tables = once((index: EntityIndex) => once((table: Table) => tableView(table, hides(index))))
  return { hidesOf: hides, indexOf: indexes, tableOf: (table, index) => tables(index)(table) }
}

function once<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>()
  return (of) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const value = make(of)
    made.set(of, value)
    return value
  }
}

/**
 * Metadata in which nothing that an administrator hides exists: whatever finds names in it cannot offer, take or join
 * what is not there, and does not have to know why.
 */
export function hidingMetadata(metadata: Metadata, views: HidingViews): Metadata {
  const raw = async (): Promise<EntityIndex> => await metadata.entities()
  const view = async (): Promise<EntityIndex> => views.indexOf(await raw())
  const shown = async (table: Table): Promise<Table> => views.tableOf(table, await raw())
  return {
    ...metadata,
    entities: view,
    entity: async (name) => {
      const index = await view()
      const known = findEntity(index, name)
      if (known) return known
      if (isHiddenIn(index, name)) throw keptTable(name)
      return await published(name, metadata, view)
    },
    table: async (entity, options) => await shown(await metadata.table(entity, options)),
    tables: async (entities) => await Promise.all((await metadata.tables(entities)).map(shown)),
    readable: async () => listedIn(await metadata.readable(), await view()),
    person: async () => personView(await metadata.person(), views.hidesOf(await raw())),
  }
}

function isHiddenIn({ hidden }: EntityIndex, name: string): boolean {
  return hidden?.has(name.trim().toLowerCase()) === true
}

/** It may have been published a moment ago. @throws QueryError whose nearest names are those of what is shown */
async function published(
  name: string,
  metadata: Metadata,
  view: () => Promise<EntityIndex>,
): Promise<Awaited<ReturnType<Metadata['entity']>>> {
  try {
    await metadata.entity(name)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw unknownEntity(await view(), name)
  }
  const index = await view()
  const found = findEntity(index, name)
  if (found) return found
  throw isHiddenIn(index, name) ? keptTable(name) : unknownEntity(index, name)
}

function listedIn(readable: readonly ListedEntity[], { byName }: EntityIndex): ListedEntity[] {
  return readable.flatMap((one) => {
    const entity = byName.get(one.entity.name)
    if (!entity) return []
    return entity === one.entity ? [one] : [{ ...one, entity }]
  })
}

/** Whoever asks is a row of a table as well. */
function personView(person: Person, hides: Hides): Person {
  const { signInName, businessUnit, organization, ...rest } = person
  const name = shownText(person.name, hides.hidingOf('systemuser', 'fullname')) ?? KEPT
  const signIn = shownText(signInName, hides.hidingOf('systemuser', 'domainname'))
  const unit = shownText(businessUnit.name, hides.hidingOf('businessunit', 'name'))
  const called = shownText(organization.name, hides.hidingOf('organization', 'name'))
  const { name: _unit, ...unitRest } = businessUnit
  const { name: _called, ...organizationRest } = organization
  return {
    ...rest,
    name,
    ...(signIn !== undefined && { signInName: signIn }),
    businessUnit: { ...unitRest, ...(unit !== undefined && { name: unit }) },
    organization: { ...organizationRest, ...(called !== undefined && { name: called }) },
  }
}

function shownText(text: string | undefined, hiding: Hiding | undefined): string | undefined {
  if (text === undefined || hiding === undefined) return text
  return hiding === 'hidden' ? undefined : String(maskValue(hiding, text))
}
