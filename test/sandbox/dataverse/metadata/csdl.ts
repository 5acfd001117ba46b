import { edmTypeOf, propertyKey } from '../odata/properties.ts'
import type { Entity } from '../schema/schema.ts'
import { ENTITIES } from '../schema/schema.ts'

const TYPE = 'mscrm.'

function propertiesOf(entity: Entity): string {
  return [...entity.columns.values()]
    .filter(({ type }) => type !== 'PartyList')
    .map((column) => `<Property Name="${propertyKey(column)}" Type="${edmTypeOf(column).name}" />`)
    .join('')
}

function navigationOf({ manyToOne, oneToMany, manyToMany }: Entity): string {
  const one = manyToOne.map(({ nav, target }) => `<NavigationProperty Name="${nav}" Type="${TYPE}${target}" />`)
  const many = [...oneToMany, ...manyToMany].map(
    ({ nav, target }) => `<NavigationProperty Name="${nav}" Type="Collection(${TYPE}${target})" />`,
  )
  return [...one, ...many].join('')
}

function typeOf(entity: Entity): string {
  const key = `<Key><PropertyRef Name="${entity.primaryIdAttribute}" /></Key>`
  return `<EntityType Name="${entity.logicalName}">${key}${propertiesOf(entity)}${navigationOf(entity)}</EntityType>`
}

/** The service document that `$metadata` answers: entity types and sets, no actions. */
export function writeCsdl(): string {
  const entities = [...ENTITIES.values()]
  const sets = entities.map(
    ({ entitySetName, logicalName }) =>
      `<EntitySet Name="${entitySetName}" EntityType="Microsoft.Dynamics.CRM.${logicalName}" />`,
  )
  const container = `<EntityContainer Name="System">${sets.join('')}</EntityContainer>`
  const schema = `<Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">${entities.map(typeOf).join('')}${container}</Schema>`
  const services = `<edmx:DataServices>${schema}</edmx:DataServices>`
  return `<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">${services}</edmx:Edmx>`
}
